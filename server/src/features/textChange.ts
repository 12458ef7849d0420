/** The one replacement that leads from a text to another, whatever the client called the edit. */
import type { TextChange } from '../syntax/parser';
import type { Span } from '../syntax/syntaxTree';

/** Takes two texts; gives the smallest single replacement between them, null when they are equal. */
export function textChange(before: string, after: string): TextChange | null {
  if (before === after) return null;
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  let oldEnd = before.length;
  let newEnd = after.length;
  while (oldEnd > start && newEnd > start && before.charCodeAt(oldEnd - 1) === after.charCodeAt(newEnd - 1)) {
    oldEnd--;
    newEnd--;
  }
  return { start, oldEnd, newEnd };
}

/** Takes a span of the old text; gives where it stands in the new one, null when the change touched it. */
export function movedSpan(span: Span, change: TextChange): Span | null {
  if (change.start >= span.end) return span;
  if (change.oldEnd > span.start) return null;
  const shift = change.newEnd - change.oldEnd;
  return { start: span.start + shift, end: span.end + shift };
}
