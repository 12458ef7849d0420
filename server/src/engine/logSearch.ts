/** Finds lines in a whole log on disk, forwards and backwards, reading no more than has to be looked at. */
import { open, type FileHandle } from 'node:fs/promises';
import { stretchesOf, type LogStretch } from '../builds/logs/logStretches';
import { TerminalLines } from '../builds/logs/terminalLine';
import { announcedPhase } from '../builds/phaseLog';
import { isErrorLine } from '../protocol/errorLines';
import type { FindInLogParams } from '../protocol/logMessages';
import { numberedLines } from './logLines';
import type { OpenedLog } from './logReading';

type Search = Pick<FindInLogParams, 'from' | 'step' | 'text'> & { readonly phase: string | null };

/**
 * The nearest line in this direction, begun anew at the other end, that tells of an error or has the text; `from` itself comes last. A
 * line is looked at as it is shown. Null when there is none. Rejects when the file is gone or the signal is aborted.
 */
export async function findInLog(
  log: OpenedLog,
  { phase, from, step, text }: Search,
  signal: AbortSignal,
): Promise<number | null> {
  const matches = text === null ? isErrorLine : hasText(text);
  const stretches = stretchesOf(log.index, phase);
  const ordered = step === 1 ? stretches : [...stretches].reverse();
  const rounds = [(line: number) => (line - from) * step > 0, (line: number) => (line - from) * step <= 0];
  const file = await open(log.path);
  try {
    for (const isWanted of rounds) {
      for (const stretch of ordered) {
        const { first, lines } = stretch;
        if (!isWanted(first) && !isWanted(Math.max(first, first + lines - 1))) continue;
        const found = await searched(file, stretch, { isWanted, matches, step }, signal);
        if (found !== null) return found;
      }
    }
    return null;
  } finally {
    await file.close();
  }
}

/** The first such line of the stretch, or the last. */
async function searched(
  file: FileHandle,
  stretch: LogStretch,
  {
    isWanted,
    matches,
    step,
  }: {
    readonly isWanted: (line: number) => boolean;
    readonly matches: (text: string) => boolean;
    readonly step: 1 | -1;
  },
  signal: AbortSignal,
): Promise<number | null> {
  const terminal = new TerminalLines();
  let found: number | null = null;
  for await (const lines of numberedLines(file, stretch, signal)) {
    for (const { line, raw } of lines) {
      if (!isWanted(line) || announcedPhase(raw) !== null || !matches(terminal.read(raw).text)) continue;
      found = line;
      if (step === 1) return found;
    }
  }
  return found;
}

/** Whether a line has the text, whatever its case, as an editor's own search sees it. */
function hasText(text: string): (line: string) => boolean {
  const wanted = text.toLowerCase();
  return (line) => line.toLowerCase().includes(wanted);
}
