/**
 * The lines of a failing phase's log that say what went wrong: the one that a rule of explanation knows, and the first
 * that look like an error, each with what the tool drew below it. The end of a log is often no more than what followed. Pure.
 */
import type { LogLine } from '../protocol/model';
import { isError } from './errorLines';

const mostErrors = 3;
const mostBelow = 3;
const mostLines = 10;

/** What compilers draw below the line that they fault. */
const below = /^\s*(?:\d+\s*)?\||^\s*-->|^\s+[~^]|^\s{4,}\S/;

/** At most ten, in their order; `explained`: the index of the line that a rule knows, else null. */
export function decisiveLines(lines: readonly LogLine[], explained: number | null): readonly LogLine[] {
  const chosen = new Set<number>();
  if (explained !== null && explained >= 0 && explained < lines.length) chosen.add(explained);
  for (let index = 0; index < lines.length && chosen.size < mostErrors; index++) {
    if (isError(lines[index]?.text ?? '')) chosen.add(index);
  }
  const shown = new Set<number>();
  for (const index of [...chosen].sort((a, b) => a - b)) {
    shown.add(index);
    for (let next = index + 1; next <= index + mostBelow; next++) {
      const text = lines[next]?.text;
      if (text === undefined || isError(text) || !below.test(text)) break;
      shown.add(next);
    }
  }
  const all = [...shown].sort((a, b) => a - b).slice(0, mostLines);
  return all.flatMap((index) => lines[index] ?? []);
}
