/** `textDocument/selectionRange`: from the name or text under the cursor outwards, node by node. */
import type { Connection, SelectionRange, SelectionRangeParams } from 'vscode-languageserver/node';
import type { Documents } from '../documents';
import type { Logger } from '../environment';
import type { Span, SyntaxTree } from '../syntax/syntaxTree';
import { requestHandler } from './handler';
import { nodesAt, type WalkedNode } from '../syntax/nodes';

export function registerSelectionRange(connection: Connection, documents: Documents, log: Logger): void {
  connection.onSelectionRanges(
    requestHandler<SelectionRangeParams, SelectionRange[]>(log, [], ({ textDocument, positions }) => {
      const document = documents.get(textDocument.uri);
      if (document === null) return [];
      const { tree } = document;
      return positions.map((position) => selectionAt(tree, tree.lines.offsetAt(position)));
    }),
  );
}

/** The innermost range, each with the one around it. */
export function selectionAt(tree: SyntaxTree, offset: number): SelectionRange {
  const whole: Span = { start: 0, end: tree.text.length };
  const spans = [whole, ...nodesAt(tree.root, offset).flatMap((node) => spansOf(node, offset))];
  let selection: SelectionRange | null = null;
  let last: Span | null = null;
  for (const span of spans) {
    if (last !== null && span.start === last.start && span.end === last.end) continue;
    const range = tree.lines.rangeOf(span);
    selection = selection === null ? { range } : { range, parent: selection };
    last = span;
  }
  return selection ?? { range: tree.lines.rangeOf(whole) };
}

/** A node, and within it the parts that are no nodes of their own, outermost first. */
function spansOf(node: WalkedNode, offset: number): Span[] {
  const holds = ({ start, end }: Span): boolean => start <= offset && offset <= end;
  const inner: Span[] = [];
  if (node.kind === 'string') inner.push(node.content);
  if (node.kind === 'binding' || node.kind === 'select' || node.kind === 'hasAttribute') {
    inner.push(node.path.span, ...node.path.names.map(({ span }) => span));
  }
  if (node.kind === 'inherit') inner.push(...node.names.map(({ span }) => span));
  if (node.kind === 'function') {
    if (node.formals !== null) inner.push(node.formals.span, ...node.formals.formals.map(({ span }) => span));
    if (node.argument !== null) inner.push(node.argument.span);
  }
  return [node.span, ...inner.filter(holds)];
}
