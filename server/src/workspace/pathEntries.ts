/** What may follow in a path that is being written. */
import { readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { PathAt } from '../analysis/pathAt';
import type { FileTrees } from '../analysis/across/fileTrees';

export interface PathEntry {
  readonly name: string;
  readonly isFolder: boolean;
}

const most = 1000;

/** Files and folders in the folder that is written; of `<…>` also the names of the search path. Those that begin with a dot only where one is typed. */
export async function pathEntries(
  { kind, folder, span }: PathAt,
  text: string,
  file: string | null,
  home: string,
  files: FileTrees,
  searchNames: readonly string[],
): Promise<readonly PathEntry[]> {
  const isHidden = text.charAt(span.start) !== '.';
  if (kind === 'search' && folder === '') return searchNames.map((name) => ({ name, isFolder: false }));
  const listed = await folderOf(kind, folder, file, home, files);
  if (listed === null) return [];
  const entries = await readdir(listed, { withFileTypes: true }).catch(() => []);
  return entries
    .filter(({ name }) => !(isHidden && name.startsWith('.')) && /^[\w.+-]+$/.test(name))
    .slice(0, most)
    .map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }));
}

async function folderOf(
  kind: PathAt['kind'],
  folder: string,
  file: string | null,
  home: string,
  files: FileTrees,
): Promise<string | null> {
  if (kind === 'search') return files.searchPath(folder.replace(/\/$/, ''));
  if (kind === 'home') return join(home, folder.slice(1));
  if (folder.startsWith('/')) return folder;
  return file === null ? null : resolve(dirname(file), folder);
}
