// Running other programs for the set-up scripts, and what they share: folders, calm lines of progress, errors to act on.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  openSync,
  readSync,
  statSync,
  unlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endTree } from '../processTree.mjs';
import { isInterrupted, toUndo, withoutMark } from './cleanUp.mjs';

export const projectRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** Everything that the scripts make and that can be made again; in .gitignore. */
export const cacheFolder = join(projectRoot, '.cache');

/** Something is missing that the scripts cannot provide; the message says what to do. */
export class SetupError extends Error {}

export function say(line) {
  console.log(`· ${line}`);
}

/** Absolute path of a program on PATH, or null. */
export function findProgram(name, searchPath = process.env['PATH'] ?? '') {
  for (const folder of searchPath.split(delimiter)) {
    if (folder === '') continue;
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      if (statSync(file).isFile()) return file;
    } catch {
      // Not here: the next folder.
    }
  }
  return null;
}

/** An interrupted script takes the program and what it started along, or waits for one that is shielded. */
export function endWhenInterrupted(child, { shielded = false } = {}) {
  const ended = new Promise((resolve) => {
    child.on('close', resolve);
    child.on('error', resolve);
  });
  let running = true;
  const end = () => (shielded ? ended : endTree(child.pid));
  const undo = toUndo(() => (running ? end() : null), { patient: shielded });
  void ended.then(() => {
    running = false;
    return undo();
  });
}

/** A file without a name: unlike a pipe it takes what a program writes also when we are gone. */
function namelessFile() {
  const path = join(tmpdir(), `phasewise-output-${randomUUID()}`);
  const descriptor = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  const read = () => {
    const bytes = Buffer.alloc(fstatSync(descriptor).size);
    readSync(descriptor, bytes, 0, bytes.length, 0);
    closeSync(descriptor);
    return bytes.toString();
  };
  return { descriptor, read };
}

/** Where a program's output goes. Sessions of their own do not hear the terminal's Ctrl-C: the script ends them, in order. */
const outputs = {
  kept: { stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  shown: { stdio: ['ignore', 'inherit', 'inherit'], detached: true },
  terminal: { stdio: 'inherit', detached: false },
};

/**
 * Runs a program to its end, without a shell. Gives its exit code and output (standard output and error together); never rejects, and
 * never resolves once the script is interrupted. `output` may also be `shown`, or `terminal` for a program that asks its user;
 * `timeoutMs` ends it with all that it started; one that is `shielded` ends by itself also when the script is interrupted or killed.
 */
export function run(
  program,
  args,
  { cwd = projectRoot, env = process.env, output = 'kept', timeoutMs = 0, shielded = false } = {},
) {
  return new Promise((resolve) => {
    if (isInterrupted()) return;
    const file = shielded && output === 'kept' ? namelessFile() : null;
    const { stdio, detached } = outputs[output];
    const child = spawn(program, args, {
      ...{ cwd, detached, env: shielded ? withoutMark(env) : env },
      stdio: file === null ? stdio : ['ignore', file.descriptor, file.descriptor],
    });
    endWhenInterrupted(child, { shielded });
    const said = { all: '', stdout: '' };
    child.stdout?.on('data', (chunk) => {
      said.stdout += chunk;
      said.all += chunk;
    });
    child.stderr?.on('data', (chunk) => (said.all += chunk));
    let timedOut = false;
    const late = () => {
      timedOut = true;
      void endTree(child.pid);
    };
    const timer = timeoutMs > 0 ? setTimeout(late, timeoutMs) : null;
    const end = (exitCode, message = '') => {
      if (timer) clearTimeout(timer);
      const all = `${said.all}${file?.read() ?? ''}${message}`;
      if (!isInterrupted()) resolve({ exitCode, output: all, stdout: said.stdout, timedOut });
    };
    child.on('error', (error) => end(null, error.message));
    child.on('close', (exitCode) => end(exitCode));
  });
}

/** As `run`, but a failure is a SetupError with the end of what the program said. */
export async function runOrFail(what, program, args, options = {}) {
  const result = await run(program, args, options);
  if (result.exitCode !== 0) {
    const end = result.output.trim().split('\n').slice(-25).join('\n');
    throw new SetupError(`${what} failed (${program} ${args.join(' ')}):\n${end}`);
  }
  return result;
}
