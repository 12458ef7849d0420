/** A log, or a phase of it, as pieces that can be read without what stands before them: so it is gone through in both directions. Pure. */
import { checkpointLines, type LogIndex } from './logIndex';

export interface LogStretch {
  /** Bytes of the file; `end` is behind the last. */
  readonly start: number;
  readonly end: number;
  /** Its first line, and how many it has, of all lines that are shown. A line that announces a phase counts as the first line of that phase. */
  readonly first: number;
  readonly lines: number;
  /** So many lines of the file at its beginning have no line of their own among those that are shown. */
  readonly unshown: number;
}

/** In order; `phase` null: the whole log. */
export function stretchesOf(index: LogIndex, phase: string | null): readonly LogStretch[] {
  const stretches: LogStretch[] = [];
  let before = 0;
  index.sections.forEach((section, position) => {
    if (phase !== null && section.phase !== phase) return;
    const next = index.sections[position + 1];
    const end = { byte: next?.start ?? index.bytes, line: next?.first ?? index.lines };
    const marks = end.line - section.first - section.lines;
    const shownAt = (line: number): number => before + Math.max(0, line - section.first - marks);
    let from = { byte: section.start, line: section.first };
    const add = (to: typeof end): void => {
      const unshown = Math.max(0, Math.min(to.line, section.first + marks) - from.line);
      const lines = to.line - from.line - unshown;
      stretches.push({ start: from.byte, end: to.byte, first: shownAt(from.line), lines, unshown });
      from = to;
    };
    let checkpoint = Math.floor(from.line / checkpointLines) + 1;
    for (; checkpoint * checkpointLines < end.line; checkpoint++) {
      const byte = index.checkpoints[checkpoint];
      if (byte !== undefined) add({ byte, line: checkpoint * checkpointLines });
    }
    add(end);
    before += section.lines;
  });
  return stretches;
}
