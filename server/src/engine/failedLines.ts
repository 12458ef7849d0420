/** What of a failed phase's log is looked at: its first errors and its end, read from the file that has it whole. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { FirstErrors, withFirst } from '../builds/firstErrors';
import type { LogWriter } from '../builds/logs/logWriter';
import type { FailedBuilder } from '../builds/runningBuild';
import { printable } from '../builds/tail';
import type { SessionPhaseResult } from '../phases/sessionResults';
import type { LogLine } from '../protocol/model';
import type { FollowedBuild } from './buildRecords';

const mostLinesOfEnd = 400;
const mostBytesOfEnd = 128 * 1024;
/** What comes later in a phase's log is not searched for first errors. */
const mostBytesSearched = 256 * 1024 * 1024;

interface Part {
  readonly path: string;
  readonly start: number;
  /** Byte behind the last. */
  readonly end: number;
  /** Number of the first line. */
  readonly number: number;
}

/** Of a phase in a session; oldest first, without colours. */
export async function failedPhaseLines(
  result: SessionPhaseResult,
  signal: AbortSignal,
): Promise<readonly LogLine[]> {
  const end = await endOfPhase(result);
  if ((end[0]?.number ?? 0) === 0) return end;
  const whole = { path: result.logFile, start: 0, end: Infinity, number: 0 };
  return withFirst(await firstErrors(whole, signal), end);
}

/** The last lines of a phase in a session, or all of a few; what memory has of them when the file cannot be read. */
export async function endOfPhase({ logFile, lines, tail }: SessionPhaseResult): Promise<readonly LogLine[]> {
  const read = await endOf(logFile).catch(() => null);
  const last = (read ?? tail).slice(-mostLinesOfEnd).map(printable);
  const begins = Math.max(0, lines - last.length);
  return last.map((text, index) => ({ number: begins + index, text }));
}

/** A builder that failed in a real build, with the first errors of its last phase before the lines that memory has. */
export async function withFirstErrors(
  failed: FailedBuilder | null,
  { logOf }: Pick<FollowedBuild, 'logOf'>,
  signal: AbortSignal,
): Promise<FailedBuilder | null> {
  const begins = failed?.lines[0]?.number ?? 0;
  if (failed === null || begins === 0) return failed;
  const log = logOf(failed.drvPath);
  const part = log && lastRunOf(failed.loggedPhase, log);
  if (part === null) return failed;
  return { ...failed, lines: withFirst(await firstErrors(part, signal), failed.lines) };
}

function lastRunOf(phase: string | null, log: LogWriter): Part | null {
  const { sections, bytes, lines } = log.index();
  const position = sections.findLastIndex((section) => section.phase === (phase ?? ''));
  const section = sections[position];
  if (section === undefined) return null;
  const next = sections[position + 1];
  // The announcement to Nix, at its begin, is no line of it.
  const marks = (next?.first ?? lines) - section.first - section.lines;
  return { path: log.path, start: section.start, end: next?.start ?? bytes, number: -marks };
}

async function firstErrors(
  { path, start, end, number }: Part,
  signal: AbortSignal,
): Promise<readonly LogLine[]> {
  const first = new FirstErrors(number);
  const last = Math.min(end, start + mostBytesSearched) - 1;
  const options = { start, end: last, encoding: 'utf8', highWaterMark: 1 << 20, signal } as const;
  try {
    for await (const text of createReadStream(path, options)) {
      first.write(text as string);
      if (first.full) break;
    }
  } catch {
    // The file is gone, or nobody waits any more: what was found counts.
  }
  first.end();
  return first.lines;
}

/** Null when it is empty. */
async function endOf(path: string): Promise<readonly string[] | null> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const position = Math.max(0, size - mostBytesOfEnd);
    const { bytesRead, buffer } = await file.read(
      Buffer.alloc(size - position),
      0,
      size - position,
      position,
    );
    const text = buffer.toString('utf8', 0, bytesRead).replace(/\r?\n$/, '');
    // The first line may begin in the middle.
    return text === '' ? null : text.split('\n').slice(position === 0 ? 0 : 1);
  } finally {
    await file.close();
  }
}
