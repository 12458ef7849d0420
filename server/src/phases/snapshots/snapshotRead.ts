/** Looks into snapshots without touching the directory: what changed from one to another, and a file as it was. */
import { readFile } from 'node:fs/promises';
import type { FileKind } from '../../protocol/model';
import type { Problem, Result } from '../../result';
import { failure, success } from '../../result';
import { closeAgain, walkOpened } from './snapshotAccess';
import type { TreeChange } from './snapshotDiff';
import { diffTrees, fileSize } from './snapshotDiff';
import type { Manifest, SnapshotEntry } from './snapshotManifest';
import { damaged } from './snapshotStore';
import type { SnapshotStore } from './snapshotStore';
import { pathIn, pathText, treePath } from './snapshotTree';
import type { DirectoryWalker } from './snapshotWalk';

/** Larger files of one size that lie in different places count as changed. */
const comparedBytes = 256_000_000;

export class SnapshotReader {
  /** Those that files were read of last, by what the manifest's file is: a window reads many files of two. */
  private readonly recent = new Map<string, Manifest>();

  constructor(
    private readonly directory: string,
    private readonly walker: DirectoryWalker,
    private readonly store: SnapshotStore,
  ) {}

  async diff(from: number, to: number | 'live', signal: AbortSignal): Promise<Result<readonly TreeChange[]>> {
    const before = await this.store.read(from);
    if (!before.ok) return before;
    if (to === 'live') return this.diffLive(before.value.entries, signal);
    const after = await this.store.read(to);
    if (!after.ok) return after;
    return this.compare(before.value.entries, after.value.entries, (entry) => this.keptBytes(entry));
  }

  private async diffLive(
    before: ReadonlyMap<string, SnapshotEntry>,
    signal: AbortSignal,
  ): Promise<Result<readonly TreeChange[]>> {
    const walked = await walkOpened(this.walker, this.directory, signal);
    if (!walked.ok) return walked;
    const { listing, opened } = walked.value;
    const known = await this.store.known();
    const live = new Map<string, SnapshotEntry>();
    for (const entry of listing.entries) {
      const content = known.get(entry.state) ?? null;
      const mode = opened.get(entry.path) ?? entry.mode;
      live.set(entry.path, { ...entry, mode, content, settled: content !== null });
    }
    try {
      return await this.compare(before, live, ({ path }) => readFile(pathIn(this.directory, path)));
    } finally {
      await closeAgain(this.directory, opened);
    }
  }

  private async compare(
    before: ReadonlyMap<string, SnapshotEntry>,
    after: ReadonlyMap<string, SnapshotEntry>,
    bytesAfter: (entry: SnapshotEntry) => Promise<Buffer>,
  ): Promise<Result<readonly TreeChange[]>> {
    const equal = async (old: SnapshotEntry, now: SnapshotEntry) =>
      fileSize(now) <= comparedBytes && (await this.keptBytes(old)).equals(await bytesAfter(now));
    try {
      return success(await diffTrees(before, after, equal));
    } catch {
      return failure(damaged); // A pack is gone or short, or a live file went away just now.
    }
  }

  private async keptBytes({ content }: SnapshotEntry): Promise<Buffer> {
    return content === null ? Buffer.alloc(0) : this.store.packs.read(content);
  }

  private async manifest(index: number): Promise<Result<Manifest>> {
    const stamp = await this.store.stamp(index);
    const known = stamp === null ? undefined : this.recent.get(stamp);
    if (known !== undefined) return success(known);
    const read = await this.store.read(index);
    if (read.ok && stamp !== null) {
      const [oldest] = this.recent.keys();
      if (this.recent.size >= 2 && oldest !== undefined) this.recent.delete(oldest);
      this.recent.set(stamp, read.value);
    }
    return read;
  }

  async kind(index: number, path: string): Promise<Result<FileKind | null>> {
    const manifest = await this.manifest(index);
    return manifest.ok ? success(manifest.value.entries.get(treePath(path))?.type ?? null) : manifest;
  }

  async readFile(index: number, path: string | Uint8Array, signal: AbortSignal): Promise<Result<Uint8Array>> {
    const manifest = await this.manifest(index);
    if (!manifest.ok) return manifest;
    const key = treePath(path);
    const entry = manifest.value.entries.get(key);
    if (entry?.type !== 'file') return failure(noSuchFile(key));
    if (entry.content === null) return success(new Uint8Array());
    const problem = await this.store.check(manifest.value, [entry.content], signal);
    return problem === null ? success(await this.store.packs.read(entry.content)) : failure(problem);
  }
}

function noSuchFile(path: string): Problem {
  return {
    code: 'no-such-file',
    message: `There was no regular file ${pathText(path)} in the build directory then.`,
    advice: null,
  };
}
