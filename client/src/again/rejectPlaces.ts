/** Folders of a build directory in which a phase may have worked. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

const deepest = 3;
const most = 2000;

/** The folder itself, then those below it, level by level: where `sourceRoot` leads is not known here. */
export async function candidates(folder: string): Promise<readonly string[]> {
  const found = [folder];
  let level = found;
  for (let depth = 0; depth < deepest && found.length < most; depth++) {
    const below: string[] = [];
    for (const one of level) {
      const entries = await readdir(one, { withFileTypes: true }).catch(() => []);
      for (const entry of entries) if (entry.isDirectory()) below.push(join(one, entry.name));
    }
    found.push(...below);
    level = below;
  }
  return found.slice(0, most);
}
