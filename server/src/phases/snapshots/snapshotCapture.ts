/** Describes a live directory as it is now, and copies to a pack what no snapshot has yet. */
import type { Problem, Result } from '../../result';
import { failure, stopped, success } from '../../result';
import type { OpenedListing } from './snapshotAccess';
import { closeAgain, walkOpened } from './snapshotAccess';
import type { Content, Manifest, PackSummary, SnapshotEntry } from './snapshotManifest';
import { snapshotEntry } from './snapshotManifest';
import type { WrittenPack } from './snapshotPacks';
import { neededBytes } from './snapshotCopy';
import { someNames } from './snapshotRestore';
import type { SnapshotStore } from './snapshotStore';
import type { TreeEntry } from './snapshotTree';
import { parseEntry, pathText } from './snapshotTree';
import type { DirectoryWalker, Listing } from './snapshotWalk';

/**
 * Kernels before 6.13 take ctimes from a clock that ticks up to 10 ms apart; what changed that shortly before it was
 * looked at may change again without its ctime telling.
 */
const tickSeconds = 0.02;

export interface CaptureParts {
  readonly directory: string;
  readonly walker: DirectoryWalker;
  readonly store: SnapshotStore;
  /** Of the whole store. */
  readonly limitBytes: number;
  /** One that is still there. */
  readonly earlier: EarlierSnapshot | null;
}

export interface EarlierSnapshot {
  readonly index: number;
  readonly listing: Listing;
  readonly manifest: Manifest;
  /** Whether nothing needs a look when the listing is the same: every content is known. */
  readonly settled: boolean;
}

export interface Capture {
  readonly listing: Listing;
  /** Null when it is that of the earlier snapshot. */
  readonly manifest: Manifest | null;
  readonly copiedFiles: number;
  readonly copiedBytes: number;
  readonly notes: readonly string[];
  readonly setuid: readonly string[];
}

const attempts = 3;

/** Problems: `directory-unreadable`, `snapshot-too-large`, `snapshot-not-saved`, `cancelled`. */
export async function captureTree(parts: CaptureParts, signal: AbortSignal): Promise<Result<Capture>> {
  for (let attempt = 1; ; attempt++) {
    const captured = await captureOnce(parts, attempt === attempts, signal);
    if (signal.aborted) return failure(stopped);
    if (captured !== 'unsteady') return captured;
  }
}

/** `unsteady` when files changed while they were copied, unless `patient`: then those are copied one by one. */
async function captureOnce(
  parts: CaptureParts,
  patient: boolean,
  signal: AbortSignal,
): Promise<Result<Capture> | 'unsteady'> {
  const { earlier } = parts;
  const walked = await walkOpened(parts.walker, parts.directory, signal, earlier?.listing ?? null);
  if (!walked.ok) return walked;
  const { listing } = walked.value;
  if (earlier?.settled === true && listing.text === earlier.listing.text) {
    return success({
      listing,
      manifest: null,
      copiedFiles: 0,
      copiedBytes: 0,
      notes: unkeptNotes(listing.entries),
      setuid: setuidFiles(listing.entries),
    });
  }
  try {
    return await copyChanged(parts, walked.value, patient, signal);
  } finally {
    await closeAgain(parts.directory, walked.value.opened);
  }
}

async function copyChanged(
  parts: CaptureParts,
  walked: OpenedListing,
  patient: boolean,
  signal: AbortSignal,
): Promise<Result<Capture> | 'unsteady'> {
  const { directory, store, walker } = parts;
  const known = await store.known();
  const files = changedFiles(walked.listing.entries, known);
  if (files.length === 0) return success(describe(parts, walked, known, null, null));
  const needed = await neededBytes(directory, files);
  if ((await store.bytes()) + needed > parts.limitBytes) return failure(tooLarge(needed, parts.limitBytes));
  const written = await store.packs.write(directory, files, patient, signal);
  if (!written.ok) return !patient && !isFull(written.error) ? 'unsteady' : failure(notSaved(written.error));
  const unchanged = await walker.unchanged(files, walked.listing, signal);
  if (!unchanged.ok) return unchanged;
  const steady = unchanged.value;
  if (!patient && steady !== null && files.some(({ state }) => !steady.has(state))) {
    await store.tidy();
    return 'unsteady';
  }
  return success(describe(parts, walked, known, written.value, steady));
}

/** The names of a hard-linked file have one state. */
function changedFiles(
  entries: readonly TreeEntry[],
  known: ReadonlyMap<string, Content>,
): readonly TreeEntry[] {
  const changed = new Map<string, TreeEntry>();
  for (const entry of entries) {
    if (entry.type === 'file' && entry.size > 0 && !known.has(entry.state)) changed.set(entry.state, entry);
  }
  return [...changed.values()];
}

/** `steady`: the states that were still there after the copying; null when all were. */
function describe(
  { store, earlier }: CaptureParts,
  { listing, opened }: OpenedListing,
  known: ReadonlyMap<string, Content>,
  written: WrittenPack | null,
  steady: ReadonlySet<string> | null,
): Capture {
  const entries = new Map<string, SnapshotEntry>();
  const packs = new Map<number, PackSummary>();
  if (written !== null) packs.set(written.pack, written.summary);
  const addSummary = (pack: number): void => {
    const summary = packs.has(pack) ? undefined : store.summary(pack);
    if (summary !== undefined) packs.set(pack, summary);
  };
  for (const entry of listing.entries) {
    const { path, state, type } = entry;
    const former = earlier?.manifest.entries.get(path);
    if (former !== undefined && isDescribed(former, entry) && !opened.has(path)) {
      entries.set(path, former);
      if (former.content !== null) addSummary(former.content.pack);
      continue;
    }
    const content = known.get(state) ?? written?.contents.get(state) ?? null;
    // It went away before it could be copied.
    if (type === 'file' && entry.size > 0 && content === null) continue;
    const settled =
      known.has(state) || (Number(entry.ctime) < listing.begun - tickSeconds && (steady?.has(state) ?? true));
    const mode = opened.get(path);
    if (mode === undefined) entries.set(path, snapshotEntry(entry, content, settled));
    else entries.set(path, snapshotEntry(withMode(entry, mode), content, false));
    if (content !== null) addSummary(content.pack);
  }
  const copiedFiles = written?.contents.size ?? 0;
  const copiedBytes = written?.summary.size ?? 0;
  return {
    listing,
    manifest: { entries, packs },
    copiedFiles,
    copiedBytes,
    notes: unkeptNotes(listing.entries),
    setuid: setuidFiles(listing.entries),
  };
}

/** Whether an earlier snapshot says of an entry all that there is to say. */
function isDescribed(former: SnapshotEntry, { state, target }: TreeEntry): boolean {
  return (former.content === null || former.settled) && former.state === state && former.target === target;
}

function unkeptNotes(entries: readonly TreeEntry[]): readonly string[] {
  const unkept = entries.filter(({ type }) => type === 'socket' || type === 'device').map(({ path }) => path);
  return unkept.length === 0 ? [] : [`Sockets and devices are not copied: ${someNames(unkept.sort())}.`];
}

function setuidFiles(entries: readonly TreeEntry[]): readonly string[] {
  return entries.flatMap(({ type, mode, path }) =>
    type === 'file' && (mode & 0o6000) !== 0 ? [pathText(path)] : [],
  );
}

/** The entry as it was before it was opened to be read. */
function withMode(entry: TreeEntry, mode: number): TreeEntry {
  const [letter = '', , ...rest] = entry.state.split(' ');
  const state = [letter, mode.toString(8), ...rest].join(' ');
  return parseEntry(state, entry.path, entry.target) ?? entry;
}

/**
 * The manifest with what is now known of the live files that hold its contents, so that they are not copied again. What
 * the directory lacks (a socket) is kept as it was.
 */
export function recognised(
  manifest: Manifest,
  live: readonly TreeEntry[],
  begun: number,
  known: ReadonlyMap<string, Content>,
): Manifest {
  const entries = new Map(manifest.entries);
  for (const entry of live) {
    const old = manifest.entries.get(entry.path);
    // A folder that is only for now entered by its owner.
    if (old === undefined || old.type === 'directory') continue;
    const settled = known.has(entry.state) || Number(entry.ctime) < begun - tickSeconds;
    entries.set(entry.path, snapshotEntry(entry, old.content, settled));
  }
  return { entries, packs: manifest.packs };
}

function isFull(reason: string): boolean {
  return /no space|ENOSPC|quota|EDQUOT|too large|EFBIG/i.test(reason);
}

export function notSaved(reason: string): Problem {
  const message = `The build directory could not be copied: ${reason}.`;
  const advice = isFull(reason)
    ? 'Make room on the disk that holds the sessions, or drop old sessions.'
    : null;
  return { code: 'snapshot-not-saved', message, advice };
}

function tooLarge(needed: number, limit: number): Problem {
  return {
    code: 'snapshot-too-large',
    message: `The build directory is too large to keep a copy of it: ${megabytes(needed)} changed, and the session may keep ${megabytes(limit)} in all.`,
    advice: null,
  };
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1_000_000)} MB`;
}
