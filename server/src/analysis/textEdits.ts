/** Edits that fixes are made of. Pure. */
import type { Binding, Expression } from '../syntax/ast';
import { beginsLine, endWithComment, lineStart } from '../syntax/layout';
import type { Replacement } from '../syntax/replacement';
import type { Span } from '../syntax/syntaxTree';

export function textOf(text: string, { start, end }: Span): string {
  return text.slice(start, end);
}

/** Takes a statement out: its whole lines when nothing else stands on them, else itself with the blanks before it. */
export function removal(text: string, { start, end }: Span): Replacement {
  const after = endWithComment(text, end);
  const lineEnd = /^[ \t]*(?:\r?\n|$)/.exec(text.slice(after));
  if (beginsLine(text, start) && lineEnd !== null) {
    return { start: lineStart(text, start), end: after + lineEnd[0].length, newText: '' };
  }
  return { start: blanksStart(text, start), end, newText: '' };
}

/** Takes one name out of an `inherit`, the whole statement when it was the last. */
export function removalOfInherited(
  text: string,
  { span, names }: Extract<Binding, { kind: 'inherit' }>,
  name: Span,
): Replacement {
  if (names.length <= 1) return removal(text, span);
  if (beginsLine(text, name.start) && /^[ \t]*\r?\n/.test(text.slice(name.end))) return removal(text, name);
  return { start: blanksStart(text, name.start), end: name.end, newText: '' };
}

/** Where the blanks before an offset begin. */
function blanksStart(text: string, offset: number): number {
  let start = offset;
  while (start > 0 && /\s/.test(text.charAt(start - 1))) start--;
  return start;
}

/** Whether an expression may stand as a function's argument, in a list, or before `.` without parentheses. */
export function isSimple({ kind }: Expression): boolean {
  return simpleKinds.has(kind);
}

const simpleKinds = new Set<Expression['kind']>([
  'variable',
  'number',
  'string',
  'path',
  'homePath',
  'searchPath',
  'uri',
  'parenthesized',
  'list',
  'set',
]);

/** The text of an expression, in parentheses unless it is simple or a selection. */
export function asArgument(text: string, expression: Expression): string {
  const written = textOf(text, expression.span);
  const isPlain = isSimple(expression) || (expression.kind === 'select' && expression.default === null);
  return isPlain ? written : `(${written})`;
}
