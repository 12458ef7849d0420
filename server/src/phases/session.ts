/** A phase session: the phases of one derivation, run one by one in a kept build directory and shell. */
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoreDerivation } from '../nix/derivationFile';
import type { ActivityEvent } from '../protocol/messages';
import type { PhaseStatus } from '../protocol/model';
import type { Result } from '../result';
import { failure, success } from '../result';
import type { SessionPhase } from './chain';
import type { InputEvidence } from './inputUse/inputUse';
import { LiveSession } from './liveSession';
import type { SessionOptions } from './openChain';
import type { PhaseSelection } from './selection';
import type { SessionEvent } from './sessionEvents';
import type { SessionFolder } from './sessionFolder';
import {
  findSession,
  folderProblem,
  makeSessionFolder,
  remakeWorkFolder,
  sessionFolderAt,
  sessionId,
  workInode,
} from './sessionFolder';
import { SessionKeeper } from './sessionKeeper';
import type { SessionLock } from './sessionLock';
import type { KeptBuild } from './sessionFromKept';
import type { MomentWish, PhasesLeft, SessionMoment, StoppedMoment } from './sessionMoment';
import { lockSession } from './sessionLock';
import type { SessionRecord, StalePhase } from './sessionRecord';
import { driverHash, readRecord } from './sessionRecord';
import { clearFolder } from './sessionRemoval';
import type { SessionRunResult } from './sessionResults';
import { IncrementalSnapshots, removeTree } from './snapshots/snapshots';
import { endProcessesOfBuild } from './strays';

export interface PhaseSession {
  readonly id: string;
  readonly folder: string;
  readonly workFolder: string;
  readonly isolation: 'namespace' | 'none';
  /** Why there is no isolation; null when there is, or when none was asked for. */
  readonly isolationNote: string | null;
  /** Whether its phases see the machine's own folders, as builds without Nix's sandbox do. */
  readonly seesMachine: boolean;
  readonly structure: 'phases' | 'buildCommand' | 'builder';
  readonly phases: readonly SessionPhase[];
  /** The derivation that the session is of; an edit may have come after its first. */
  readonly derivation: StoreDerivation;
  /** What the last run of each phase gave; phases not run since the last rewind are absent. */
  readonly statuses: ReadonlyMap<string, PhaseStatus>;
  /** Seconds that each done phase took. */
  readonly seconds: ReadonlyMap<string, number>;
  /** Phases that ran, and that an edit or an earlier phase that ran again since made doubtful, in order. */
  readonly stale: readonly StalePhase[];
  /** Whether its builder was told other output paths than a real build of `derivation` is: after an edit, and where it is not isolated. */
  readonly hasOtherPaths: boolean;
  /** Whether it was let go of: for another process, or for later. Then it can be opened again. */
  readonly released: boolean;
  /**
   * Runs what is selected; sends `started`, `phaseStarted`, `output`, `phaseFinished`, `notice`, those of hooks (`finished` is its
   * caller's to send, who knows the failure's place). A failing phase is no Problem but a result; Problems:
   * `unknown-phase`, `session-busy`, `session-closed`, those of opening a session anew.
   */
  run(
    selection: PhaseSelection,
    onEvent: (event: SessionEvent) => void,
    signal: AbortSignal,
  ): Promise<Result<SessionRunResult>>;
  /**
   * What used each input, when every phase ran while files were watched, and no edit came between; kept with the session. Null when
   * they were not, or the evidence has a gap.
   */
  inputUse(signal: AbortSignal): Promise<InputEvidence | null>;
  /**
   * Goes on as the session of an edited derivation, from the phase that the edit reaches first; null when it does, else a
   * sentence why it cannot and must begin anew (`begin`). Costs no phase; the next `run` goes back. Phases that are stale by it
   * keep `reason`.
   */
  adopt(derivation: StoreDerivation, firstPhase: string | null, reason: string): Promise<string | null>;
  /** The next `run` begins anew, with this derivation. Nothing when a run is going on. */
  begin(derivation: StoreDerivation): Promise<void>;
  /**
   * Goes on as what a failed build of `derivation` left, in the place of all that ran here, at the phase that failed; runs none. Problems:
   * `session-busy`, `session-closed`, those of beginning anew, `unknown-phase`, `phase-unknown`, `kept-not-copied`.
   */
  takeKept(
    derivation: StoreDerivation,
    kept: KeptBuild,
    onEvent: (event: ActivityEvent) => void,
    signal: AbortSignal,
  ): Promise<Result<null>>;
  /**
   * Copies the outputs to the session's `outputs` or another folder, with the store's paths inside; output name to its
   * copy. Problems: `phases-left`, `output-missing`, `output-not-copied`.
   */
  outputs(folder: string | null, signal: AbortSignal): Promise<Result<Readonly<Record<string, string>>>>;
  /** The session as it was at a phase. Problems: `unknown-phase`, `state-not-kept`, `session-busy`, `session-closed`. */
  moment(wish: MomentWish): Promise<Result<SessionMoment | PhasesLeft>>;
  /**
   * Makes the empty folder `work`, whose path is as long as the work directory's, what that was at the moment; files that
   * name the one name the other there. Of a phase that stands still it is what that is now, and the phase's end waits for it.
   * Problems: `session-busy`, `session-closed`, those of snapshots.
   */
  copyFiles(moment: SessionMoment | StoppedMoment, work: string, signal: AbortSignal): Promise<Result<null>>;
  /** Ends every process and leaves the folders, for this process or another to go on. Waits for a run's end. */
  release(): Promise<void>;
  /** Ends every process; removes the work directory, unless kept. Logs and copied outputs stay. */
  dispose(options?: { readonly keepWork?: boolean }): Promise<void>;
}

/**
 * Opens the key's session where it was left, by this process or another; else makes one and starts its shell, which
 * sources the setup script. An older session may be of another derivation than `options.derivation`: see `adopt`.
 * Problems: `session-in-use`, `session-folder`, `store-directory-short`, `setup-failed`, those of starting the shell.
 */
export async function openSession(
  options: SessionOptions,
  signal: AbortSignal,
): Promise<Result<PhaseSession>> {
  const { stateFolder, nix, derivation, key = null } = options;
  const known = key === null ? null : await findSession(stateFolder, key, nix.storeDir);
  const id = known ?? sessionId(derivation.name, key, nix.storeDir);
  const path = join(stateFolder, 'sessions', id);
  const lock = await lockFolder(path, signal);
  if (!lock.ok) return lock;
  const opened = await openLocked(options, id, lock.value, signal);
  if (!opened.ok) await lock.value.release();
  return opened;
}

/** Makes the folder and takes its lock; again where it was dropped between the two. */
async function lockFolder(path: string, signal: AbortSignal): Promise<Result<SessionLock>> {
  for (;;) {
    const made = await mkdir(path, { recursive: true, mode: 0o700 }).then(
      () => null,
      (error: unknown) => folderProblem(path, error),
    );
    if (made !== null) return failure(made);
    const lock = await lockSession(path, signal);
    if (lock.ok || signal.aborted) return lock;
    const dropped = (await stat(path).catch(() => null)) === null;
    if (!dropped) return lock;
  }
}

async function openLocked(
  options: SessionOptions,
  id: string,
  lock: SessionLock,
  signal: AbortSignal,
): Promise<Result<PhaseSession>> {
  const { stateFolder, nix, runner, driverFolder } = options;
  const path = join(stateFolder, 'sessions', id);
  const record = await readRecord(path);
  const driver = await driverHash(driverFolder);
  if (typeof record === 'object' && record.driver === driver && record.storeDir === nix.storeDir) {
    const resumed = await resume(options, record, path, lock);
    if (resumed !== null) return success(resumed);
  }
  if (typeof record === 'object') await removeTree(record.work, runner);
  await clearFolder(path, runner);
  const folder = await makeSessionFolder(stateFolder, id, nix.storeDir);
  if (!folder.ok) return folder;
  const keeper = new SessionKeeper(folder.value, await newRecord(options, folder.value, driver));
  const notices = record === 'absent' ? [] : [typeof record === 'object' ? otherVersion : unreadable];
  const session = new LiveSession({
    options,
    keeper,
    lock,
    notices,
    resumed: false,
    snapshots: snapshotsOf(options, keeper),
  });
  const started = await session.start(signal);
  if (started.ok) return success(session);
  await session.dispose();
  await removeTree(path, runner);
  return started;
}

function snapshotsOf({ runner }: SessionOptions, keeper: SessionKeeper): IncrementalSnapshots {
  const { work, snapshots } = keeper.folder;
  return new IncrementalSnapshots(work, snapshots, runner, {
    mountPoints: () => new Set(keeper.record.view?.mountPoints),
  });
}

/** Null when the work directory can neither be used as it is nor made again. */
async function resume(
  options: SessionOptions,
  record: SessionRecord,
  path: string,
  lock: SessionLock,
): Promise<PhaseSession | null> {
  const folder = sessionFolderAt(record.id, path, record.work);
  const keeper = new SessionKeeper(folder, record);
  if ((await workInode(record.work)) !== record.workInode || Date.now() - record.used > staleFilesMs) {
    await endStrays(options, folder);
    const inode = (await workInode(record.work)) ?? (await remakeWorkFolder(record.work));
    if (inode === null) return null;
    await keeper.update({ workInode: inode, dirty: true, failed: null });
  } else await endStrays(options, folder);
  return new LiveSession({
    ...{ options, keeper, lock, notices: [], resumed: true },
    snapshots: snapshotsOf(options, keeper),
  });
}

/** Processes that outlived an earlier holder of the session (its watchdog was killed too). */
function endStrays({ runner }: SessionOptions, { buildTop }: SessionFolder): Promise<void> {
  return endProcessesOfBuild(buildTop, runner, () => true);
}

/** Files in /tmp that were not used for so long may have been cleaned away one by one. */
const staleFilesMs = 12 * 60 * 60 * 1000;

async function newRecord(
  { derivation, key, nix }: SessionOptions,
  { id, work }: SessionFolder,
  driver: string,
): Promise<SessionRecord> {
  const empty = {
    ...{ phases: [], results: [], failed: null, dirty: true, finished: false },
    ...{ view: null, outputPaths: {}, edits: [], states: [], stale: [] },
    ...{ snapshots: [], ends: [], left: null },
  };
  const inode = (await workInode(work)) ?? '';
  const place = { storeDir: nix.storeDir, work, workInode: inode, driver };
  return {
    version: 2,
    id,
    key: key ?? null,
    derivation,
    ...place,
    structure: 'phases',
    ...empty,
    used: Date.now(),
  };
}

const unreadable = 'What an earlier run left could not be read: all phases run from the beginning.';
const otherVersion = 'What an earlier run left cannot be used any more: all phases run from the beginning.';
