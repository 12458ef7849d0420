export const title = 'A hash that nobody knew is written by the lightbulb';

export async function tell({ page, command, openFile, goToLine, row, see, picture }) {
  await openFile('python/default.nix');
  await command('Phasewise: Build Derivation');
  await row(/^python-0\.3\.1.*failed/s);
  await command('View: Close Panel');
  await command('View: Focus Active Editor Group');
  await goToLine(24);
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Control+.');
  await see('.action-widget', /Replace the hash by sha256-/);
  await picture('hash-fix');
  await page.keyboard.press('Enter');
  await see('.view-lines', /hash\s=\s"sha256-/);
  await page.keyboard.press('Control+S');
  await command('Phasewise: Build Derivation');
  await see('.terminal-wrapper.active .xterm-rows', /\/nix\/store\/.*-python-0\.3\.1/);
}
