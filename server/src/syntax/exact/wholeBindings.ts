/** The bindings of a text with errors that no error touches. Pure. */
import type { Binding, Expression } from '../ast';
import { childrenOf, type WalkedNode } from '../nodes';
import type { Span } from '../syntaxTree';

/** Takes what was read, and what of the text was left out; gives the outermost bindings in which nothing was, in order of the text. */
export function wholeBindings(
  read: readonly (Expression | readonly Binding[])[],
  broken: readonly Span[],
): Binding[] {
  const found: Binding[] = [];
  const waiting: WalkedNode[] = read.flat();
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    const { span } = node;
    const isWhole = !broken.some(({ start, end }) => span.start < end && start < span.end);
    if (isWhole && (node.kind === 'binding' || node.kind === 'inherit')) found.push(node);
    else if (!isWhole) waiting.push(...childrenOf(node));
  }
  return found.sort((a, b) => a.span.start - b.span.start);
}
