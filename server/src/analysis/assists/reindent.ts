/** Moving lines of a text to another indentation without changing any string. Pure. */
import { nodesAt } from '../../syntax/nodes';
import type { Span, SyntaxTree } from '../../syntax/syntaxTree';
import type { StringLiteral } from '../../syntax/ast';

/**
 * The text of a span, each line but the first moved by so many blanks (to the left when negative). Lines of `"…"` stay; those of `''…''`
 * move together or stay, so that its value is the same.
 */
export function reindented(tree: SyntaxTree, span: Span, by: number): string {
  const written = tree.text.slice(span.start, span.end);
  if (by === 0 || !written.includes('\n')) return written;
  let result = '';
  let from = 0;
  for (let at = written.indexOf('\n'); at >= 0; at = written.indexOf('\n', from)) {
    const start = at + 1;
    result += written.slice(from, start);
    const string = stringAround(tree, span.start + start);
    const moves = string === null || movesWhole(tree.text, string, by);
    const blanks = /^[ ]*/.exec(written.slice(start))?.[0].length ?? 0;
    // Blanks alone are text in a string.
    const isEmpty = (string === null ? /^[ \t]*(?:\r?\n|$)/ : /^(?:\r?\n|$)/).test(written.slice(start));
    from = start;
    if (!moves || (isEmpty && by > 0)) continue;
    if (by > 0) result += ' '.repeat(by);
    else from = start + Math.min(blanks, -by);
  }
  return result + written.slice(from);
}

/** The string in whose own text (not in an interpolation) an offset lies. */
function stringAround({ root }: SyntaxTree, offset: number): StringLiteral | null {
  const string = nodesAt(root, offset).findLast((node) => node.kind === 'string');
  if (string?.kind !== 'string') return null;
  const { content, interpolations } = string;
  if (offset <= content.start || offset > content.end) return null;
  return interpolations.some(({ span }) => span.start < offset && offset < span.end) ? null : string;
}

/** Whether moving all lines of a string moves its indentation alone. */
function movesWhole(text: string, { style, content }: StringLiteral, by: number): boolean {
  if (style !== 'indented') return false;
  const [first, ...lines] = text.slice(content.start, content.end).split('\n');
  if (first?.trim() !== '' || first.includes('\t') || first.includes('\r')) return false;
  // A blank last line holds the closing quotes.
  return lines.every((line) =>
    line.trim() === '' ? !line.includes('\t') : by > 0 || line.startsWith(' '.repeat(-by)),
  );
}
