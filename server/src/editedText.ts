/** The text that a client's changes lead to, and the one change that they are together. Pure. */
import type { TextDocumentContentChangeEvent } from 'vscode-languageserver/node';
import type { LineIndex } from './syntax/lineIndex';
import { changeBetween, combined, trimmed, type TextChange } from './syntax/textChange';

export interface EditedText {
  readonly text: string;
  /** Null when the text is the same. */
  readonly change: TextChange | null;
}

/** Each change is in terms of the text that the one before it led to; one without a range is the whole text. */
export function editedText(
  before: { readonly text: string; readonly lines: LineIndex },
  changes: readonly TextDocumentContentChangeEvent[],
): EditedText {
  let { text, lines } = before;
  let whole: TextChange | null = null;
  for (const change of changes) {
    const single = 'range' in change ? replacement(lines, change) : changeBetween(text, change.text);
    if (single === null) continue;
    text =
      'range' in change ? text.slice(0, single.start) + change.text + text.slice(single.oldEnd) : change.text;
    whole = whole === null ? single : combined(whole, single);
    if (changes.length > 1) lines = lines.after(text, single);
  }
  return { text, change: whole === null ? null : trimmed(whole, before.text, text) };
}

function replacement(
  lines: LineIndex,
  { range, text }: Extract<TextDocumentContentChangeEvent, { range: unknown }>,
): TextChange {
  const [from, to] = [lines.offsetAt(range.start), lines.offsetAt(range.end)];
  const [start, oldEnd] = from <= to ? [from, to] : [to, from];
  return { start, oldEnd, newEnd: start + text.length };
}
