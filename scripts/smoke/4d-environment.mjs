export const title = 'The environment that a phase finds';

export async function tell({ command, openFile, choose, row, see, picture }) {
  await openFile('hello/default.nix');
  await row(/^hello-1\.0/);
  await command('Phasewise: Run All Phases');
  await row(/^installCheckPhase.*\d s/s);
  await command('Phasewise: Show Environment');
  await choose('buildPhase');
  await see('.editor-instance .view-lines', /before\sbuildPhase/);
  await picture('environment');
  await command('View: Close All Editors');
}
