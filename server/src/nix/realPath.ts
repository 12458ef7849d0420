import { realpathSync } from 'node:fs';

/** Where a path leads when links are followed, as Nix names files; itself where that cannot be told. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
