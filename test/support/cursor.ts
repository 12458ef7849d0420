/** Texts with a mark where the cursor stands. */

/** `|` is the cursor; the text without it, and its offset. */
export function atCursor(marked: string): { readonly text: string; readonly offset: number } {
  const offset = marked.indexOf('|');
  if (offset < 0) throw new Error(`no cursor in: ${marked}`);
  return { text: marked.slice(0, offset) + marked.slice(offset + 1), offset };
}

/** The text with `[` and `]` around these spans, which do not overlap. */
export function marked(
  text: string,
  spans: readonly { readonly start: number; readonly end: number }[],
): string {
  let result = text;
  for (const { start, end } of spans.toSorted((a, b) => b.start - a.start)) {
    result = `${result.slice(0, start)}[${result.slice(start, end)}]${result.slice(end)}`;
  }
  return result;
}
