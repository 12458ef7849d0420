import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export const title = 'It is built again and compared, and what keeps it is shown';

export async function tell({ page, folder, command, choose, row, see, picture }) {
  // What changes with each build.
  const file = join(folder, 'python/default.nix');
  const stamp = 'mkdir "$out/share"; date +%N > "$out/share/stamp"; ln -s python';
  await writeFile(file, (await readFile(file, 'utf8')).replace('ln -s python', stamp));
  await see('.view-lines', /date \+%N/);
  await command('Phasewise: Build Derivation');
  await row(/^python-0\.3\.1.*built/s);
  await command('Phasewise: Really Build Again…');
  await choose('Rebuild and Compare');
  await row(/^python-0\.3\.1.*failed/s, 60_000);
  await command('Phasewise: Really Build Again…');
  await choose('Show the First File That Differs');
  await see('.diff-editor, .monaco-diff-editor', /\d{6}/);
  await command('View: Close Panel');
  await picture('rebuild-compare');
  await command('View: Close Editor');
  await command('Phasewise: Delete Outputs…');
  await see('.quick-input-list', /python-0\.3\.1/, 60_000);
  await picture('delete-outputs');
  await page.keyboard.press('Enter');
  await see('.quick-input-list', /remove this link/);
  await picture('roots');
  await page.keyboard.press('Escape');
}
