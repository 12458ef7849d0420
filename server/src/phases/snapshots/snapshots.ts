/** Copies of the work directory as it was before each phase, so that a phase can be run again from there. */
import { mkdir } from 'node:fs/promises';
import type { ProcessRunner } from '../../nix/process';
import type { FileKind } from '../../protocol/model';
import type { Problem, Result } from '../../result';
import { failure, stopped, success } from '../../result';
import { closeAgain, readsEverything, walkOpened } from './snapshotAccess';
import type { EarlierSnapshot } from './snapshotCapture';
import { captureTree, notSaved, recognised } from './snapshotCapture';
import type { TreeChange } from './snapshotDiff';
import type { Manifest } from './snapshotManifest';
import type { RestorePlan } from './snapshotPlan';
import { firstDifference, planRestore } from './snapshotPlan';
import { removeSmallTree } from '../smallTree';
import type { PathRewrite } from './snapshotRewrite';
import { applyPlan, closeFolders, enterableMode, someNames } from './snapshotRestore';
import { SnapshotReader } from './snapshotRead';
import { SnapshotStore } from './snapshotStore';
import type { TreeEntry } from './snapshotTree';
import { pathText } from './snapshotTree';
import type { Listing } from './snapshotWalk';
import { DirectoryWalker } from './snapshotWalk';

export type { DiffSide, TreeChange } from './snapshotDiff';

export interface SavedSnapshot {
  /** Files, folders and all else in it. */
  readonly entries: number;
  /** What had to be copied because no earlier snapshot had it. */
  readonly copiedFiles: number;
  readonly copiedBytes: number;
  /** What all snapshots of the session together take on the disk. */
  readonly bytes: number;
  /** Sentences on what could not be kept. */
  readonly notes: readonly string[];
  /** Files with a setuid or setgid bit. */
  readonly setuid: readonly string[];
}

export interface RestoredSnapshot {
  readonly removed: number;
  readonly written: number;
  /** Sentences on what could not be brought back. */
  readonly notes: readonly string[];
}

/** Keeps directory states by the index of the phase whose entry they are. */
export interface DirectorySnapshots {
  /**
   * Problems: `directory-unreadable`, `snapshot-too-large`, `snapshot-not-saved` (the disk is full, …), `cancelled`;
   * then there is no snapshot of this index, not an earlier one either.
   */
  save(index: number, signal: AbortSignal): Promise<Result<SavedSnapshot>>;
  /**
   * Makes the directory as it was; its own inode and what is the same in it stay. Problems: `snapshot-missing`,
   * `snapshot-damaged`, `directory-unreadable`, `cancelled`: nothing was touched; `snapshot-half-restored`: the
   * directory is now as it never was, and the session has to begin anew. Once begun it is not to be stopped.
   */
  restore(index: number, signal: AbortSignal): Promise<Result<RestoredSnapshot>>;
  /**
   * Makes an empty folder elsewhere as the directory was, with another path, as long, in its files and links where
   * `rewrite` says so. Problems: `snapshot-missing`, `snapshot-damaged`, `copy-failed`, `cancelled`.
   */
  copyTo(
    index: number,
    folder: string,
    rewrite: PathRewrite | null,
    signal: AbortSignal,
  ): Promise<Result<null>>;
  /** Which there are, in order. */
  indices(): Promise<readonly number[]>;
  /** What all snapshots together take on the disk. */
  bytes(): Promise<number>;
  /** Forgets the snapshots from this index on. */
  drop(from: number): Promise<void>;
  /** What is different in the second. Problems: those of reading either. */
  diff(from: number, to: number | 'live', signal: AbortSignal): Promise<Result<readonly TreeChange[]>>;
  /** What was at a path; null when nothing was. Problems: `snapshot-missing`, `snapshot-damaged`. */
  kind(index: number, path: string, signal: AbortSignal): Promise<Result<FileKind | null>>;
  /**
   * The bytes of a regular file as it was. Problems: `snapshot-missing`, `snapshot-damaged`, `no-such-file` (also when
   * it is no regular file).
   */
  readFile(index: number, path: string | Uint8Array, signal: AbortSignal): Promise<Result<Uint8Array>>;
}

export interface SnapshotOptions {
  /** Of all snapshots of the session; default 4 GB. */
  readonly limitBytes?: number;
  /** Does without GNU `find`, as on other systems. */
  readonly portable?: boolean;
  /** Paths in the directory that are no part of it and are left alone: something is mounted there for the session. */
  readonly mountPoints?: () => ReadonlySet<string>;
}

const defaultLimitBytes = 4_000_000_000;

/** Below `folder`, a manifest for each snapshot; contents are copied once for each change. One process at a time. */
export class IncrementalSnapshots implements DirectorySnapshots {
  private readonly store: SnapshotStore;
  private readonly walker: DirectoryWalker;
  private readonly reader: SnapshotReader;
  private readonly limitBytes: number;
  private last: EarlierSnapshot | null = null;

  constructor(
    private readonly directory: string,
    private readonly folder: string,
    runner: ProcessRunner,
    options: SnapshotOptions = {},
  ) {
    this.store = new SnapshotStore(folder);
    this.walker = new DirectoryWalker(directory, runner, options.portable, options.mountPoints);
    this.reader = new SnapshotReader(directory, this.walker, this.store);
    this.limitBytes = options.limitBytes ?? defaultLimitBytes;
  }

  async save(index: number, signal: AbortSignal): Promise<Result<SavedSnapshot>> {
    try {
      await this.store.known();
      if (this.last?.index === index) this.last = null;
      await this.store.remove(index);
      await mkdir(this.folder, { recursive: true, mode: 0o700 });
      const saved = await this.capture(index, signal);
      await this.store.tidy();
      return saved.ok ? success({ ...saved.value, bytes: await this.bytes() }) : saved;
    } catch (error) {
      await this.store.tidy();
      return failure(notSaved(error instanceof Error ? error.message : String(error)));
    }
  }

  private async capture(index: number, signal: AbortSignal): Promise<Result<Omit<SavedSnapshot, 'bytes'>>> {
    const { directory, walker, store, limitBytes, last } = this;
    const earlier = last !== null && (await store.isUsable(last.index)) ? last : null;
    const parts = { directory, walker, store, limitBytes, earlier };
    const captured = await captureTree(parts, signal);
    if (!captured.ok) return captured;
    const { listing, manifest, ...counts } = captured.value;
    if (manifest !== null) {
      await store.write(index, manifest);
      this.last = { index, listing, manifest, settled: isSettled(manifest) };
    } else if (earlier !== null) await store.copy(earlier.index, index);
    return success({ entries: listing.entries.length, ...counts });
  }

  async restore(index: number, signal: AbortSignal): Promise<Result<RestoredSnapshot>> {
    const manifest = await this.store.read(index);
    if (!manifest.ok) return manifest;
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    const walked = await walkOpened(this.walker, this.directory, signal);
    if (!walked.ok) return signal.aborted ? failure(stopped) : walked;
    const { listing, opened } = walked.value;
    const known = await this.store.known();
    const owners = readsEverything();
    const plan = planRestore(manifest.value, { entries: listing.entries, known, owners });
    const refused = await this.refusal(manifest.value, plan, signal);
    if (refused !== null) {
      await closeAgain(this.directory, opened);
      return failure(refused);
    }
    const applied = await applyPlan(this.directory, plan, this.store.packs);
    if (!applied.ok) return failure(halfRestored(applied.error));
    if (plan.remove.length + plan.write.length + plan.finishFolders.length === 0)
      return success(describeRestored(plan));
    return this.confirm(index, manifest.value, plan, new Set(known.keys()));
  }

  async copyTo(
    index: number,
    folder: string,
    rewrite: PathRewrite | null,
    signal: AbortSignal,
  ): Promise<Result<null>> {
    const manifest = await this.store.read(index);
    if (!manifest.ok) return manifest;
    await this.store.known();
    const plan = planRestore(manifest.value, { entries: [], known: new Map(), owners: readsEverything() });
    const refused = await this.refusal(manifest.value, plan, signal);
    if (refused !== null) return failure(refused);
    const applied = await applyPlan(folder, plan, this.store.packs, rewrite);
    if (!applied.ok) return failure(notCopied(folder, applied.error));
    await closeFolders(folder, plan.finishFolders);
    return success(null);
  }

  /** Why nothing is to be touched; null when all that is needed is there. */
  private async refusal(manifest: Manifest, plan: RestorePlan, signal: AbortSignal): Promise<Problem | null> {
    const contents = plan.write.flatMap(({ entry }) => entry.content ?? []);
    const problem = await this.store.check(manifest, contents, signal);
    return signal.aborted ? stopped : problem;
  }

  /** Looks whether the directory is now as the snapshot says, and remembers its files' states. */
  private async confirm(
    index: number,
    manifest: Manifest,
    plan: RestorePlan,
    known: ReadonlySet<string>,
  ): Promise<Result<RestoredSnapshot>> {
    const uninterrupted = new AbortController().signal;
    const walked = await this.walker.walk(uninterrupted);
    if (!walked.ok) return failure(halfRestored(walked.error.message));
    const finished = new Set(plan.finishFolders.map(({ path }) => path));
    const modeOf = (entry: TreeEntry) => (finished.has(entry.path) ? enterableMode(entry) : entry.mode);
    const { entries } = walked.value;
    const wrong = firstDifference(manifest, entries, modeOf) ?? firstChanged(entries, plan, known);
    if (wrong !== null) return failure(halfRestored(`${pathText(wrong)} is not as it was`));
    await this.remember(index, manifest, walked.value);
    await closeFolders(this.directory, plan.finishFolders);
    return success(describeRestored(plan));
  }

  /** That the manifest cannot be written costs time at the next snapshot, no more. */
  private async remember(index: number, manifest: Manifest, { entries, begun }: Listing): Promise<void> {
    const known = await this.store.known();
    await this.store.write(index, recognised(manifest, entries, begun, known)).catch(() => undefined);
  }

  indices(): Promise<readonly number[]> {
    return this.store.indices();
  }

  bytes(): Promise<number> {
    return this.store.bytes();
  }

  async drop(from: number): Promise<void> {
    if (this.last !== null && this.last.index >= from) this.last = null;
    await this.store.known();
    for (const index of await this.store.indices()) if (index >= from) await this.store.remove(index);
    await this.store.tidy();
  }

  diff(from: number, to: number | 'live', signal: AbortSignal): Promise<Result<readonly TreeChange[]>> {
    return this.reader.diff(from, to, signal);
  }

  kind(index: number, path: string): Promise<Result<FileKind | null>> {
    return this.reader.kind(index, path);
  }

  readFile(index: number, path: string | Uint8Array, signal: AbortSignal): Promise<Result<Uint8Array>> {
    return this.reader.readFile(index, path, signal);
  }
}

function isSettled({ entries }: Manifest): boolean {
  for (const { content, settled } of entries.values()) if (content !== null && !settled) return false;
  return true;
}

function describeRestored(plan: RestorePlan): RestoredSnapshot {
  const notes = plan.lost.length === 0 ? [] : [`Not made again: ${someNames(plan.lost)}.`];
  return { removed: plan.remove.length, written: plan.write.length, notes };
}

/** A file that the plan did not touch and that somebody else wrote to meanwhile. */
function firstChanged(
  live: readonly TreeEntry[],
  plan: RestorePlan,
  known: ReadonlySet<string>,
): string | null {
  const ours = new Set(plan.write.flatMap(({ entry, linkTo }) => [entry.path, linkTo ?? entry.path]));
  const changed = live.find(
    ({ type, size, state, path }) => type === 'file' && size > 0 && !known.has(state) && !ours.has(path),
  );
  return changed?.path ?? null;
}

function notCopied(folder: string, reason: string): Problem {
  return {
    code: 'copy-failed',
    message: `The build directory could not be copied to ${folder}: ${reason}.`,
    advice: 'Check that there is space.',
  };
}

function halfRestored(reason: string): Problem {
  return {
    code: 'snapshot-half-restored',
    message: `The build directory could not be brought back as it was: ${reason}.`,
    advice: 'Run all phases afresh.',
  };
}

/** Removes a tree, folders without write permission in it too. Nothing there is fine. */
export async function removeTree(path: string, runner: ProcessRunner): Promise<void> {
  if (await removeSmallTree(path)) return;
  const removed = await runner.run('rm', ['-rf', '--', path]);
  if (removed.exitCode === 0) return;
  await runner.run('chmod', ['-R', 'u+rwX', '--', path]);
  await runner.run('rm', ['-rf', '--', path]);
}
