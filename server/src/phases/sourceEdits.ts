/**
 * What a user changed in the unpacked source of a session, told exactly from what phases did: the directory is copied when
 * a phase ends, and again before the next begins, so what lies between the two is nobody's but the user's.
 */
import { relative } from 'node:path';
import type { FileEdit, FileVersion } from '../patch/gitPatch';
import type { Problem, Result } from '../result';
import { failure, success } from '../result';
import type { FilesAt, SessionFiles } from './sessionFiles';
import type { DiffSide, TreeChange } from './snapshots/snapshots';

/** A file that a patch can bring from what the phases made of it to what the user made of it. */
export interface SourceEdit {
  /** Relative to the folder in which patches are applied; bytes that are no UTF-8 are replaced. */
  readonly path: string;
  readonly edit: FileEdit;
  /** A sentence on why the patch may not fit in a real build; null when it does. */
  readonly doubt: string | null;
}

export interface SourceEdits {
  /** In which patches are applied, relative to the session's directory, with a `/` behind it. */
  readonly folder: string;
  readonly edits: readonly SourceEdit[];
  /** A sentence for each edited file that a patch cannot carry. */
  readonly leftOut: readonly string[];
}

/** Larger ones are no source that somebody edits. */
const mostBytes = 5_000_000;
const patchPhase = 'patchPhase';

/** The same file before the user's first edit of it and after the last. */
interface Edited {
  readonly bytes: Uint8Array;
  readonly from: { readonly at: number; readonly side: DiffSide | null };
  readonly to: { readonly at: FilesAt; readonly side: DiffSide | null };
  /** Whether a phase changed it between two edits. */
  readonly mixed: boolean;
}

/** Problems: `no-patch-phase`, `not-unpacked`, `edits-unknown`, those of reading the copies. */
export async function findSourceEdits(
  files: SessionFiles,
  signal: AbortSignal,
): Promise<Result<SourceEdits>> {
  const place = await patchedFolder(files);
  if (!place.ok) return place;
  const edited = await collect(files, place.value, signal);
  if (!edited.ok) return edited;
  const edits: SourceEdit[] = [];
  const leftOut: string[] = [];
  for (const [path, one] of [...edited.value].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const told = await describe(files, Buffer.from(path, 'latin1'), one, signal);
    if (!told.ok) return told;
    if (typeof told.value === 'string') leftOut.push(told.value);
    else if (told.value !== null) edits.push(told.value);
  }
  return success({ folder: place.value, edits, leftOut });
}

/** Whether anybody but the phases changed files of the session; true also when that cannot be told. */
export async function isEdited(files: SessionFiles, signal: AbortSignal): Promise<boolean> {
  const { results, failed, left } = files.record;
  if (results.length === 0 && failed === null) return false;
  if (left === null) return true;
  for (const [from, to] of gaps(files)) {
    const found = await files.changes(from, to, signal);
    if (!found.ok || found.value.length > 0) return true;
  }
  return false;
}

/** The folder in which patchPhase begins, relative to the session's directory, with a `/` behind it. */
async function patchedFolder(files: SessionFiles): Promise<Result<string>> {
  const { record, folder } = files;
  const index = record.phases.findIndex(({ name }) => name === patchPhase);
  if (index < 0 || record.phases[index]?.runs === false) return failure(noPatchPhase);
  if (record.results.length < index) return failure(notUnpacked);
  const state = await files.shellState(index);
  if (state === null) return failure(editsUnknown);
  const inside = relative(record.view?.buildTop ?? folder.buildTop, state.directory);
  if (inside.startsWith('..')) return failure(editsUnknown);
  return success(inside === '' ? 'build/' : `build/${inside}/`);
}

async function collect(
  files: SessionFiles,
  folder: string,
  signal: AbortSignal,
): Promise<Result<ReadonlyMap<string, Edited>>> {
  const edited = new Map<string, Edited>();
  for (const [from, to] of gaps(files)) {
    const found = await files.changes(from, to, signal);
    if (!found.ok) return found;
    for (const change of found.value) {
      const key = Buffer.from(change.bytes).toString('latin1');
      if (!key.startsWith(folder) || isFolder(change)) continue;
      const before = edited.get(key.slice(folder.length));
      const one = await joined(files, before, change, { from, to }, signal);
      if (!one.ok) return one;
      edited.set(key.slice(folder.length), one.value);
    }
  }
  return success(edited);
}

/** Between a phase's end and the next one's beginning, and since the last. */
function gaps({ record }: SessionFiles): readonly (readonly [number, FilesAt])[] {
  const { results, ends, snapshots, left } = record;
  const between = Array.from({ length: results.length + 1 }, (_, position) => {
    const [end, entry] = [ends[position] ?? null, snapshots[position] ?? null];
    return end === null || entry === null || end === entry ? [] : [[end, entry] as const];
  }).flat();
  return left === null ? between : [...between, [left, 'live']];
}

async function joined(
  files: SessionFiles,
  before: Edited | undefined,
  change: TreeChange,
  { from, to }: { readonly from: number; readonly to: FilesAt },
  signal: AbortSignal,
): Promise<Result<Edited>> {
  const last = { at: to, side: change.to };
  if (before === undefined) {
    const first = { at: from, side: change.from };
    return success({ bytes: change.bytes, from: first, to: last, mixed: false });
  }
  const [old, now] = [
    await versionAt(files, before.to.at, change.bytes, before.to.side, signal),
    await versionAt(files, from, change.bytes, change.from, signal),
  ];
  if (!old.ok) return old;
  if (!now.ok) return now;
  return success({ ...before, to: last, mixed: before.mixed || !sameVersion(old.value, now.value) });
}

/** A sentence when a patch cannot carry it; null when the edit was taken back. */
async function describe(
  files: SessionFiles,
  path: Uint8Array,
  { bytes, from, to, mixed }: Edited,
  signal: AbortSignal,
): Promise<Result<SourceEdit | string | null>> {
  const shown = Buffer.from(path).toString('utf8');
  if (mixed) return success(`${shown} was changed by a phase between your edits.`);
  for (const side of [from.side, to.side]) {
    if (side !== null && side.type !== 'file' && side.type !== 'symlink')
      return success(`${shown} is neither a file nor a link.`);
    if (side !== null && side.size > mostBytes)
      return success(`${shown} has more than ${mostBytes / 1_000_000} MB.`);
  }
  const before = await versionAt(files, from.at, bytes, from.side, signal);
  if (!before.ok) return before;
  const after = await versionAt(files, to.at, bytes, to.side, signal);
  if (!after.ok) return after;
  if (sameVersion(before.value, after.value)) return success(null);
  const fits = await fitting(files, bytes, before.value, from.at, signal);
  if (!fits.ok) return fits;
  if (fits.value === 'made')
    return success(`${shown} is made by a phase after ${patchPhase}, so a patch cannot change it.`);
  const edit = { path, before: before.value, after: after.value };
  const doubt = fits.value === null ? null : `${shown} ${fits.value}: the patch may not fit there.`;
  return success({ path: shown, edit, doubt });
}

/** Whether the file is, before the edit, as patches find it. Only `postPatch` and its kin, and later phases, make it another. */
async function fitting(
  files: SessionFiles,
  bytes: Uint8Array,
  before: FileVersion | null,
  at: number,
  signal: AbortSignal,
): Promise<Result<string | null>> {
  const { phases, ends, snapshots, derivation } = files.record;
  const index = phases.findIndex(({ name }) => name === patchPhase);
  const [entry, end] = [snapshots[index] ?? null, ends[index + 1] ?? null];
  if (entry === null || end === null || at === ends[index] || before?.kind === 'symlink')
    return success(null);
  const patched = await versionIn(files, end, bytes, signal);
  if (!patched.ok) return patched;
  if (patched.value === null && before !== null) return success('made');
  if (!sameContent(patched.value, before)) return success(`is changed by a phase after ${patchPhase}`);
  const hooked = ['prePatch', 'postPatch', patchPhase].some((name) => (derivation.env[name] ?? '') !== '');
  if (!hooked) return success(null);
  const unpacked = await versionIn(files, entry, bytes, signal);
  if (!unpacked.ok) return unpacked;
  return success(sameContent(unpacked.value, before) ? null : `is changed by ${patchPhase} itself`);
}

/** Of a regular file; what is a link or nothing counts as nothing. */
async function versionIn(
  files: SessionFiles,
  at: number,
  bytes: Uint8Array,
  signal: AbortSignal,
): Promise<Result<FileVersion | null>> {
  const read = await files.read(at, bytes, signal);
  if (read.ok) return success({ kind: 'file', executable: false, content: read.value });
  return read.error.code === 'no-such-file' ? success(null) : read;
}

export async function versionAt(
  files: SessionFiles,
  at: FilesAt,
  bytes: Uint8Array,
  side: DiffSide | null,
  signal: AbortSignal,
): Promise<Result<FileVersion | null>> {
  if (side === null) return success(null);
  const executable = (side.mode & 0o100) !== 0;
  if (side.type !== 'file')
    return success({ kind: 'symlink', executable: false, content: Buffer.from(side.target) });
  const read = await files.read(at, bytes, signal);
  return read.ok ? success({ kind: 'file', executable, content: read.value }) : read;
}

/** In what a patch can change, but for the executable bit. */
function sameContent(a: FileVersion | null, b: FileVersion | null): boolean {
  if (a === null || b === null) return a === b;
  return a.kind === b.kind && Buffer.compare(a.content, b.content) === 0;
}

export function sameVersion(a: FileVersion | null, b: FileVersion | null): boolean {
  return sameContent(a, b) && (a?.executable ?? false) === (b?.executable ?? false);
}

function isFolder({ from, to }: TreeChange): boolean {
  return (to ?? from)?.type === 'directory' && (from ?? to)?.type === 'directory';
}

const noPatchPhase: Problem = {
  code: 'no-patch-phase',
  message: 'This derivation runs no patchPhase, so nothing would apply a patch.',
  advice: null,
};

const notUnpacked: Problem = {
  code: 'not-unpacked',
  message: 'The source is not unpacked yet in this session, so there is nothing edited.',
  advice: 'Run unpackPhase, edit the files in the build directory, then save the edits.',
};

const editsUnknown: Problem = {
  code: 'edits-unknown',
  message: 'What was edited in the source cannot be told from what phases did: no copy of it was kept.',
  advice: 'Run unpackPhase again.',
};
