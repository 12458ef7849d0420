/** What is kept of a build or a run of phases beside its log: a file that anyone may have edited. */
import type { PhaseStatus } from '../../protocol/model';
import type { LogIndex } from './logIndex';

export interface LoggedPhase {
  readonly name: string;
  readonly status: PhaseStatus;
  readonly seconds: number;
  readonly lines: number;
}

export interface FailedAt {
  readonly phase: string | null;
  /** 0-based. */
  readonly line: number;
}

export interface LogRecord {
  readonly kind: 'build' | 'run';
  /** e.g. `hello-2.12`. */
  readonly name: string;
  readonly drvPath: string;
  /** Where the derivation is made; null for one that no file of the user's was asked about. */
  readonly file: string | null;
  readonly attr: string;
  /** Milliseconds since the epoch. */
  readonly begun: number;
  /** Null while it goes on, and when it was broken off without telling. */
  readonly seconds: number | null;
  /** `interrupted`: whoever ran it ended in the middle. */
  readonly status: 'running' | 'ok' | 'failed' | 'cancelled' | 'interrupted';
  readonly phases: readonly LoggedPhase[];
  /** The phase that failed; null when none did, or that is not known. */
  readonly failedPhase: string | null;
  /** The line that says most of why it failed: of this phase's lines, or of those before the first phase (null); null when that is not known. */
  readonly failedAt: FailedAt | null;
  /** False when some of it could not be written. */
  readonly complete: boolean;
  /** Null while it goes on. */
  readonly index: LogIndex | null;
  /** Who writes it, told apart from a later process with the same id. */
  readonly writer: { readonly pid: number; readonly startTime: string };
}

const states: readonly unknown[] = ['running', 'ok', 'failed', 'cancelled', 'interrupted'];

/** Null when it is none, or not whole. */
export function parseLogRecord(text: string): LogRecord | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Half of it was written when its writer was killed.
    return null;
  }
  const record = value as (Omit<LogRecord, 'kind'> & { readonly kind: string }) | null;
  const whole =
    typeof record === 'object' &&
    record !== null &&
    (record.kind === 'build' || record.kind === 'run') &&
    states.includes(record.status) &&
    [record.name, record.drvPath, record.attr].every(isText) &&
    (record.file === null || isText(record.file)) &&
    Number.isFinite(record.begun) &&
    (record.seconds === null || Number.isFinite(record.seconds)) &&
    (record.failedPhase === null || isText(record.failedPhase)) &&
    Array.isArray(record.phases) &&
    record.phases.every(isPhase) &&
    (record.index === null || isIndex(record.index)) &&
    Number.isInteger((record.writer as LogRecord['writer'] | undefined)?.pid);
  if (!whole) return null;
  // Older records have none.
  const failedAt: unknown = record.failedAt;
  return { ...(record as LogRecord), failedAt: isFailedAt(failedAt) ? failedAt : null };
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isPhase(value: unknown): boolean {
  const phase = value as LoggedPhase | null;
  return isText(phase?.name) && isText(phase.status) && Number.isFinite(phase.seconds);
}

function isFailedAt(value: unknown): value is FailedAt {
  const place = value as Partial<FailedAt> | null | undefined;
  return (place?.phase === null || isText(place?.phase)) && Number.isInteger(place.line);
}

function isIndex(value: unknown): boolean {
  const index = value as Partial<LogIndex>;
  return (
    Number.isInteger(index.bytes) &&
    Number.isInteger(index.lines) &&
    Array.isArray(index.checkpoints) &&
    index.checkpoints.every(Number.isInteger) &&
    Array.isArray(index.sections) &&
    (index.sections as unknown[]).every((one) => {
      const section = one as Record<string, unknown> | null;
      return (
        isText(section?.['phase']) &&
        ['start', 'first', 'lines'].every((key) => Number.isInteger(section[key]))
      );
    }) &&
    // Older records have none.
    (index.hooks === undefined || (Array.isArray(index.hooks) && index.hooks.every(isHook)))
  );
}

function isHook(value: unknown): boolean {
  const hook = value as Record<string, unknown> | null;
  return isText(hook?.['name']) && ['section', 'first', 'last'].every((key) => Number.isInteger(hook[key]));
}
