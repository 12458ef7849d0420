/**
 * The lines of a failing phase's log that say what went wrong: the one that a rule of explanation knows, and the first
 * that look like an error, each with what the tool drew below it. The end of a log is often no more than what followed. Pure.
 */
import type { LogLine } from '../protocol/model';
import { isError } from './errorLines';

const mostErrors = 3;
/** Of a log of which a middle part is not looked at: the first errors may be of tests that fail on purpose, so its end has its say. */
const mostBeforeEnd = 2;
const mostBelow = 3;
const mostLines = 10;

/** What compilers draw below the line that they fault. */
const below = /^\s*(?:\d+\s*)?\||^\s*-->|^\s+[~^]|^\s{4,}\S/;

/** At most ten, in their order; `explained`: the index of the line that a rule knows, else null. Of `lines` some may be left out, as `withFirst` tells. */
export function decisiveLines(lines: readonly LogLine[], explained: number | null): readonly LogLine[] {
  const chosen = new Set<number>();
  if (explained !== null && explained >= 0 && explained < lines.length) chosen.add(explained);
  const end = lines.findLastIndex(isCut);
  for (let index = 0; index <= end && chosen.size < mostBeforeEnd; index++) {
    if (isError(lines[index]?.text ?? '')) chosen.add(index);
  }
  for (let index = end + 1; index < lines.length && chosen.size < mostErrors; index++) {
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

/** Whether lines are left out after this one, which stands for the first of them. */
function isCut({ number, text }: LogLine, index: number, lines: readonly LogLine[]): boolean {
  return text === '' && (lines[index + 1]?.number ?? 0) > number + 1;
}
