/** Which folder of the workspace a file is in, and those between the two. Pure; all paths are absolute. */
import { dirname } from 'node:path';

/** The folder that a file lies in or that it is, of nested ones the innermost; null for none. */
export function folderOf(file: string, folders: readonly string[]): string | null {
  let innermost: string | null = null;
  for (const folder of folders)
    if (isWithin(file, folder) && folder.length > (innermost?.length ?? 0)) innermost = folder;
  return innermost;
}

/** From the file's own folder up to `top`, which the file lies in. */
export function foldersUpTo(top: string, file: string): readonly string[] {
  const found = [dirname(file)];
  for (let folder = dirname(file); folder !== top && folder !== dirname(folder); found.push(folder))
    folder = dirname(folder);
  return found;
}

function isWithin(file: string, folder: string): boolean {
  return file === folder || file.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}
