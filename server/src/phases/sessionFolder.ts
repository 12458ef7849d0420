/**
 * A session's two folders: its own (`$XDG_STATE_HOME/phasewise/sessions/ID`: logs, control files, snapshots, outputs)
 * and its work directory, whose name is as long as the store directory's, so that output paths keep their length.
 */
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { lstat, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem, Result } from '../result';
import { failure, success } from '../result';

/** Folder of all sessions' folders, by the XDG base directory specification. */
export function defaultStateFolder(env: Readonly<Record<string, string | undefined>>, home: string): string {
  const state = env['XDG_STATE_HOME'];
  return join(state !== undefined && state.startsWith('/') ? state : join(home, '.local/state'), 'phasewise');
}

export interface SessionFolder {
  readonly id: string;
  readonly path: string;
  readonly control: string;
  readonly texts: string;
  readonly logs: string;
  readonly snapshots: string;
  /** Shell states by position. */
  readonly states: string;
  readonly outputs: string;
  /** `/tmp/…`, exactly as long as the store directory. */
  readonly work: string;
  /** NIX_BUILD_TOP: `build` in the work directory. */
  readonly buildTop: string;
}

const workRoot = '/tmp/';
const fewestRandom = 3;

/** Name of a work directory that is exactly as long as the store directory; null when that one is too short. */
export function workFolderName(storeDir: string, random: (below: number) => number): string | null {
  const length = storeDir.length - workRoot.length;
  if (length < fewestRandom) return null;
  const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';
  return workRoot + Array.from({ length }, () => alphabet[random(alphabet.length)] ?? 'a').join('');
}

/**
 * A session's id: with a key always the same one for it, but for the name in front, so that it is found again. `store` is
 * the store directory.
 */
export function sessionId(name: string, key: string | null, store: string): string {
  return `${name.replaceAll(/[^A-Za-z0-9._+-]/g, '_').slice(0, 60)}-${idSuffix(key, store)}`;
}

function idSuffix(key: string | null, store: string): string {
  if (key === null) return randomBytes(5).toString('hex');
  return `s${createHash('sha256').update(`${store}\0${key}`).digest('hex').slice(0, 15)}`;
}

/** The folder of the key's session, else null. */
export async function findSession(stateFolder: string, key: string, store: string): Promise<string | null> {
  const names = await readdir(join(stateFolder, 'sessions')).catch(() => []);
  return names.find((name) => name.endsWith(`-${idSuffix(key, store)}`)) ?? null;
}

/** Makes both folders, readable by their owner only. */
export async function makeSessionFolder(
  stateFolder: string,
  id: string,
  storeDir: string,
): Promise<Result<SessionFolder>> {
  const path = join(stateFolder, 'sessions', id);
  try {
    const work = await makeWorkFolder(storeDir);
    if (!work.ok) return work;
    const folder = sessionFolderAt(id, path, work.value);
    for (const place of [folder.texts, folder.logs, folder.snapshots, folder.states]) {
      await mkdir(place, { recursive: true, mode: 0o700 });
    }
    return success(folder);
  } catch (error) {
    return failure(folderProblem(path, error));
  }
}

/** Identifies a work directory of ours that is there; null when there is none, or it is not ours alone. */
export async function workInode(work: string): Promise<string | null> {
  const stats = await lstat(work, { bigint: true }).catch(() => null);
  const build = await lstat(`${work}/build`).catch(() => null);
  if (stats?.isDirectory() !== true || build?.isDirectory() !== true) return null;
  const own = process.getuid?.() === undefined || Number(stats.uid) === process.getuid();
  return own && (stats.mode & 0o077n) === 0n ? `${stats.dev}:${stats.ino}` : null;
}

/** Absolute path of a session's build directory; null when it is gone, or something else has taken its place. */
export async function buildDirectoryOf(session: {
  readonly work: string;
  readonly workInode: string;
}): Promise<string | null> {
  return (await workInode(session.work)) === session.workInode ? `${session.work}/build` : null;
}

/** Makes a work directory of this name anew; null when something else has taken the name. */
export async function remakeWorkFolder(work: string): Promise<string | null> {
  try {
    await mkdir(work, { mode: 0o700 });
    await mkdir(`${work}/build`, { mode: 0o700 });
    return await workInode(work);
  } catch {
    return null;
  }
}

/** The places in a session's folders. */
export function sessionFolderAt(id: string, path: string, work: string): SessionFolder {
  const control = join(path, 'control');
  return {
    id,
    path,
    control,
    texts: join(control, 'texts'),
    logs: join(path, 'logs'),
    snapshots: join(path, 'snapshots'),
    states: join(path, 'states'),
    outputs: join(path, 'outputs'),
    work,
    buildTop: `${work}/build`,
  };
}

/** A new work directory with an empty build directory in it. Rejects when it cannot be made. */
export async function makeWorkFolder(storeDir: string): Promise<Result<string>> {
  for (;;) {
    const work = workFolderName(storeDir, randomInt);
    if (work === null) {
      return failure({
        code: 'store-directory-short',
        message: `Phases cannot be run for a store directory as short as ${storeDir}.`,
        advice: 'Use a store directory of at least 8 characters.',
      });
    }
    try {
      await mkdir(work, { mode: 0o700 });
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST') continue;
      throw error;
    }
    await mkdir(`${work}/build`, { mode: 0o700 });
    return success(work);
  }
}

/** When a session's folders cannot be made. */
export function folderProblem(path: string, error: unknown): Problem {
  return {
    code: 'session-folder',
    message: `The session's folders (${path} and one in ${workRoot}) could not be made: ${error instanceof Error ? error.message : String(error)}.`,
    advice: 'Check that both places may be written and have space.',
  };
}

/** File name of a phase's log: the phase's name with what a path may not hold replaced. */
export function logFileName(phase: string): string {
  return `${phase.replaceAll(/[^A-Za-z0-9._-]/g, '_').replace(/^\.+/, '_')}.log`;
}
