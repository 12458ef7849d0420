import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export const title = 'The files that a phase changed, as differences';

const patch = `  postPatch = ''
    substituteInPlace hello.c --replace-fail '%s, %s' '%s, dear %s'
    echo "It is polite." >> README
  '';
`;

export async function tell({ folder, command, openFile, choose, row, see, picture }) {
  const file = join(folder, 'hello/default.nix');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('  # configurePhase runs', `${patch}\n  # configurePhase runs`));
  await openFile('hello/default.nix');
  await row(/^patchPhase.*stale/s);
  await command('Phasewise: Run Phase');
  await choose('patchPhase');
  await row(/^patchPhase.*\d s/s);
  await command('Phasewise: Show Files Changed');
  await choose('patchPhase');
  await see('.multiDiffEditor', /dear/);
  await picture('files');
  await writeFile(file, text);
}
