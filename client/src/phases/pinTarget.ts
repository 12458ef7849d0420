/** What a user types to name a derivation that is in no open file. Pure. */

export type PinTarget =
  | { readonly kind: 'nix' | 'derivation' | 'flake'; readonly path: string; readonly attr: string }
  | { readonly kind: 'unclear'; readonly reason: string };

/** `FILE.nix`, `FILE.nix#ATTR`, `/nix/store/….drv`, or `DIR#ATTR` of a flake; a path that is not absolute is placed by `inWorkspace`, null where no folder is open. */
export function readPinTarget(typed: string, inWorkspace: ((path: string) => string) | null): PinTarget {
  const text = typed.trim();
  const hash = text.indexOf('#');
  const named = hash < 0 ? text : text.slice(0, hash);
  const attr = hash < 0 ? '' : text.slice(hash + 1);
  if (named === '' && hash < 0)
    return { kind: 'unclear', reason: 'Name a .drv, a .nix file, or DIR#ATTR of a flake.' };
  const path = named.startsWith('/')
    ? named
    : inWorkspace === null
      ? null
      : inWorkspace(named.replace(/^\.\/?/, ''));
  if (path === null) return { kind: 'unclear', reason: 'No folder is open: write an absolute path.' };
  const plain = path.replace(/\/+$/, '') || '/';
  if (plain.endsWith('.drv')) return { kind: 'derivation', path: plain, attr: '' };
  if (plain.endsWith('.nix')) return { kind: 'nix', path: plain, attr };
  if (hash >= 0) return { kind: 'flake', path: plain, attr };
  return { kind: 'unclear', reason: 'For a flake write DIR#ATTR; files end in .nix or .drv.' };
}
