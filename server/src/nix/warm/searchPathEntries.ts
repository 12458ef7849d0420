/** The paths that `<…>` is looked for in: links, often, to what changes with a channel. */
import { join } from 'node:path';
import { nixPathOf } from '../searchPath';

/** Absolute ones; those of NIX_PATH's default where there is none. */
export function searchPathEntries(
  given: readonly string[],
  environment: Readonly<Record<string, string>>,
): readonly string[] {
  const home = environment['HOME'] ?? '/';
  // Below the default's folder, what `<nixpkgs>` itself leads to.
  const below = environment['NIX_PATH'] === undefined ? [join(home, '.nix-defexpr/channels/nixpkgs')] : [];
  return [...given, ...below, ...nixPathOf(environment, home)]
    .map(pathOf)
    .filter((path) => path.startsWith('/'));
}

/** Whether where Nix runs decides what an entry means. */
export function isRelative(entry: string): boolean {
  const path = pathOf(entry);
  return path !== '' && !path.startsWith('/') && !/^[a-z][a-z+.-]*:/.test(path);
}

/** Of `NAME=PATH` or `PATH`. */
function pathOf(entry: string): string {
  return entry.slice(entry.indexOf('=') + 1);
}
