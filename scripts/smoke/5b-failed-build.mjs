export const title = 'A failed build is told at the line that failed, once its phase was run again';

export async function tell({ command, openFile, row, see, picture }) {
  await openFile('broken-configure/default.nix');
  await command('Phasewise: Build Derivation');
  await row(/^answer-0\.3.*failed/s);
  await see('.view-lines', /✗ failed at line \d+/);
  await see('.review-widget', /configurePhase failed/);
  await command('View: Close Panel');
  await picture('failed-build');
}
