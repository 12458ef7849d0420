/** The expression that is selected, whole. Pure. */
import type { Expression } from '../../syntax/ast';
import type { WalkedNode } from '../../syntax/nodes';
import type { AssistContext } from './assist';

export interface Selected {
  readonly expression: Expression;
  /** The nodes around it, the outermost first. */
  readonly around: readonly WalkedNode[];
}

/** Null when nothing is selected, or no whole expression. */
export function selectedExpression({ path, span }: AssistContext): Selected | null {
  const index = path.findIndex((node) => node.span.start === span.start && node.span.end === span.end);
  const node = path[index];
  if (node === undefined || span.start === span.end || node.kind === 'binding' || node.kind === 'inherit')
    return null;
  const parent = path[index - 1];
  const isName =
    (parent?.kind === 'binding' || parent?.kind === 'select' || parent?.kind === 'hasAttribute') &&
    parent.path.names.some(({ expression }) => expression === node);
  return isName ? null : { expression: node, around: path.slice(0, index) };
}

/** What an expression is best called: by the last name of a selection, the function that it calls, or what it is bound to. */
export function nameFor({ expression, around }: Selected, otherwise: string): string {
  if (expression.kind === 'select') return plain(expression.path.names.at(-1)?.name) ?? otherwise;
  const parent = around.at(-1);
  if (parent?.kind === 'binding') return plain(parent.path.names.at(-1)?.name) ?? otherwise;
  return otherwise;
}

function plain(name: string | null | undefined): string | null {
  return name != null && /^[a-zA-Z_][\w'-]*$/.test(name) && name !== 'default' ? name : null;
}
