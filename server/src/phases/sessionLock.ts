/**
 * Who may use a session's folder: the file `lock` names a process by id and start time. Another one asks it to let go by a
 * file `release`, which the holder watches: it lets go unless a run is going on, and then removes the file.
 */
import { watch } from 'node:fs';
import { link, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { randomBytes } from 'node:crypto';
import type { Problem, Result } from '../result';
import { failure, stopped, success } from '../result';
import { startTime } from './strays';

export interface SessionLock {
  /** Calls when another process asks for the session; answers false when it is to be refused. */
  onAsked(answer: () => boolean): void;
  release(): Promise<void>;
}

const patienceMs = 5000;
const pollMs = 20;
const abandonedMs = 10_000;

/**
 * Takes the lock of a folder, from a process that ended too, or from one that lets go when asked. Problems:
 * `session-in-use`, `session-folder`, `cancelled`.
 */
export async function lockSession(folder: string, signal: AbortSignal): Promise<Result<SessionLock>> {
  const path = join(folder, 'lock');
  const own = `${process.pid} ${await startTime(process.pid)} ${randomBytes(6).toString('hex')}\n`;
  const until = Date.now() + patienceMs;
  let asked = false;
  try {
    while (!signal.aborted) {
      const holder = await readFile(path, 'utf8').catch(() => null);
      if (holder === null) {
        if (await createLock(path, own)) return success(new HeldLock(folder, own));
      } else if (!(await isAlive(holder))) await removeDead(path, holder);
      else {
        const waiting = await stat(join(folder, 'release')).catch(() => null);
        if (asked && waiting === null && (await readFile(path, 'utf8').catch(() => null)) === holder)
          return failure(inUse(holder));
        if (Date.now() > until) return failure(inUse(holder));
        if (!asked) await writeFile(join(folder, 'release'), own);
        asked = true;
        await delay(pollMs);
      }
    }
    return failure(stopped);
  } catch (error) {
    return failure({
      code: 'session-folder',
      message: `The session's folder ${folder} could not be locked: ${error instanceof Error ? error.message : String(error)}.`,
      advice: 'Check that it may be written and has space.',
    });
  } finally {
    if (asked) await rm(join(folder, 'release'), { force: true });
  }
}

/** Id of the live process that holds the folder's lock; null when none does. */
export async function lockHolder(folder: string): Promise<number | null> {
  const holder = await readFile(join(folder, 'lock'), 'utf8').catch(() => null);
  return holder !== null && (await isAlive(holder)) ? Number.parseInt(holder, 10) : null;
}

/** With its content from the first moment on: a link to a file that is whole. */
async function createLock(path: string, own: string): Promise<boolean> {
  const whole = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(whole, own, { mode: 0o600 });
  try {
    await link(whole, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(whole, { force: true });
  }
}

/** Of several that find a dead holder, one removes its lock: the one that could make a folder named for it. */
async function removeDead(path: string, holder: string): Promise<void> {
  const turn = `${path}.dead`;
  try {
    await mkdir(turn);
  } catch {
    const since = await stat(turn).catch(() => null);
    if (since !== null && Date.now() - since.mtimeMs > abandonedMs)
      await rm(turn, { recursive: true, force: true });
    await delay(pollMs);
    return;
  }
  try {
    if ((await readFile(path, 'utf8').catch(() => null)) === holder) await rename(path, join(turn, 'lock'));
  } finally {
    await rm(turn, { recursive: true, force: true });
  }
}

async function isAlive(holder: string): Promise<boolean> {
  const match = /^(\d+) (\d+) /.exec(holder);
  if (match === null) return false;
  const pid = Number(match[1]);
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  return (await startTime(pid)) === Number(match[2]);
}

class HeldLock implements SessionLock {
  private answer: () => boolean = () => false;
  private readonly watching: () => void;

  constructor(
    private readonly folder: string,
    private readonly own: string,
  ) {
    this.watching = watchFolder(folder, () => void this.look());
  }

  onAsked(answer: () => boolean): void {
    this.answer = answer;
    void this.look();
  }

  async release(): Promise<void> {
    this.watching();
    const path = join(this.folder, 'lock');
    if ((await readFile(path, 'utf8').catch(() => null)) === this.own) await rm(path, { force: true });
  }

  private async look(): Promise<void> {
    const request = join(this.folder, 'release');
    const from = await readFile(request, 'utf8').catch(() => null);
    if (from === null || from === '' || from === this.own) return;
    if (!this.answer()) await rm(request, { force: true });
  }
}

function watchFolder(folder: string, onChange: () => void): () => void {
  try {
    const watcher = watch(folder, { persistent: false }, (_, name) => {
      if (name === null || name === 'release') onChange();
    });
    watcher.on('error', () => watcher.close());
    return () => watcher.close();
  } catch {
    // No watches left: the folder is looked at now and then.
    const timer = setInterval(onChange, 500);
    timer.unref();
    return () => clearInterval(timer);
  }
}

function inUse(holder: string): Problem {
  return {
    code: 'session-in-use',
    message: `Another process (${/^\d+/.exec(holder)?.[0] ?? 'unknown'}) is running phases in this session.`,
    advice: 'Wait for the end of that run, or stop it in the other window.',
  };
}
