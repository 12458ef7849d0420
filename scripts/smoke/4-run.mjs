export const title = '▶ runs a phase; a failing one is marked at its line';

export async function tell({ command, openFile, row, press, see, picture }) {
  await openFile('hello/default.nix');
  await command('Phasewise: Focus on Phases View');
  await press(/^buildPhase/, 'Run Phase');
  await row(/^buildPhase.*\d s/s);
  await picture('run-phase');

  await openFile('broken-configure/default.nix');
  await see('.pane-body', /broken-configure.*asked of its stdenv/s);
  await press(/^configurePhase/, 'Run Phase');
  await row(/^answer-0\.3.*failed/s);
  await see('.review-widget', /configurePhase failed with exit code 1/);
  await picture('failed-phase');
}
