import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export const title = 'It is built again and compared, and what keeps it is shown';

/** Waits for what only this build makes, at the end of its link. */
async function built(file) {
  for (const until = Date.now() + 60_000; !existsSync(file);) {
    if (Date.now() > until) throw new Error(`there is no ${file}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export async function tell({ page, folder, command, choose, row, see, picture }) {
  // What changes with each build.
  const file = join(folder, 'python/default.nix');
  const stamp = 'mkdir "$out/share"; date +%N > "$out/share/stamp"; ln -s python';
  await writeFile(file, (await readFile(file, 'utf8')).replace('ln -s python', stamp));
  await see('.view-lines', /date\s\+%N/);
  await command('Phasewise: Build Derivation');
  await built(join(folder, 'python/result/share/stamp'));
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
