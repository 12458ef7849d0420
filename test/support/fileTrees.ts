/** Files that are only texts, with the real parser. */
import { dirname, resolve } from 'node:path';
import type { FileTree, FileTrees } from '../../server/src/analysis/across/fileTrees';
import { atCursor } from './cursor';
import { parsed } from './syntax';

export type Texts = Readonly<Record<string, string>>;

export interface CursorInFiles {
  readonly files: FileTrees;
  readonly file: FileTree;
  readonly offset: number;
  readonly all: readonly FileTree[];
}

/** Files below `/w/`, one of which holds the cursor `|`. */
export async function cursorIn(texts: Texts): Promise<CursorInFiles> {
  const all: FileTree[] = [];
  let at: { readonly file: FileTree; readonly offset: number } | null = null;
  for (const [name, marked] of Object.entries(texts)) {
    const cursor = marked.includes('|') ? atCursor(marked) : null;
    const file = { file: resolve('/w', name), tree: await parsed(cursor?.text ?? marked) };
    all.push(file);
    if (cursor !== null) at = { file, offset: cursor.offset };
  }
  if (at === null) throw new Error('no cursor in any file');
  const read = (path: string): Promise<FileTree | null> => {
    const found = all.find(({ file }) => file === path || file === `${path}/default.nix`);
    return Promise.resolve(found ?? null);
  };
  return { files: { read, searchPath: (name) => Promise.resolve(resolve('/w/search', name)) }, all, ...at };
}

export function nameOfFile({ file }: FileTree): string {
  return dirname(file) === '/w' ? file.slice('/w/'.length) : file;
}
