/** The only room that starts processes. Arrays of arguments, no shell; cancellation ends the whole process tree. */
import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import type { Result } from '../result';
import { failure, success } from '../result';
import { BulkPipes } from './bulkPipe';
import { collect, drained, feed } from './childStreams';
import { Offspring } from './offspring';
import { endTree, procTable, psTable, sendSignal } from './processTree';
import type { ProcessTable } from './processTree';

export interface RunOptions {
  readonly cwd?: string;
  /** The whole environment of the child; default: ours. */
  readonly env?: Readonly<Record<string, string>>;
  /** Written to standard input, which is then closed, or read from; default: no input (`/dev/null`). */
  readonly stdin?: string | Uint8Array | Readable;
  readonly timeoutMs?: number;
  /** What of each stream is kept in the result (the rest is dropped, `truncated` says so); default 64 MiB. */
  readonly maxOutputBytes?: number;
  /** Resident memory above which the child is ended; default: no limit. Looked at a few times a second. */
  readonly maxResidentBytes?: number;
  /** How long the child may take to end after SIGTERM before SIGKILL; default 2000. A function is asked when it is to end. */
  readonly graceMs?: number | (() => number);
  /** Aborting ends the child and all its descendants. */
  readonly signal?: AbortSignal;
  /** When somebody else kills the child, what it started is ended, too. For one that tells on standard error when it starts something. */
  readonly endsOffspring?: boolean;
  /** Whether it gives way to all that has to do something. */
  readonly lowPriority?: boolean;
  /** Called once with the child's process id (also its group's) when it has started. */
  readonly onStarted?: (pid: number) => void;
  /** Called with each chunk as it comes; a stream with a listener is not kept in the result. */
  readonly onStdout?: (chunk: Uint8Array) => void;
  readonly onStderr?: (chunk: Uint8Array) => void;
  /** Standard error comes line by line in large numbers: it is read in pieces as large as there are, a moment later. */
  readonly bulkStderr?: boolean;
}

export interface ProcessResult {
  /** Null when ended by a signal or never started. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Decoded as UTF-8 with replacement. */
  readonly stdout: string;
  readonly stderr: string;
  readonly truncated: boolean;
  /** Why we ended it, or why it never started. */
  readonly ended: 'exit' | 'timeout' | 'memory' | 'cancelled' | 'notStarted';
  /** System error code when never started, e.g. `ENOENT`. */
  readonly startError: string | null;
}

export interface ProcessRunner {
  /** Never rejects: each way of ending is in the result. */
  run(program: string, args: readonly string[], options?: RunOptions): Promise<ProcessResult>;
}

export interface ChildOptions {
  readonly cwd?: string;
  /** What the program sees as its own name; default: the program as given. */
  readonly argv0?: string;
  /** The whole environment of the child; default: ours. */
  readonly env?: Readonly<Record<string, string>>;
  /** One entry a descriptor from 0 on; a number is a descriptor of ours. Default: 0, 1 and 2 ignored. */
  readonly stdio?: readonly ('ignore' | 'pipe' | number)[];
  /** Called with the child's process id in the very turn in which it is started, so that whoever guards it knows of it. */
  readonly onStarted?: (pid: number) => void;
  /** In our own process group and at our own terminal, for a shell that a person uses; default: in a session of its own. */
  readonly foreground?: boolean;
}

export interface ChildExit {
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/** A long-lived child. Who starts it ends it. */
export interface ChildHandle {
  readonly pid: number;
  /** The streams of entries 0, 1 and 2 that are `pipe`, else null. */
  readonly stdin: Writable | null;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  /** Never rejects. */
  readonly exited: Promise<ChildExit>;
  /** Sends a signal to the child alone; false when it ended already. */
  signal(name: NodeJS.Signals): boolean;
  /**
   * Ends the child and all it started: SIGTERM, after `graceMs` (default 0) SIGKILL. Resolves when nothing of it is
   * left, and at once when it ended already.
   */
  kill(graceMs?: number): Promise<void>;
}

/** Why a child never started: the system's error code, e.g. `ENOENT`. */
export interface StartFailure {
  readonly code: string;
  readonly message: string;
}

const macListing = () =>
  new Promise<string>((resolve) => {
    execFile('/bin/ps', ['-axo', 'pid=,ppid=,rss='], { maxBuffer: 1 << 24 }, (_, stdout) => resolve(stdout));
  });
const table: ProcessTable = process.platform === 'linux' ? procTable() : psTable(macListing);

/** All that a process started and that still runs. */
export async function descendantsOf(pid: number): Promise<readonly number[]> {
  return (await table.descendants([pid])).map((one) => one.pid);
}

/** Resident memory of a process; null when it is not known. */
export function residentBytes(pid: number): Promise<number | null> {
  return table.residentBytes(pid);
}

/** Ends what a process started but not itself (a hung phase's children); SIGKILL after `graceMs`. */
export async function endDescendants(pid: number, graceMs: number): Promise<void> {
  const root = table.identify(pid);
  if (root !== null) await endTree(table, root, { graceMs, includeRoot: false, group: false });
}

/** Starts a child that lives on; fails with the system's code (`ENOENT`, `EACCES`, `E2BIG`, …) when it cannot start. */
export async function spawnChild(
  program: string,
  args: readonly string[],
  options: ChildOptions = {},
): Promise<Result<ChildHandle, StartFailure>> {
  const started = await start(program, args, options);
  if (!started.ok) return started;
  const { child, pid, exited } = started.value;
  const root = table.identify(pid) ?? { pid, startTime: '' };
  return success({
    pid,
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    exited,
    signal: (name) => child.exitCode === null && child.signalCode === null && child.kill(name),
    kill: async (graceMs = 0) => {
      await endTree(table, root, { graceMs, includeRoot: true, group: true });
      await exited;
    },
  });
}

interface Started {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly exited: Promise<ChildExit>;
}

function start(
  program: string,
  args: readonly string[],
  options: ChildOptions,
): Promise<Result<Started, StartFailure>> {
  return new Promise((resolve) => {
    const refuse = (error: unknown) =>
      resolve(
        failure({ code: errorCode(error), message: error instanceof Error ? error.message : String(error) }),
      );
    let child: ChildProcess;
    try {
      child = spawn(program, args, {
        cwd: options.cwd,
        argv0: options.argv0,
        env: options.env,
        stdio: [...(options.stdio ?? ['ignore', 'ignore', 'ignore'])],
        detached: options.foreground !== true,
        shell: false,
        windowsHide: true,
      });
    } catch (error) {
      // Arguments with NUL bytes and too long ones are refused by throwing.
      refuse(error);
      return;
    }
    child.once('error', refuse);
    if (child.pid !== undefined) options.onStarted?.(child.pid);
    const exited = new Promise<ChildExit>((settle) => {
      child.once('exit', (exitCode, signal) => settle({ exitCode, signal }));
    });
    child.once('spawn', () => {
      child.on('error', () => {
        // A signal that could not be delivered: the child is gone, `exit` tells.
      });
      resolve(success({ child, pid: child.pid ?? 0, exited }));
    });
  });
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'UNKNOWN';
}

const defaultMaxOutputBytes = 64 * 1024 * 1024;
/** See `RunOptions.graceMs`. */
export const defaultGraceMs = 2000;
const memoryPollMs = 150;

/** Runs children to their end. The one implementation; tests of other rooms give their own. */
export function createProcessRunner(): ProcessRunner {
  const pipes = new BulkPipes(makeFifo);
  return { run: (program, args, options = {}) => runToEnd(program, args, options, pipes) };
}

async function runToEnd(
  program: string,
  args: readonly string[],
  options: RunOptions,
  pipes: BulkPipes,
): Promise<ProcessResult> {
  if (options.signal?.aborted === true) return neverStarted('cancelled', null);
  const bulk = options.bulkStderr === true ? await pipes.take() : null;
  const started = await spawnChild(program, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: [options.stdin === undefined ? 'ignore' : 'pipe', 'pipe', bulk?.writeEnd ?? 'pipe'],
    onStarted: (pid) => {
      if (options.lowPriority === true) giveWay(pid);
      options.onStarted?.(pid);
    },
  });
  if (!started.ok) {
    bulk?.close();
    return neverStarted('notStarted', started.error.code);
  }
  const child = started.value;
  const errors = bulk?.reader() ?? child.stderr;
  const limit = options.maxOutputBytes ?? defaultMaxOutputBytes;
  const stdout = collect(child.stdout, limit, options.onStdout);
  const stderr = collect(errors, limit, options.onStderr);
  feed(child.stdin, options.stdin);
  const watch = watchChild(child, errors, options);
  const exit = await child.exited;
  const ended = await watch.stop(exit.signal);
  await drained([stdout, stderr], () => sendSignal(-child.pid, 'SIGKILL'));
  return {
    ...exit,
    stdout: stdout.text(),
    stderr: stderr.text(),
    truncated: stdout.truncated() || stderr.truncated(),
    ended,
    startError: null,
  };
}

function giveWay(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {
    // It has ended already.
  }
}

function makeFifo(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    execFile('mkfifo', ['-m', '600', path], (error) => resolve(error === null));
  });
}

function neverStarted(ended: 'cancelled' | 'notStarted', startError: string | null): ProcessResult {
  return { exitCode: null, signal: null, stdout: '', stderr: '', truncated: false, ended, startError };
}

type Ended = 'exit' | 'timeout' | 'memory' | 'cancelled';

/** Ends the child when its time, memory or its caller's patience is over; `stop` tells what it was. */
function watchChild(
  child: ChildHandle,
  errors: Readable | null,
  options: RunOptions,
): { stop(signal: string | null): Promise<Ended> } {
  let ended: Ended = 'exit';
  let killing: Promise<void> | null = null;
  const end = (reason: Ended) => {
    if (killing !== null) return;
    ended = reason;
    const { graceMs = defaultGraceMs } = options;
    killing = child.kill(typeof graceMs === 'number' ? graceMs : graceMs());
  };
  const onAbort = () => end('cancelled');
  options.signal?.addEventListener('abort', onAbort, { once: true });
  if (options.signal?.aborted === true) onAbort();
  const timer = options.timeoutMs === undefined ? null : setTimeout(() => end('timeout'), options.timeoutMs);
  const offspring = options.endsOffspring === true ? new Offspring(table, child.pid) : null;
  errors?.on('data', () => offspring?.news());
  const { maxResidentBytes } = options;
  const meter =
    maxResidentBytes === undefined
      ? null
      : setInterval(() => {
          void table.residentBytes(child.pid).then((bytes) => {
            if (bytes !== null && bytes > maxResidentBytes) end('memory');
          });
        }, memoryPollMs);
  return {
    stop: async (signal) => {
      options.signal?.removeEventListener('abort', onAbort);
      if (timer !== null) clearTimeout(timer);
      if (meter !== null) clearInterval(meter);
      if (killing !== null) await killing;
      await (signal !== null && killing === null ? offspring?.end() : offspring?.forget());
      return ended;
    },
  };
}
