/** Runs a prepared shell at our own terminal, and leaves nothing of it. */
import type { ChildHandle, ProcessRunner } from '../../nix/process';
import { spawnChild } from '../../nix/process';
import type { Problem, Result } from '../../result';
import { failure, success } from '../../result';
import type { SessionLock } from '../sessionLock';
import { lockSession } from '../sessionLock';
import type { SessionProcesses } from '../strays';
import { processesInNamespace, processesWithBuildTop } from '../strays';
import { startWatchdog } from '../watchdog';
import type { ShellRecord } from './shellFolder';
import { readShellRecord, removeShellFiles } from './shellFolder';

export interface EnterParts {
  readonly driverFolder: string;
  readonly runner: ProcessRunner;
  /** The lock, when this process prepared the shell. */
  readonly lock: SessionLock | null;
  /** Shows a line before the shell starts. */
  readonly show: (line: string) => void;
}

/**
 * Starts the shell with our standard input and output; ends when it does, with its exit status, or when the signal comes.
 * What it left running is ended, its files are removed; also when we are killed. Problems: `no-such-shell`,
 * `shell-not-started`, those of the lock.
 */
export async function enterShell(
  folder: string,
  parts: EnterParts,
  signal: AbortSignal,
): Promise<Result<{ readonly exitCode: number }>> {
  const record = await readShellRecord(folder);
  if (record === null) return failure(noSuchShell);
  const lock = parts.lock === null ? await lockSession(folder, signal) : success(parts.lock);
  if (!lock.ok) return lock;
  const watchdog = await startWatchdog(parts.driverFolder, record.work, [record.work, folder]);
  for (const line of record.lines) parts.show(line);
  try {
    return await runShell(record, parts.runner, (pid) => watchdog?.watch(pid), signal);
  } finally {
    await watchdog?.kill();
    await removeShellFiles(folder, record.work, parts.runner);
    await lock.value.release();
  }
}

async function runShell(
  record: ShellRecord,
  runner: ProcessRunner,
  watch: (pid: number) => void,
  signal: AbortSignal,
): Promise<Result<{ readonly exitCode: number }>> {
  const { program, ...options } = record.command;
  const child = await spawnChild(program, options.args, { ...options, stdio: [0, 1, 2], foreground: true });
  if (!child.ok) return failure(notStarted(program, child.error.message));
  watch(child.value.pid);
  const processes = processesOf(record, child.value, runner);
  const onAbort = () => void processes.endAll();
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  const { exitCode } = await child.value.exited;
  signal.removeEventListener('abort', onAbort);
  // A process namespace ends with its first process.
  if (record.isolation === 'none') await processes.endAll();
  return success({ exitCode: exitCode ?? 1 });
}

function processesOf(
  { isolation, buildTop }: ShellRecord,
  { pid }: ChildHandle,
  runner: ProcessRunner,
): SessionProcesses {
  return isolation === 'namespace' ? processesInNamespace(pid) : processesWithBuildTop(buildTop, runner);
}

const noSuchShell: Problem = {
  code: 'no-such-shell',
  message: 'There is no such shell: it was left already, or what prepared it has ended.',
  advice: 'Open it again.',
};

function notStarted(program: string, reason: string): Problem {
  return {
    code: 'shell-not-started',
    message: `The shell ${program} could not be started: ${reason}.`,
    advice: 'Run the phases again, and check that the inputs are still in the store.',
  };
}
