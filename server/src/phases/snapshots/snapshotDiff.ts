/** What one snapshot has that another has not: what a phase created, changed, deleted. Pure but for what it is given. */
import type { Content, SnapshotEntry } from './snapshotManifest';
import { samePlace } from './snapshotManifest';
import type { EntryType } from './snapshotTree';
import { pathBytes, pathText } from './snapshotTree';

export interface DiffSide {
  readonly type: EntryType;
  /** Of a file its bytes, of a symlink its target's length; else 0. */
  readonly size: number;
  readonly mode: number;
  /** Of a symlink, read as UTF-8; else empty. */
  readonly target: string;
}

export interface TreeChange {
  /** Relative to the directory, read as UTF-8. */
  readonly path: string;
  /** The same, byte for byte. */
  readonly bytes: Uint8Array;
  /** `mode`: nothing but permissions changed. Times alone are no change. */
  readonly change: 'created' | 'changed' | 'deleted' | 'typeChanged' | 'mode';
  readonly from: DiffSide | null;
  readonly to: DiffSide | null;
}

type Entries = ReadonlyMap<string, SnapshotEntry>;

/** `equal` is asked for files of the same size whose contents lie in different places. Sorted by bytes of the paths. */
export async function diffTrees(
  from: Entries,
  to: Entries,
  equal: (before: SnapshotEntry, after: SnapshotEntry) => Promise<boolean>,
): Promise<readonly TreeChange[]> {
  const changes: (TreeChange & { readonly key: string })[] = [];
  const add = (key: string, change: TreeChange['change']) => {
    const sides = { from: sideOf(from.get(key)), to: sideOf(to.get(key)) };
    changes.push({ key, path: pathText(key), bytes: pathBytes(key), change, ...sides });
  };
  for (const [path, before] of from) {
    const after = to.get(path);
    if (after === undefined) add(path, 'deleted');
    else if (after.type !== before.type) add(path, 'typeChanged');
    else if (!(await sameContent(before, after, equal))) add(path, 'changed');
    else if (after.mode !== before.mode && after.type !== 'symlink') add(path, 'mode');
  }
  for (const path of to.keys()) if (!from.has(path)) add(path, 'created');
  changes.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return changes.map(({ path, bytes, change, from: before, to: after }) => ({
    path,
    bytes,
    change,
    from: before,
    to: after,
  }));
}

async function sameContent(
  before: SnapshotEntry,
  after: SnapshotEntry,
  equal: (before: SnapshotEntry, after: SnapshotEntry) => Promise<boolean>,
): Promise<boolean> {
  if (before.type === 'symlink') return before.target === after.target;
  if (before.type !== 'file') return true;
  if (fileSize(before) !== fileSize(after)) return false;
  if (fileSize(before) === 0 || (before.content !== null && samePlace(before.content, after.content)))
    return true;
  return equal(before, after);
}

/** What was copied counts, should the file have grown meanwhile. */
export function fileSize({
  content,
  size,
}: {
  readonly content: Content | null;
  readonly size: number;
}): number {
  return content?.size ?? size;
}

function sideOf(entry: SnapshotEntry | undefined): DiffSide | null {
  if (entry === undefined) return null;
  const { type, mode } = entry;
  const size = type === 'file' ? fileSize(entry) : type === 'symlink' ? entry.size : 0;
  return { type, size, mode, target: pathText(entry.target) };
}
