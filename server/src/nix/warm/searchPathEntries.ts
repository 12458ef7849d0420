/** The paths that `<…>` is looked for in: links, often, to what changes with a channel. */
import { join } from 'node:path';

/** Absolute ones; those of NIX_PATH's default where there is none. */
export function searchPathEntries(
  given: readonly string[],
  environment: Readonly<Record<string, string>>,
): readonly string[] {
  const home = environment['HOME'] ?? '/';
  const nixPath = environment['NIX_PATH'];
  const usual = [
    join(home, '.nix-defexpr/channels/nixpkgs'),
    join(home, '.nix-defexpr/channels'),
    '/nix/var/nix/profiles/per-user/root/channels/nixpkgs',
    '/nix/var/nix/profiles/per-user/root/channels',
  ];
  const own = nixPath === undefined ? usual : nixPathEntries(nixPath);
  return [...given, ...own].map(pathOf).filter((path) => path.startsWith('/'));
}

/** A colon separates them, unless it is a URL's. */
export function nixPathEntries(nixPath: string): readonly string[] {
  return nixPath.split(/:(?!\/\/)/).filter((entry) => entry !== '');
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
