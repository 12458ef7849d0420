/** All sessions of a state folder: what they take on the disk, and what is dropped when that is too much. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessRunner } from '../nix/process';
import type { Problem, Result } from '../result';
import { failure, success } from '../result';
import { buildDirectoryOf } from './sessionFolder';
import { lockHolder, lockSession } from './sessionLock';
import { readRecord } from './sessionRecord';
import { removeLocked } from './sessionRemoval';
import { removeTree } from './snapshots/snapshots';

export interface ListedSession {
  readonly id: string;
  readonly folder: string;
  /** The name of the derivation as it is now; null when its record cannot be read. */
  readonly name: string | null;
  /** Hash of the bash side that made it; null when its record cannot be read. */
  readonly driver: string | null;
  /** Null when its record cannot be read: nothing can go on there. */
  readonly drvPath: string | null;
  /** File and attribute, a line each; null when it is found by nothing. */
  readonly key: string | null;
  readonly work: string | null;
  readonly bytes: number;
  /** Milliseconds since the epoch. */
  readonly used: number;
  /** Id of the live process that holds it; null when none does. */
  readonly heldBy: number | null;
  /** Null when it is gone. */
  readonly buildDirectory: string | null;
}

/** The most recently used first. */
export async function listSessions(
  stateFolder: string,
  runner: ProcessRunner,
  signal: AbortSignal,
): Promise<readonly ListedSession[]> {
  const root = join(stateFolder, 'sessions');
  const listed: ListedSession[] = [];
  for (const id of await readdir(root).catch(() => [])) {
    const folder = join(root, id);
    const read = await readRecord(folder);
    const record = typeof read === 'object' ? read : null;
    const work = record?.work ?? null;
    const sized = await runner.run('du', ['-sk', '--', folder, ...(work === null ? [] : [work])], { signal });
    const kilobytes = sized.stdout
      .split('\n')
      .reduce((sum, line) => sum + (Number.parseInt(line, 10) || 0), 0);
    const about = {
      name: record?.derivation.name ?? null,
      driver: record?.driver ?? null,
      drvPath: record?.derivation.path ?? null,
      key: record?.key ?? null,
      used: record?.used ?? 0,
    };
    listed.push({
      id,
      folder,
      work,
      bytes: kilobytes * 1024,
      heldBy: await lockHolder(folder),
      buildDirectory: record === null ? null : await buildDirectoryOf(record),
      ...about,
    });
  }
  return listed.sort((a, b) => b.used - a.used);
}

/** Removes a session with all its files; asks another process that holds it to let go. Problems: `session-in-use`, `no-such-session`. */
export async function dropSession(
  stateFolder: string,
  id: string,
  runner: ProcessRunner,
  signal: AbortSignal,
): Promise<Result<null>> {
  const root = join(stateFolder, 'sessions');
  const known: readonly string[] = await readdir(root).catch(() => []);
  if (!known.includes(id)) return failure(noSuchSession(id));
  const folder = join(root, id);
  const lock = await lockSession(folder, signal);
  if (!lock.ok) return lock;
  const record = await readRecord(folder);
  if (typeof record === 'object') await removeTree(record.work, runner);
  await removeLocked(folder, lock.value, runner);
  return success(null);
}

/** Drops sessions that nothing can go on in, then the oldest until the rest is within the limit; none that is in use. */
export async function tidySessions(
  stateFolder: string,
  limitBytes: number,
  runner: ProcessRunner,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const dropped: string[] = [];
  let sum = 0;
  for (const session of await listSessions(stateFolder, runner, signal)) {
    sum += session.bytes;
    const dead = session.drvPath === null || session.key === null;
    if (session.heldBy !== null || signal.aborted || (!dead && sum <= limitBytes)) continue;
    const gone = await dropSession(stateFolder, session.id, runner, signal);
    if (!gone.ok) continue;
    sum -= session.bytes;
    dropped.push(session.id);
  }
  return dropped;
}

function noSuchSession(id: string): Problem {
  return {
    code: 'no-such-session',
    message: `There is no session ${id}.`,
    advice: 'List the sessions again.',
  };
}
