/** What is to be done so that a directory becomes as a snapshot says, and nothing more. Pure. */
import type { Content, Manifest, SnapshotEntry } from './snapshotManifest';
import { samePlace } from './snapshotManifest';
import type { TreeEntry } from './snapshotTree';
import { linkGroups, parentOf } from './snapshotTree';

export interface WrittenEntry {
  readonly entry: SnapshotEntry;
  /** The name that it is a hard link to. */
  readonly linkTo: string | null;
}

export interface RestorePlan {
  /** What is in a folder before the folder. */
  readonly remove: readonly TreeEntry[];
  /** Folders before what is in them. */
  readonly makeFolders: readonly SnapshotEntry[];
  /** Files, symlinks and pipes; the first name of a hard-linked file before the others. */
  readonly write: readonly WrittenEntry[];
  /** Folders whose mode and time are to be set, at the end, inner ones first. */
  readonly finishFolders: readonly SnapshotEntry[];
  /** Folders of the live directory in which names come or go. */
  readonly touched: ReadonlySet<string>;
  /** Sockets and devices that are gone and cannot be made again. */
  readonly lost: readonly string[];
}

export interface LiveState {
  readonly entries: readonly TreeEntry[];
  /** Contents known to be in the live directory, by the files' `state`. */
  readonly known: ReadonlyMap<string, Content>;
  /** Whether owners can be given (to root). */
  readonly owners: boolean;
}

export function planRestore({ entries: wanted }: Manifest, live: LiveState): RestorePlan {
  const liveByPath = new Map(live.entries.map((entry) => [entry.path, entry]));
  const wantedLinks = linkGroups(wanted.values());
  const liveLinks = linkGroups(live.entries);
  const isKept = (entry: TreeEntry): boolean => {
    const target = wanted.get(entry.path);
    if (target === undefined || target.type !== entry.type) return false;
    if (wantedLinks.get(entry.path) !== liveLinks.get(entry.path)) return false;
    return isSame(target, entry, live);
  };
  const remove = live.entries.filter((entry) => entry.path !== '' && !isKept(entry)).reverse();
  const removed = new Set(remove.map(({ path }) => path));
  const missing = [...wanted.values()].filter(({ path }) => !liveByPath.has(path) || removed.has(path));
  const makeFolders = missing.filter(({ type, path }) => type === 'directory' && path !== '');
  const lost = missing.filter(({ type }) => type === 'socket' || type === 'device').map(({ path }) => path);
  const write = writeOrder(missing, wantedLinks);
  const touched = new Set([...remove, ...missing].map(({ path }) => parentOf(path)));
  const finishFolders = [...wanted.values()]
    .filter(({ path, type }) => type === 'directory' && (touched.has(path) || !hasSameLook(path)))
    .reverse();
  return { remove, makeFolders, write, finishFolders, touched, lost };

  function hasSameLook(path: string): boolean {
    const [target, entry] = [wanted.get(path), liveByPath.get(path)];
    return (
      target !== undefined &&
      entry?.type === 'directory' &&
      !removed.has(path) &&
      looksSame(target, entry, live)
    );
  }
}

function writeOrder(
  missing: readonly SnapshotEntry[],
  links: ReadonlyMap<string, string>,
): readonly WrittenEntry[] {
  const all = missing
    .filter(({ type }) => type === 'file' || type === 'symlink' || type === 'fifo')
    .map((entry) => {
      const first = links.get(entry.path);
      return { entry, linkTo: first === undefined || first === entry.path ? null : first };
    });
  return [...all.filter(({ linkTo }) => linkTo === null), ...all.filter(({ linkTo }) => linkTo !== null)];
}

/** A folder is the same whatever its mode and time are: those are set without making it anew. */
function isSame(wanted: SnapshotEntry, entry: TreeEntry, live: LiveState): boolean {
  switch (wanted.type) {
    case 'directory':
    case 'socket':
    case 'device':
      return true;
    case 'symlink':
      return wanted.target === entry.target && wanted.mtime === entry.mtime && sameOwner(wanted, entry, live);
    case 'fifo':
      return looksSame(wanted, entry, live);
    case 'file':
      return looksSame(wanted, entry, live) && holdsContent(wanted.content, entry, live);
  }
}

function holdsContent(wanted: Content | null, entry: TreeEntry, live: LiveState): boolean {
  if ((wanted?.size ?? 0) !== entry.size) return false;
  return entry.size === 0 || samePlace(wanted, live.known.get(entry.state) ?? null);
}

function looksSame(wanted: TreeEntry, entry: TreeEntry, live: LiveState): boolean {
  return wanted.mode === entry.mode && wanted.mtime === entry.mtime && sameOwner(wanted, entry, live);
}

function sameOwner(wanted: TreeEntry, entry: TreeEntry, { owners }: LiveState): boolean {
  return !owners || (wanted.uid === entry.uid && wanted.gid === entry.gid);
}

/**
 * The first path at which the directory is not as the snapshot says; null when it is. `modeOf` tells which mode an entry
 * is to have now. Contents are not looked at.
 */
export function firstDifference(
  { entries: wanted }: Manifest,
  live: readonly TreeEntry[],
  modeOf: (entry: SnapshotEntry) => number,
): string | null {
  const found = new Set<string>();
  for (const entry of live) {
    const target = wanted.get(entry.path);
    if (target?.type !== entry.type) return entry.path;
    found.add(entry.path);
    if (entry.type === 'socket' || entry.type === 'device') continue;
    if (target.mtime !== entry.mtime || target.target !== entry.target) return entry.path;
    if (entry.type !== 'symlink' && modeOf(target) !== entry.mode) return entry.path;
    if (entry.type === 'file' && (target.content?.size ?? 0) !== entry.size) return entry.path;
  }
  for (const { path, type } of wanted.values()) {
    if (!found.has(path) && type !== 'socket' && type !== 'device') return path;
  }
  return null;
}
