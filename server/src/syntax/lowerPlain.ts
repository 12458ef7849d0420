/** Nodes whose text is all there is to know of them. */
import type { AttributeName, AttributePath, Expression } from './ast';
import type { Part } from './lowerNode';
import type { Span } from './syntaxTree';

const plainPath = /[A-Za-z_][\w'-]*(?:\.[A-Za-z_][\w'-]*)*/y;

/** The node of a name, number, …; null for all that has children. */
export function leafNode(type: string, text: string, span: Span): Part | null {
  switch (type) {
    case 'identifier':
      return { tag: 'name', node: { span, name: text.slice(span.start, span.end), expression: null } };
    case 'ellipses':
      return { tag: 'ellipsis' };
    case 'variable_expression':
    case 'integer_expression':
    case 'float_expression':
    case 'spath_expression':
    case 'uri_expression':
      return { tag: 'expression', node: leafExpression(type, text, span) };
    default:
      return null;
  }
}

function leafExpression(type: string, text: string, span: Span): Expression {
  if (span.start === span.end) return { kind: 'missing', span };
  if (type === 'variable_expression')
    return { kind: 'variable', span, name: text.slice(span.start, span.end) };
  if (type === 'spath_expression') return { kind: 'searchPath', span };
  if (type === 'uri_expression') return { kind: 'uri', span };
  return { kind: 'number', span, text: text.slice(span.start, span.end) };
}

/**
 * Most strings, attribute paths and selections need no look at what the parser has below them: the node as it would be with all
 * that read; null when that is needed. Only for text without any fault.
 */
export function plainNode(type: string, text: string, span: Span): Part | null {
  switch (type) {
    case 'string_expression':
      return plainString(text, span, 1);
    case 'indented_string_expression':
      return plainString(text, span, 2);
    case 'attrpath':
      return isPlainPath(text, span) ? { tag: 'path', node: pathOf(text, span) } : null;
    case 'select_expression':
      return isPlainPath(text, span) ? plainSelection(text, span) : null;
    default:
      return null;
  }
}

function plainString(text: string, span: Span, quote: 1 | 2): Part | null {
  const { start, end } = span;
  if (text.slice(start, end).includes('${')) return null;
  const content = { start: start + quote, end: end - quote };
  const style = quote === 1 ? 'quoted' : 'indented';
  return { tag: 'expression', node: { content, interpolations: [], kind: 'string', span, style } };
}

/** Names with dots between them and nothing else: no blanks, comments, strings, `or`. */
function isPlainPath(text: string, { start, end }: Span): boolean {
  plainPath.lastIndex = start;
  return plainPath.test(text) && plainPath.lastIndex === end;
}

function plainSelection(text: string, span: Span): Part | null {
  const dot = text.indexOf('.', span.start);
  const name = text.slice(span.start, dot);
  const expression = { kind: 'variable', span: { start: span.start, end: dot }, name } as const;
  const path = pathOf(text, { start: dot + 1, end: span.end });
  return { tag: 'expression', node: { kind: 'select', span, expression, path, default: null } };
}

function pathOf(text: string, span: Span): AttributePath {
  let { start } = span;
  // The text beyond the path is not searched: it may be megabytes without a dot.
  const names = text
    .slice(span.start, span.end)
    .split('.')
    .map((name): AttributeName => {
      const own = { start, end: start + name.length };
      start = own.end + 1;
      return { span: own, name, expression: null };
    });
  return { span, names };
}
