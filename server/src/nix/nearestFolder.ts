/** What is looked for upwards: the folder of a repository, or of a flake. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The nearest folder, from this one upwards, that has something of this name; null when there is none. */
export function nearestFolder(from: string, name: string): string | null {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, name))) return folder;
    if (folder === dirname(folder)) return null;
  }
}
