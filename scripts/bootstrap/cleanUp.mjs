// What is to be undone when a script ends, also when it is interrupted or killed: programs, temporary folders, locks.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setInterval } from 'node:timers';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { endMarked, readProcess } from '../processTree.mjs';

/** In the environment of whatever a script starts, so that also what has lost its parent is found. Scripts that start scripts add theirs. */
const markName = 'PHASEWISE_SCRIPT';
const mark = `script-${randomUUID()}`;
const environmentOutside = { ...process.env };

/** No undoing may take longer, or the end would never come. */
const undoPatienceMs = 15_000;
const npmCheckMs = 1000;

const pending = new Set();
let guardian = null;
let ending = false;

/**
 * Registers what undoes something; gives a function that does so, once, and is called at the latest when the script is interrupted.
 * `patient` waits for it however long it takes.
 */
export function toUndo(action, { patient = false } = {}) {
  let done = null;
  const undo = () => (done ??= Promise.resolve(action()).finally(() => pending.delete(undo)));
  undo.patient = patient;
  pending.add(undo);
  return undo;
}

/** A file or folder to remove at the end, also when the script is killed. Gives what removes it. */
export function toRemove(path) {
  guardian?.stdin.write(`+${JSON.stringify(path)}\n`);
  return toUndo(async () => {
    await rm(path, { recursive: true, force: true });
    guardian?.stdin.write(`-${JSON.stringify(path)}\n`);
  });
}

/** A new folder for temporary files, and what removes it. `shared` lets other users go through it. */
export async function temporaryFolder(prefix, { shared = false } = {}) {
  const folder = await mkdtemp(join(tmpdir(), prefix));
  const remove = toRemove(folder);
  if (shared) await chmod(folder, 0o1777);
  return { folder, remove };
}

/** For a program that goes on when the script is interrupted or killed. */
export function withoutMark(env = process.env) {
  return { ...env, [markName]: environmentOutside[markName] };
}

/** Whether the script ends because it was told to: then nothing new is started, and that something failed is no news. */
export function isInterrupted() {
  return ending;
}

async function undoAll() {
  // What was started last may need what was made before.
  for (const undo of [...pending].reverse()) {
    try {
      const patience = new AbortController();
      const undone = undo().finally(() => patience.abort());
      const late = pause(undoPatienceMs, undefined, { signal: patience.signal }).catch(() => undefined);
      await (undo.patient ? undone : Promise.race([undone, late]));
    } catch (error) {
      process.stderr.write(`${error.stack}\n`);
    }
  }
  await endMarked(mark);
}

async function interrupt(name) {
  if (ending) return;
  ending = true;
  process.exitCode = 128 + constants.signals[name];
  console.log(`${name === 'SIGINT' && process.stdout.isTTY ? '\n' : ''}· Ending everything that was started`);
  // What is under way fails now, and says so.
  for (const method of ['log', 'error', 'warn', 'info']) console[method] = () => undefined;
  await undoAll();
  process.exit();
}

/** A process of its own that does for a killed script what it cannot do itself. */
function startGuardian() {
  const program = fileURLToPath(new URL('guardian.mjs', import.meta.url));
  guardian = spawn(process.execPath, [program, mark], {
    env: environmentOutside,
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  // Without it only this protection is missing.
  for (const one of [guardian, guardian.stdin]) one.on('error', () => undefined);
  guardian.unref();
  guardian.stdin.unref();
}

/** The process that started us, through the shell that npm starts its scripts with. */
function starter() {
  const parent = readProcess(process.ppid);
  return parent !== null && /^\w*sh$/.test(parent.name) ? parent.parent : process.ppid;
}

/** npm passes signals on, but not that it was killed. */
function watchNpm() {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const npm = starter();
  setInterval(() => starter() !== npm && void interrupt('SIGHUP'), npmCheckMs).unref();
}

/** From now on an interrupted script undoes what it did. A second signal, as from npm after the terminal's, changes nothing. */
export function watchInterruptions() {
  const before = process.env[markName];
  process.env[markName] = before ? `${before} ${mark}` : mark;
  startGuardian();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => void interrupt(name));
  // Nobody reads any more: the terminal is gone, or the other end of the pipe.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => void interrupt('SIGPIPE'));
  watchNpm();
}
