// One set-up at a time: two of them in the same folders would undo each other's work.
import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { link, mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import { setTimeout as pause } from 'node:timers/promises';
import { readProcess } from '../processTree.mjs';
import { toRemove } from './cleanUp.mjs';
import { cacheFolder, say } from './commands.mjs';

const lock = join(cacheFolder, 'set-up.lock');
const beatMs = 2_000;

/** A holder of whom nothing else is known, as in another container, lives as long as it shows itself. */
const deadMs = 20_000;

/** Where a process number means something: this boot of this machine, these processes. Only Linux tells. */
function processSpace() {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return null;
  }
}

function ourselves() {
  const started = readProcess(process.pid)?.started ?? null;
  return JSON.stringify({ id: randomUUID(), space: processSpace(), pid: process.pid, started });
}

/** Whether who wrote this into the lock has ended without removing it. */
async function isLeft(holder) {
  try {
    const { space, pid, started } = JSON.parse(holder);
    if (space !== null && space === processSpace()) return readProcess(pid)?.started !== started;
  } catch {
    // Not written by us: its age decides.
  }
  const { mtimeMs } = await stat(lock);
  return Date.now() - mtimeMs > deadMs;
}

/** Makes the lock with its content at once, so that nobody sees it without. */
async function create(holder) {
  const made = `${lock}.${randomUUID()}`;
  await writeFile(made, holder);
  try {
    await link(made, lock);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  } finally {
    await rm(made);
  }
}

/** Removes the lock of a holder that has ended. Another may have done so meanwhile, and hold it now: that one gets it back. */
async function removeLeft(holder) {
  const moved = `${lock}.${randomUUID()}`;
  await rename(lock, moved);
  if ((await readFile(moved, 'utf8')) !== holder) await link(moved, lock).catch(() => undefined);
  await rm(moved);
}

async function take() {
  if (await create(ourselves())) return true;
  try {
    const holder = await readFile(lock, 'utf8');
    if (await isLeft(holder)) {
      await removeLeft(holder);
      return create(ourselves());
    }
  } catch (error) {
    // It was released while we looked: the next try takes it.
    if (error.code !== 'ENOENT') throw error;
  }
  return false;
}

/** Does it when no other script of this checkout does anything of the kind; waits for that. */
export async function alone(action) {
  await mkdir(cacheFolder, { recursive: true });
  for (let said = false; !(await take()); said = true) {
    if (!said) say('Another set-up or build is under way in this folder: waiting for it to end');
    await pause(500);
  }
  const remove = toRemove(lock);
  const beat = setInterval(() => {
    const now = new Date();
    utimes(lock, now, now).catch(() => clearInterval(beat));
  }, beatMs);
  try {
    return await action();
  } finally {
    clearInterval(beat);
    await remove();
  }
}
