/** Whether an expression may stand where another stood. Pure. */
import type { Expression } from '../../syntax/ast';
import type { WalkedNode } from '../../syntax/nodes';
import { isSimple, textOf } from '../textEdits';

/** Whether any expression may stand as this child without parentheses. */
export function takesAny(parent: WalkedNode | undefined, child: WalkedNode): boolean {
  if (parent?.kind === 'select' || parent?.kind === 'hasAttribute') {
    return parent.path.names.some(({ expression }) => expression === child);
  }
  return parent === undefined || !tight.has(parent.kind);
}

/** Their parts are read by precedence. */
const tight: ReadonlySet<WalkedNode['kind']> = new Set(['apply', 'list', 'unary', 'binary']);

/** The text in parentheses where `child` stood, unless any expression may stand there. */
export function placed(parent: WalkedNode | undefined, child: WalkedNode, text: string): string {
  return takesAny(parent, child) ? text : `(${text})`;
}

/** The text of an expression for the place of a variable. */
export function inPlaceOf(
  source: string,
  value: Expression,
  parent: WalkedNode | undefined,
  variable: WalkedNode,
): string {
  const written = textOf(source, value.span);
  if (isClosed(value)) return written;
  const before = source.charAt(variable.span.start - 1);
  const after = source.charAt(variable.span.end);
  // What begins or ends like a path, a number or a name would grow into what is next to it.
  const stands = /^[\s([{=;,]?$/.test(before) && /^[\s)\]};,]?$/.test(after);
  if (takesAny(parent, variable) && stands) return written;
  const isPlain = isSimple(value) || (value.kind === 'select' && value.default === null);
  if (isPlain && stands) return written;
  return value.kind === 'variable' || (value.kind === 'select' && value.default === null)
    ? written
    : `(${written})`;
}

function isClosed({ kind }: Expression): boolean {
  return kind === 'parenthesized' || kind === 'list' || kind === 'string' || kind === 'searchPath';
}
