/**
 * Where a builder's standard output and error go: one terminal for both, as Nix gives its builders. Never a socket pair:
 * there `echo > /dev/stderr` fails.
 */
import { constants, openSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { ChildHandle, ProcessRunner } from '../nix/process';
import { spawnChild } from '../nix/process';
import type { Result } from '../result';
import { failure, success } from '../result';
import { darwinHolderCommand } from './terminalDarwin';

export interface Terminal {
  readonly kind: 'pty' | 'fifo';
  /** What to open for writing to it. */
  readonly path: string;
  /** A descriptor for the child's standard output and error; the caller closes it once the child has it. */
  openForChild(): Promise<{ readonly fd: number; close(): Promise<void> }>;
  /** All that is written to it; reading slowly makes the writers wait. */
  readonly output: Readable;
  close(): Promise<void>;
}

export interface HolderCommand {
  readonly program: string;
  readonly args: readonly string[];
}

/**
 * What runs on the held terminal: no translation of newlines, its name told, then nothing; `cat` ends when the holder's
 * standard input does, so that the holder does not outlive us.
 */
export const holderScript = 'stty -opost -echo; tty > "$PHASEWISE_TTY"; exec cat > /dev/null';

/** util-linux `script`: `-e` and `-f` for the exit status and flushing, its own typescript to nowhere. */
export function linuxHolderCommand(): HolderCommand {
  return { program: 'script', args: ['-qefc', holderScript, '/dev/null'] };
}

/** Opens a pty; where that cannot be had (no `script`, no free terminal), a FIFO. `folder` gets its helper files. */
export async function openTerminal(
  folder: string,
  environment: Readonly<Record<string, string>>,
  runner: ProcessRunner,
  signal: AbortSignal,
): Promise<Result<Terminal>> {
  const pty = await openPty(folder, environment, signal);
  return pty === null ? openFifo(folder, runner, signal) : success(pty);
}

const holderTimeoutMs = 3000;

async function openPty(
  folder: string,
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Terminal | null> {
  const nameFile = join(folder, 'terminal');
  const { program, args } = process.platform === 'darwin' ? darwinHolderCommand() : linuxHolderCommand();
  const started = await spawnChild(program, args, {
    env: { ...environment, SHELL: '/bin/sh', PHASEWISE_TTY: nameFile },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  if (!started.ok) return null;
  const holder = started.value;
  const path = await terminalName(nameFile, holder, signal);
  if (path === null || holder.stdout === null) {
    await holder.kill();
    return null;
  }
  holder.stdin?.on('error', ignore);
  holder.stdout.on('error', ignore);
  return {
    kind: 'pty',
    path,
    openForChild: () => openForWriting(path, constants.O_WRONLY | constants.O_NOCTTY),
    output: holder.stdout,
    close: () => holder.kill(),
  };
}

/** A stream of a process that was ended; its end is seen elsewhere. */
function ignore(): void {
  return;
}

async function terminalName(file: string, holder: ChildHandle, signal: AbortSignal): Promise<string | null> {
  let gone = false;
  void holder.exited.then(() => (gone = true));
  const until = Date.now() + holderTimeoutMs;
  const ended = () => gone || signal.aborted;
  while (!ended() && Date.now() < until) {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text.endsWith('\n')) return text.startsWith('/') ? text.trim() : null;
    await delay(2);
  }
  return null;
}

async function openForWriting(path: string, flags: number) {
  const handle = await open(path, flags);
  return { fd: handle.fd, close: () => handle.close() };
}

/** Makes FIFOs that only their owner may open. */
export async function makeFifos(
  paths: readonly string[],
  runner: ProcessRunner,
  signal: AbortSignal,
): Promise<Result<null>> {
  const made = await runner.run('mkfifo', ['-m', '600', ...paths], { signal });
  if (made.exitCode === 0) return success(null);
  return failure({
    code: 'fifo-failed',
    message: `The session's channel ${paths.join(' or ')} could not be made: ${made.stderr.trim() || (made.startError ?? 'mkfifo failed')}.`,
    advice:
      'Check that the folder is on a local file system that you may write, and that mkfifo is installed.',
  });
}

export interface FifoReader {
  readonly stream: Readable;
  close(): Promise<void>;
}

/** Reads a FIFO without blocking a thread, and never sees its end while it is open here. */
export async function readFifo(path: string): Promise<FifoReader> {
  // A bare descriptor, not a file handle: the socket owns it and closes it.
  const reading = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const keeper = await open(path, constants.O_WRONLY | constants.O_NONBLOCK);
  const stream = new Socket({ fd: reading, readable: true, writable: false });
  stream.on('error', ignore);
  const closed = new Promise<void>((resolve) => stream.once('close', () => resolve()));
  return {
    stream,
    close: async () => {
      stream.destroy();
      await closed;
      await keeper.close();
    },
  };
}

async function openFifo(
  folder: string,
  runner: ProcessRunner,
  signal: AbortSignal,
): Promise<Result<Terminal>> {
  const path = join(folder, 'output');
  const made = await makeFifos([path], runner, signal);
  if (!made.ok) return made;
  const reader = await readFifo(path);
  return success({
    kind: 'fifo',
    path,
    openForChild: () => openForWriting(path, constants.O_WRONLY),
    output: reader.stream,
    close: () => reader.close(),
  });
}
