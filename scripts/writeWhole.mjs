// Writing what another program may be reading just now, as the tests of a second `npm test`, and what may be interrupted.
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheFolder } from './bootstrap/commands.mjs';

/** At every moment the file has its old content or the new one. Is not touched when they are the same. */
export async function writeWhole(file, contents) {
  const before = await readFile(file).catch(() => null);
  if (before !== null && Buffer.compare(before, Buffer.from(contents)) === 0) return;
  const unfinished = join(cacheFolder, 'unfinished');
  await mkdir(unfinished, { recursive: true });
  await mkdir(dirname(file), { recursive: true });
  const made = join(unfinished, randomUUID());
  await writeFile(made, contents);
  await rename(made, file);
}
