/** How a session's folder is emptied and removed while others may be waiting for its lock. */
import { readdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessRunner } from '../nix/process';
import type { SessionLock } from './sessionLock';
import { removeTree } from './snapshots/snapshots';

/** Removes all but the lock. */
export async function clearFolder(folder: string, runner: ProcessRunner): Promise<void> {
  for (const entry of await readdir(folder)) {
    if (entry !== 'lock') await removeTree(join(folder, entry), runner);
  }
}

/** Removes the folder, of which the lock is held. Who takes the lock as soon as it is free finds the folder empty, and keeps it. */
export async function removeLocked(folder: string, lock: SessionLock, runner: ProcessRunner): Promise<void> {
  await clearFolder(folder, runner);
  await lock.release();
  // It is not empty when another has begun there: theirs stays.
  await rmdir(folder).catch(() => undefined);
}
