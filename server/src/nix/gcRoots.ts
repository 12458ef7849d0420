/** What keeps store paths from the garbage collector, read from `nix-store --query --roots`. Pure. */

export interface StoreRoot {
  /** The link's path, or Nix's own word in braces. */
  readonly name: string;
  /** `link`: a symlink that may be removed; `profile`; `process`; `hidden`: another user's. */
  readonly kind: 'link' | 'profile' | 'process' | 'hidden';
  /** What it is, in a few words. */
  readonly words: string;
  /** The store path that it leads to. */
  readonly target: string;
}

const profilePlaces = /^\/(?:run|nix\/var\/nix\/profiles)\/|\/\.nix-profile$|\/nix\/profiles?\/|-\d+-link$/;

/** One line; null for what is none. Nix writes `LINK -> PATH`, and a word in braces where there is no file. */
export function parseRoot(line: string): StoreRoot | null {
  const at = line.lastIndexOf(' -> ');
  if (at <= 0) return null;
  const name = line.slice(0, at);
  return { name, target: line.slice(at + 4), ...sortOf(name) };
}

function sortOf(name: string): Pick<StoreRoot, 'kind' | 'words'> {
  const id = (/^\{(?:temp|nix-process):(\d+)\}$/.exec(name) ?? /^\/proc\/(\d+)\//.exec(name))?.[1];
  if (id !== undefined) return { kind: 'process', words: `process ${id}, until it ends` };
  if (name === '{lsof}') return { kind: 'process', words: 'a process, until it ends' };
  if (name.startsWith('{'))
    return { kind: 'hidden', words: 'a link or a process of another user, which Nix does not name' };
  if (profilePlaces.test(name)) return { kind: 'profile', words: 'a generation of a profile' };
  return { kind: 'link', words: 'a link' };
}
