export const title = 'An edit makes stale what it reaches, and only that, before anything runs';

export async function tell({ command, openFile, editLine, undo, row, see, picture }) {
  await openFile('hello/default.nix');
  await command('Phasewise: Focus on Phases View');
  await command('Phasewise: Run All Phases');
  await row(/^installCheckPhase.*\d s/s);
  await editLine('hello/default.nix', /echo "compiling/, 'echo "compiling with $CC"');
  await row(/^buildPhase.*stale/s);
  await see('.pane-body', /stale from buildPhase/);
  await picture('stale', /^installCheckPhase/);
  await undo();
  await row(/^installCheckPhase.*\d s/s);
}
