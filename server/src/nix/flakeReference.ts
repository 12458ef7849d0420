/** A flake's folder as what `builtins.getFlake` can take. */
import { relative } from 'node:path';
import { repositoryAround } from './git';
import type { NixVersion } from './installation';
import { isAtLeast } from './nixVersion';

export type FlakeReference =
  /** A flake reference. */
  | { readonly url: string }
  /** A folder that no flake reference can name: 2.8 neither takes such characters in a URL nor decodes them. */
  | { readonly copy: string };

/**
 * `git+file:` when the folder is in a git work tree (only files known to git are part of the flake then, as with
 * `nix build DIR`), else `path:`. Characters that mean something in a URL are encoded.
 */
export function flakeReference(folder: string, version: NixVersion): FlakeReference {
  const decodes = isAtLeast(version, 2, 20);
  if (!decodes && encodePath(folder) !== folder) return { copy: folder };
  const top = repositoryAround(folder);
  if (top === null) return { url: `path:${encodePath(folder)}` };
  const inside = relative(top, folder);
  return { url: `git+file://${encodePath(top)}${inside === '' ? '' : `?dir=${encodePath(inside)}`}` };
}

function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
