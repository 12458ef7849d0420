/** `textDocument/inlayHint`: at the end of a binding of many lines, which one it was. */
import type { ClientCapabilities, Connection, InlayHint, InlayHintParams } from 'vscode-languageserver/node';
import { overlaps } from '../analysis/semanticTokens';
import type { Documents } from '../documents';
import type { Logger } from '../environment';
import { childrenOf, type WalkedNode } from '../syntax/nodes';
import type { Span, SyntaxTree } from '../syntax/syntaxTree';
import { requestHandler } from './handler';
import type { WorkspaceState } from './workspaceState';

export interface InlayHintParts {
  readonly connection: Connection;
  readonly documents: Documents;
  readonly state: WorkspaceState;
  readonly client: ClientCapabilities;
  readonly log: Logger;
}

/** Shorter ones are seen as a whole. */
const manyLines = 25;
const longestName = 60;

export function registerInlayHint({ connection, documents, state, client, log }: InlayHintParts): void {
  let shown = state.settings.inlayHints.bindingEnds;
  state.changed.add(() => {
    if (shown === state.settings.inlayHints.bindingEnds) return;
    shown = state.settings.inlayHints.bindingEnds;
    if (client.workspace?.inlayHint?.refreshSupport === true) void connection.languages.inlayHint.refresh();
  });
  connection.languages.inlayHint.on(
    requestHandler<InlayHintParams, InlayHint[]>(log, [], ({ textDocument, range }) => {
      const document = documents.get(textDocument.uri);
      if (document === null || !state.settings.inlayHints.bindingEnds) return [];
      const { lines } = document.tree;
      const part = { start: lines.offsetAt(range.start), end: lines.offsetAt(range.end) };
      return bindingEnds(document.tree, part);
    }),
  );
}

/** The hints whose place is in a part of a text. */
export function bindingEnds({ root, text, lines }: SyntaxTree, part: Span): InlayHint[] {
  const found: InlayHint[] = [];
  const nodes: WalkedNode[] = root === null ? [] : [root];
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    const { span } = node;
    if (!overlaps(span, part) || lines.lineAt(span.end) - lines.lineAt(span.start) < manyLines - 1) continue;
    if (node.kind === 'binding' && span.end <= part.end) {
      const name = text.slice(node.path.span.start, node.path.span.end);
      const label = name.length <= longestName ? name : `${name.slice(0, longestName)}…`;
      found.push({ position: lines.positionAt(span.end), label: `= ${label}`, paddingLeft: true });
    }
    nodes.push(...childrenOf(node));
  }
  return found;
}
