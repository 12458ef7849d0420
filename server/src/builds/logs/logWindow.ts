/** Which bytes of a log are shown: all of it or of a phase when it is short enough, else a part around the line that matters. Pure. */
import { checkpointLines, type LogIndex } from './logIndex';
import { fileLineOf, shownBefore } from './logLines';

export interface WindowLimits {
  readonly bytes: number;
  readonly lines: number;
}

export interface LogWindow {
  readonly isWhole: boolean;
  /** Bytes to read, in order; `end` is behind the last. */
  readonly ranges: readonly { readonly start: number; readonly end: number }[];
  /** Which of the lines that were read to keep when there are more than the limit. */
  readonly keep: 'first' | 'last';
  /** The first range begins in the middle of a line, of which nothing is shown; or the last one ends in one. */
  readonly startsInLine: boolean;
  readonly endsInLine: boolean;
  /** So many lines of the file are left out at the start: the index knows no nearer place. */
  readonly skip: number;
  /** Line number of the first line that is kept; null: count back from the end. */
  readonly first: number | null;
  readonly total: number;
}

/** `part` is what of a log longer than `whole` is shown. Null when the log has no such phase. `line`: what to show it around; null: its end, where what failed is told. */
export function windowOf(
  index: LogIndex,
  phase: string | null,
  line: number | null,
  { whole: most, part: limits }: { readonly whole: WindowLimits; readonly part: WindowLimits },
): LogWindow | null {
  const parts = partsOf(index, phase);
  if (parts.length === 0) return phase === null ? empty : null;
  const total = parts.reduce((sum, part) => sum + part.lines, 0);
  const bytes = parts.reduce((sum, { start, end }) => sum + end - start, 0);
  const whole = { ...empty, ranges: parts.map(({ start, end }) => ({ start, end })), first: 0, total };
  if (bytes <= most.bytes && total <= most.lines) return whole;
  const last = parts.at(-1);
  if (last === undefined) return null;
  const around = line === null ? null : aroundLine(index, parts, line, limits);
  if (around !== null) return { ...around, total };
  const start = Math.max(last.start, last.end - limits.bytes);
  return {
    ...whole,
    isWhole: false,
    ranges: [{ start, end: last.end }],
    keep: 'last',
    startsInLine: start > last.start,
    first: null,
  };
}

interface Part {
  readonly start: number;
  readonly end: number;
  /** Line of the file. */
  readonly first: number;
  readonly lines: number;
}

const empty: LogWindow = {
  isWhole: true,
  ranges: [],
  keep: 'first',
  startsInLine: false,
  endsInLine: false,
  skip: 0,
  first: 0,
  total: 0,
};

function partsOf({ sections, bytes }: LogIndex, phase: string | null): readonly Part[] {
  const endOf = (position: number): number => sections[position + 1]?.start ?? bytes;
  if (phase === null) {
    const lines = sections.reduce((sum, section) => sum + section.lines, 0);
    return bytes === 0 ? [] : [{ start: 0, end: bytes, first: 0, lines }];
  }
  return sections.flatMap((section, position) =>
    section.phase === phase ? [{ ...section, end: endOf(position) }] : [],
  );
}

/**
 * As many lines before the wanted one as behind it, but not more than half of the bytes, from a place that the index knows. Null when
 * the end of it all, which has to be shown then, has the line.
 */
function aroundLine(
  index: LogIndex,
  parts: readonly Part[],
  line: number,
  limits: WindowLimits,
): LogWindow | null {
  const { part, before } = partWith(parts, line);
  const wanted = fileLineOf(index, shownBefore(index, part.first) + line - before);
  const byteOf = (checkpoint: number): number => index.checkpoints[checkpoint] ?? part.end;
  const last = Math.floor(wanted / checkpointLines);
  const earliest = Math.max(part.first, wanted - Math.floor(limits.lines / 2));
  let checkpoint = Math.floor(earliest / checkpointLines);
  while (checkpoint < last && byteOf(last) - byteOf(checkpoint) > limits.bytes / 2) checkpoint++;
  const firstLine = Math.max(earliest, checkpoint * checkpointLines);
  const isInside = checkpoint * checkpointLines > part.first;
  const start = isInside ? byteOf(checkpoint) : part.start;
  const first = before + shownBefore(index, firstLine) - shownBefore(index, part.first);
  const isLast = part === parts.at(-1);
  if (isLast && part.end - start <= limits.bytes && before + part.lines - first <= limits.lines) return null;
  // Of very long lines the wanted one may be behind the limit.
  const enough = Math.max(start + limits.bytes, Math.min(byteOf(last + 1), start + 4 * limits.bytes));
  const end = Math.min(part.end, enough);
  const skip = firstLine - (isInside ? checkpoint * checkpointLines : part.first);
  return { ...empty, isWhole: false, ranges: [{ start, end }], endsInLine: end < part.end, skip, first };
}

/** The part that has the line, else the last; and how many lines stand before it. */
function partWith(parts: readonly Part[], line: number): { readonly part: Part; readonly before: number } {
  let before = 0;
  for (const part of parts) {
    if (line < before + part.lines || part === parts.at(-1)) return { part, before };
    before += part.lines;
  }
  return { part: { start: 0, end: 0, first: 0, lines: 0 }, before };
}
