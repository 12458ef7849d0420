/** What running a phase in a session gave. */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { PhaseStatus } from '../protocol/model';
import type { StepOutcome } from './chain';
import type { FailedCommand } from './failedCommand';
import { findFailedCommand, parseFailureRecords, placedByMessages } from './failedCommand';
import type { SessionFolder } from './sessionFolder';

export interface SessionPhaseResult {
  readonly name: string;
  readonly status: PhaseStatus;
  /** True when an earlier run in the session was kept and it did not run again. */
  readonly reused: boolean;
  /** As a shell tells it (137: killed); null when unknown. */
  readonly exitCode: number | null;
  readonly seconds: number;
  readonly lines: number;
  /** The phase's whole log. */
  readonly logFile: string;
  /** When failed: a sentence. */
  readonly message: string | null;
  /** When failed: the command that did it, when the shell could tell. */
  readonly failedCommand: FailedCommand | null;
  /** When failed: the last lines of the log, oldest first, without colours. */
  readonly tail: readonly string[];
}

export interface SessionRunResult {
  /** In order, from the first phase on: those reused, those run now. */
  readonly phases: readonly SessionPhaseResult[];
  readonly status: 'ok' | 'failed' | 'cancelled';
  /** Whether every phase is done, so that there are outputs. */
  readonly complete: boolean;
}

/**
 * The command that ended the phase, from what its shell left in the control folder and from the log's end. `inside`: what the shell calls
 * a file there.
 */
export async function findFailure(
  { control, texts }: SessionFolder,
  { pid }: StepOutcome,
  tail: readonly string[],
  inside: (path: string) => string,
): Promise<FailedCommand | null> {
  if (pid === null) return null;
  const content = await readFile(join(control, 'failures'), 'utf8').catch(() => '');
  const files = (await readdir(texts).catch(() => [])).filter((file) => file.endsWith('.sh'));
  const read = await Promise.all(
    files.map(
      async (file) => [file.slice(0, -3), await readFile(join(texts, file), 'utf8').catch(() => '')] as const,
    ),
  );
  const known = { folder: inside(texts), texts: new Map(read) };
  const found = findFailedCommand(parseFailureRecords(content), pid, known);
  return placedByMessages(found, tail, known);
}

/** A failure in a sentence. */
export function describeFailure(phase: string, outcome: StepOutcome): string {
  const { exitCode, status } = outcome;
  if (status === 'died') return `${phase} ended the session's own shell; the next run begins anew.`;
  if (exitCode === null) return `${phase} could not be started.`;
  if (exitCode === 0)
    return `${phase} ended the whole build with exit code 0: a real build stops here as well.`;
  return exitCode > 128 && exitCode < 160
    ? `${phase} was ended by signal ${exitCode - 128}.`
    : `${phase} failed with exit code ${exitCode}.`;
}

/** When all phases were done and the shell's own end was not good. */
export function describeBadEnd(exitCode: number | null): string {
  const how = exitCode === null ? '' : ` with exit code ${exitCode}`;
  return `After the last phase the build's shell failed${how} in what it does at its end (exitHook or a trap).`;
}
