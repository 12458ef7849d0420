/** Nodes whose text is all there is to know of them. */
import type { Expression } from './ast';
import type { Part } from './lowerNode';
import type { Span } from './syntaxTree';

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
