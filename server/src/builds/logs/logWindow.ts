/** Which bytes of a log are shown: all of it or of a phase when it is short enough, else a part around the line that matters. Pure. */
import { checkpointLines, type LogIndex, type LogSection } from './logIndex';

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
  /** So many lines are left out at the start: the index knows no nearer place. */
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
  const before = total - last.lines;
  const half = Math.floor(limits.lines / 2);
  if (line !== null && line < total - half) {
    return line - before < half
      ? startOf(last, before, total, limits)
      : middleOf(index, last, { before, total }, line - half, limits);
  }
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
  return sections.flatMap((section: LogSection, position) =>
    section.phase === phase ? [{ ...section, end: endOf(position) }] : [],
  );
}

function startOf(part: Part, before: number, total: number, { bytes }: WindowLimits): LogWindow {
  const end = Math.min(part.end, part.start + bytes);
  const ranges = [{ start: part.start, end }];
  return { ...empty, isWhole: false, ranges, endsInLine: end < part.end, first: before, total };
}

/** From a place that the index knows, not far before the wanted line. */
function middleOf(
  index: LogIndex,
  part: Part,
  { before, total }: { readonly before: number; readonly total: number },
  line: number,
  { bytes }: WindowLimits,
): LogWindow {
  // The line of the file: behind the mark for Nix, which is no line of the phase.
  const wanted = part.first + (line - before) + 1;
  const checkpoint = Math.floor(wanted / checkpointLines);
  const start = index.checkpoints[checkpoint] ?? part.start;
  if (start <= part.start) return startOf(part, before, total, { bytes, lines: 0 });
  const end = Math.min(part.end, start + bytes);
  const read = before + checkpoint * checkpointLines - part.first - 1;
  const skip = Math.max(0, line - read);
  return {
    ...empty,
    isWhole: false,
    ranges: [{ start, end }],
    endsInLine: end < part.end,
    skip,
    first: read + skip,
    total,
  };
}
