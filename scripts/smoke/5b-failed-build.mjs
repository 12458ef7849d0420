export const title = 'A failed build is told at the line that failed, once its phase was run again';

export async function tell({ command, openFile, row, see, picture }) {
  await openFile('broken-configure/default.nix');
  await command('Phasewise: Build Derivation');
  await row(/^answer-0\.3.*failed/s);
  // The command is known when the line is.
  await see('.review-widget', /builder failed with exit code 1.*grep -qx/s);
  await command('View: Close Panel');
  await picture('failed-build');
}
