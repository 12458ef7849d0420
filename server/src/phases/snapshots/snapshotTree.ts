/**
 * What a directory holds, as the snapshots see it. Pure. Paths and link targets are bytes (any byte but NUL), kept one
 * byte a character (latin1), so that names in any encoding survive; `pathText` and `pathBytes` convert.
 */

export type EntryType = 'file' | 'directory' | 'symlink' | 'fifo' | 'socket' | 'device';

export interface TreeEntry {
  /** Relative to the directory, one byte a character; empty for the directory itself. */
  readonly path: string;
  readonly type: EntryType;
  readonly mode: number;
  readonly size: number;
  /** Seconds and nine digits. */
  readonly mtime: string;
  /** Seconds and nine digits. */
  readonly ctime: string;
  readonly inode: string;
  readonly links: number;
  readonly uid: number;
  readonly gid: number;
  /** Of a symlink, one byte a character. */
  readonly target: string;
  /**
   * All of the above but the path: a file that was written to since has another one, for its ctime cannot be set. Source:
   * POSIX, `st_ctim`.
   */
  readonly state: string;
}

/**
 * What `find -printf` prints for an entry, two fields and their NULs besides. GNU findutils prints names unchanged when
 * its output is no terminal (manual, "Formatting Flags").
 */
export const findFormat = '%y %m %s %T@ %C@ %i %n %U %G\\0%P\\0%l\\0';

const typeOfLetter: Readonly<Record<string, EntryType>> = {
  f: 'file',
  d: 'directory',
  l: 'symlink',
  p: 'fifo',
  s: 'socket',
  b: 'device',
  c: 'device',
};

/** Reads an entry from its fields; null when they are not as `findFormat` says. */
export function parseEntry(state: string, path: string, target: string): TreeEntry | null {
  const [letter = '', mode = '', size = '', mtime = '', ctime = '', inode = '', links = '', uid = '', gid] =
    state.split(' ');
  const type = typeOfLetter[letter];
  if (type === undefined || gid === undefined) return null;
  return {
    path,
    type,
    mode: Number.parseInt(mode, 8),
    size: Number(size),
    mtime: nineDigits(mtime),
    ctime: nineDigits(ctime),
    inode,
    links: Number(links),
    uid: Number(uid),
    gid: Number(gid),
    target,
    state,
  };
}

/** `find` prints ten digits, the last of them always 0. */
function nineDigits(time: string): string {
  const point = time.indexOf('.');
  return point < 0 ? `${time}.000000000` : time.slice(0, point + 10).padEnd(point + 10, '0');
}

/**
 * Reads a listing in `findFormat`; null when it is damaged. Folders come before what is in them. Of an `earlier` listing the
 * entries that are the same are given again.
 */
export function parseListing(
  listing: string,
  earlier: readonly TreeEntry[] = [],
): readonly TreeEntry[] | null {
  const fields = listing.split('\0');
  if (fields.length % 3 !== 1) return null;
  const former = new FormerEntries(earlier);
  const entries: TreeEntry[] = [];
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const [state = '', path = '', target = ''] = [fields[at], fields[at + 1], fields[at + 2]];
    const same = former.at(path);
    const entry = same?.state === state && same.target === target ? same : parseEntry(state, path, target);
    if (entry === null) return null;
    entries.push(entry);
  }
  return entries;
}

/** Entries by path, asked for nearly in their own order. */
class FormerEntries {
  private next = 0;
  private places: Map<string, number> | null = null;

  constructor(private readonly entries: readonly TreeEntry[]) {}

  at(path: string): TreeEntry | undefined {
    if (this.entries[this.next]?.path !== path) {
      const place = this.placeOf(path);
      if (place === undefined) return undefined;
      this.next = place;
    }
    return this.entries[this.next++];
  }

  private placeOf(path: string): number | undefined {
    this.places ??= new Map(this.entries.map((entry, index) => [entry.path, index]));
    return this.places.get(path);
  }
}

export function pathBytes(path: string): Buffer {
  return Buffer.from(path, 'latin1');
}

/** A path for people: read as UTF-8. */
export function pathText(path: string): string {
  return pathBytes(path).toString('utf8');
}

/** From a path as text (UTF-8) or bytes. */
export function treePath(path: string | Uint8Array): string {
  return Buffer.from(path).toString('latin1');
}

/** The path as a system call takes it. */
export function pathIn(directory: string, path: string): Buffer {
  return path === ''
    ? Buffer.from(directory)
    : Buffer.concat([Buffer.from(directory), Buffer.from('/'), pathBytes(path)]);
}

export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** For each hard-linked file the first of its names in the tree, in byte order; others are not in the map. */
export function linkGroups(entries: Iterable<TreeEntry>): ReadonlyMap<string, string> {
  const names = new Map<string, string[]>();
  for (const { type, links, inode, path } of entries) {
    if (type !== 'file' || links < 2) continue;
    const group = names.get(inode);
    if (group === undefined) names.set(inode, [path]);
    else group.push(path);
  }
  const firsts = new Map<string, string>();
  for (const group of names.values()) {
    if (group.length < 2) continue;
    const first = group.reduce((a, b) => (a < b ? a : b));
    for (const path of group) firsts.set(path, first);
  }
  return firsts;
}
