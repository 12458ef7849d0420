/**
 * The files of a session as its phases left them, read beside whoever runs phases in it: its record and the copies of its
 * directory are whole at any moment, so nobody has to let go of it.
 */
import { constants } from 'node:fs';
import { lstat, open, readFile, stat } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import type { ProcessRunner } from '../nix/process';
import type { FileKind } from '../protocol/model';
import type { Problem, Result } from '../result';
import { failure, success } from '../result';
import type { SessionFolder } from './sessionFolder';
import { findSession, sessionFolderAt } from './sessionFolder';
import { unknownPhase } from './sessionProblems';
import type { SessionRecord } from './sessionRecord';
import { readRecord, recordFile } from './sessionRecord';
import type { ShellState } from './shellState';
import { parseShellState } from './shellState';
import type { DirectorySnapshots, TreeChange } from './snapshots/snapshots';
import { IncrementalSnapshots } from './snapshots/snapshots';

/** A copy of the session's directory by its number, or the directory as it is now. */
export type FilesAt = number | 'live';

/** Between which two states a phase worked. */
export interface PhaseSpan {
  readonly from: number;
  readonly to: FilesAt;
}

export interface SessionPlace {
  readonly stateFolder: string;
  readonly storeDir: string;
  readonly runner: ProcessRunner;
}

/** Problems: `no-session` when no phase of the key's derivation was ever run, or what is left of it cannot be read. */
export async function openSessionFiles(place: SessionPlace, key: string): Promise<Result<SessionFiles>> {
  const id = await findSession(place.stateFolder, key, place.storeDir);
  if (id === null) return failure(noSession);
  const path = join(place.stateFolder, 'sessions', id);
  const record = await readRecord(path);
  if (typeof record !== 'object') return failure(noSession);
  const folder = sessionFolderAt(id, path, record.work);
  const snapshots = new IncrementalSnapshots(folder.work, folder.snapshots, place.runner, {
    mountPoints: () => new Set(record.view?.mountPoints),
  });
  return success(new SessionFiles(record, folder, snapshots));
}

/** Is another one when anything of the key's session changed; empty when there is none. */
export async function sessionStamp({ stateFolder, storeDir }: SessionPlace, key: string): Promise<string> {
  const id = await findSession(stateFolder, key, storeDir);
  if (id === null) return '';
  const stats = await stat(join(stateFolder, 'sessions', id, recordFile), { bigint: true }).catch(() => null);
  return stats === null ? '' : `${stats.ino} ${stats.mtimeNs}`;
}

export class SessionFiles {
  constructor(
    readonly record: SessionRecord,
    readonly folder: SessionFolder,
    private readonly snapshots: DirectorySnapshots,
  ) {}

  /** Problems: `unknown-phase`, `phase-not-run`. */
  span(phase: string): Result<PhaseSpan> {
    const { phases, results, snapshots, ends, left, failed } = this.record;
    const names = phases.map(({ name }) => name);
    const index = names.indexOf(phase);
    if (index < 0) return failure(unknownPhase(phase, names));
    const done = index < results.length;
    const half = index === results.length && (failed?.name === phase || this.record.dirty);
    const from = snapshots[index] ?? null;
    if (from === null || !(done || half)) return failure(done ? notKept(phase) : notRun(phase));
    const to = ends[index + 1] ?? (done ? snapshots[index + 1] : null) ?? null;
    if (to !== null) return success({ from, to });
    const isLast = half || (index === results.length - 1 && left === null);
    return isLast ? success({ from, to: 'live' }) : failure(notKept(phase));
  }

  /** Problems: those of reading the copies. */
  changes(from: FilesAt, to: FilesAt, signal: AbortSignal): Promise<Result<readonly TreeChange[]>> {
    if (from === 'live') return Promise.resolve(success([]));
    return this.snapshots.diff(from, to, signal);
  }

  /**
   * The bytes of a regular file. Problems: `no-such-file` (of another kind too), those of reading the
   * copies. `path` is relative to the session's directory.
   */
  async read(at: FilesAt, path: Uint8Array, signal: AbortSignal): Promise<Result<Uint8Array>> {
    if (at !== 'live') return this.snapshots.readFile(at, path, signal);
    const bytes = await readRegular(this.absolute(path)).catch(() => null);
    return bytes === null ? failure(noSuchFile(path)) : success(bytes);
  }

  /**
   * What is at a path without a link on its way; `none` when nothing is, null when a link is, or it cannot be told. `path` is relative to the
   * session's directory.
   */
  async kind(at: FilesAt, path: string, signal: AbortSignal): Promise<FileKind | 'none' | null> {
    const names = path.split('/');
    for (let length = 1; length < names.length; length++) {
      const above = await this.kindOf(at, names.slice(0, length).join('/'), signal);
      if (above !== 'directory') return above === 'none' ? 'none' : null;
    }
    return this.kindOf(at, path, signal);
  }

  private async kindOf(at: FilesAt, path: string, signal: AbortSignal): Promise<FileKind | 'none' | null> {
    if (at !== 'live') {
      const found = await this.snapshots.kind(at, path, signal);
      return found.ok ? (found.value ?? 'none') : null;
    }
    const stats = await lstat(join(this.folder.work, path)).catch((error: unknown) =>
      isMissing(error) ? ('none' as const) : null,
    );
    if (stats === null || stats === 'none') return stats;
    return stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : 'symlink';
  }

  /** The shell's state before the phase at this position; null when none was kept. */
  async shellState(position: number): Promise<ShellState | null> {
    const text = await readFile(join(this.folder.states, String(position)), 'latin1').catch(() => null);
    return (this.record.states[position] ?? null) === null || text === null ? null : parseShellState(text);
  }

  private absolute(path: Uint8Array): Buffer {
    return Buffer.concat([Buffer.from(`${this.folder.work}/`), path]);
  }

  /** How a path of the directory is said: relative to the build directory, or `$out/…`; null when it is neither's. */
  shown(path: string): string | null {
    if (path.startsWith('build/')) return path.slice('build/'.length);
    const { view, outputPaths } = this.record;
    const outputs = relative(this.folder.work, view?.outputFolder ?? this.folder.work);
    for (const [name, output] of Object.entries(outputPaths)) {
      const place = join(outputs, basename(output));
      if (path === place) return `$${name}`;
      if (path.startsWith(`${place}/`)) return `$${name}${path.slice(place.length)}`;
    }
    return null;
  }
}

/** Null for what is no regular file: a link to elsewhere is not followed, a pipe is not waited for. */
async function readRegular(file: Buffer): Promise<Buffer | null> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    return (await handle.stat()).isFile() ? await handle.readFile() : null;
  } finally {
    await handle.close();
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

const noSession: Problem = {
  code: 'no-session',
  message: 'No phase of this derivation has been run, so there are no files to look at.',
  advice: 'Run a phase first.',
};

function notRun(phase: string): Problem {
  return {
    code: 'phase-not-run',
    message: `${phase} has not been run in this session.`,
    advice: 'Run it first.',
  };
}

function notKept(phase: string): Problem {
  return {
    code: 'snapshot-missing',
    message: `No copy of the files from before or after ${phase} was kept.`,
    advice: 'Run it again.',
  };
}

function noSuchFile(path: Uint8Array): Problem {
  return {
    code: 'no-such-file',
    message: `There is no regular file ${Buffer.from(path).toString('utf8')} in the build directory.`,
    advice: null,
  };
}
