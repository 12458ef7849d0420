/** Changes of a text. Pure. */
import type { Span } from './syntaxTree';

/** One change of a text: `[start, oldEnd)` of the text before it became `[start, newEnd)` of the text after it. */
export interface TextChange {
  readonly start: number;
  readonly oldEnd: number;
  readonly newEnd: number;
}

/** The one change that two make, one after the other; where they lie apart it holds what is between them. */
export function combined(first: TextChange, second: TextChange): TextChange {
  const shift = first.newEnd - first.oldEnd;
  const start = Math.min(first.start, second.start);
  const oldEnd = Math.max(first.oldEnd, second.oldEnd - shift);
  const newEnd = Math.max(first.newEnd, second.oldEnd) + second.newEnd - second.oldEnd;
  return { start, oldEnd, newEnd };
}

/** Whether the change leads from a text of one length to one of another. */
export function fits({ start, oldEnd, newEnd }: TextChange, before: number, after: number): boolean {
  const isInOrder = 0 <= start && start <= oldEnd && start <= newEnd && oldEnd <= before;
  return isInOrder && before + newEnd - oldEnd === after;
}

/** The change with all of the lines that it touches, and the ends of the lines before and after. */
export function wholeLines({ start, oldEnd, newEnd }: TextChange, before: string): TextChange {
  const from = start === 0 ? 0 : Math.max(0, before.lastIndexOf('\n', start - 1));
  const lineEnd = before.indexOf('\n', oldEnd);
  const more = (lineEnd < 0 ? before.length : lineEnd + 1) - oldEnd;
  return { start: from, oldEnd: oldEnd + more, newEnd: newEnd + more };
}

/** Takes a span of the old text; gives where it stands in the new one, null when the change touched it. */
export function movedSpan(span: Span, change: TextChange): Span | null {
  if (change.start >= span.end) return span;
  if (change.oldEnd > span.start) return null;
  const shift = change.newEnd - change.oldEnd;
  return { start: span.start + shift, end: span.end + shift };
}

/** The same change without what is equal at its begin and end; null when nothing is left. */
export function trimmed(change: TextChange, before: string, after: string): TextChange | null {
  let { start, oldEnd, newEnd } = change;
  const first = Math.min(oldEnd, newEnd);
  while (start < first && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  while (oldEnd > start && newEnd > start && before.charCodeAt(oldEnd - 1) === after.charCodeAt(newEnd - 1)) {
    oldEnd--;
    newEnd--;
  }
  return start === oldEnd && start === newEnd ? null : { start, oldEnd, newEnd };
}

/** The smallest single replacement that leads from a text to another, null when they are equal. */
export function changeBetween(before: string, after: string): TextChange | null {
  return trimmed({ start: 0, oldEnd: before.length, newEnd: after.length }, before, after);
}
