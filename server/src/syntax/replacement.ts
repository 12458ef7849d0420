import type { Span } from './syntaxTree';

/** An edit of a text in its own offsets; `start` equals `end` for an insertion. */
export interface Replacement extends Span {
  readonly newText: string;
}

/** The text with all of these done; they do not overlap. */
export function replaced(text: string, replacements: readonly Replacement[]): string {
  let result = text;
  for (const { start, end, newText } of replacements.toSorted((a, b) => b.start - a.start)) {
    result = result.slice(0, start) + newText + result.slice(end);
  }
  return result;
}
