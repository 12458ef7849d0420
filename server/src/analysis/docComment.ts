/** The comment that documents a definition, as RFC 145 has it (or lines of `#`), right before it. Pure. */
import { beginsLine, lineStart } from '../syntax/layout';
import type { Span, SyntaxTree } from '../syntax/syntaxTree';

/** Markdown; null when nothing stands right before this offset. */
export function docComment({ text, comments }: SyntaxTree, offset: number): string | null {
  const lines: string[] = [];
  let end = offset;
  for (let index = lastBefore(comments, offset); index >= 0; index--) {
    const comment = comments[index];
    if (comment === undefined) break;
    if (!/^[ \t]*(?:\r?\n)?[ \t]*$/.test(text.slice(comment.end, end))) break;
    const written = text.slice(comment.start, comment.end);
    if (written.startsWith('/*')) return lines.length > 0 ? lines.join('\n') : blockText(written);
    if (!beginsLine(text, comment.start)) break;
    lines.unshift(written.replace(/^#+ ?/, ''));
    end = lineStart(text, comment.start);
  }
  const joined = lines.join('\n').trim();
  return joined === '' ? null : withoutFences(joined);
}

/** The last comment that ends at this offset or before it; -1 when there is none. */
function lastBefore(comments: readonly Span[], offset: number): number {
  let low = 0;
  let high = comments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((comments[middle]?.end ?? Infinity) <= offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function blockText(written: string): string | null {
  const inner = written.replace(/^\/\*+/, '').replace(/\*+\/$/, '');
  const lines = inner.split(/\r?\n/).map((line) => line.replace(/^[ \t]*\*(?: |$)/, ''));
  const indents = lines
    .slice(1)
    .filter((line) => line.trim() !== '')
    .map((line) => line.search(/\S/));
  const least = indents.length === 0 ? 0 : Math.min(...indents);
  const text = [lines[0]?.trim() ?? '', ...lines.slice(1).map((line) => line.slice(least))].join('\n').trim();
  return text === '' ? null : withoutFences(text);
}

/** The documentation of nixpkgs encloses notes and examples in lines of `:::`, which no editor knows. */
function withoutFences(text: string): string {
  return text.replace(/^:::+.*\r?\n?/gm, '').trim();
}
