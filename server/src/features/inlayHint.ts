/** `textDocument/inlayHint`: at the end of a binding of many lines, which one it was; versions of packages in lists; what derivations evaluate to. */
import type { ClientCapabilities, Connection, InlayHint, InlayHintParams } from 'vscode-languageserver/node';
import { overlaps } from '../analysis/semanticTokens';
import type { Documents, OpenDocument } from '../documents';
import type { Logger } from '../environment';
import { childrenOf, type WalkedNode } from '../syntax/nodes';
import type { Span, SyntaxTree } from '../syntax/syntaxTree';
import { derivationHints } from './derivationHints';
import type { Drawings } from './drawings';
import { requestHandler } from './handler';
import type { ValueAnswers } from './valueAnswers';
import { VersionHints } from './versionHints';
import type { WorkspaceState } from './workspaceState';

export interface InlayHintParts {
  readonly connection: Connection;
  readonly documents: Documents;
  readonly state: WorkspaceState;
  readonly values: ValueAnswers;
  readonly drawings: Pick<Drawings, 'of' | 'changed'>;
  readonly client: ClientCapabilities;
  readonly log: Logger;
}

/** Shorter ones are seen as a whole. */
const manyLines = 25;
const longestName = 60;

export function registerInlayHint(parts: InlayHintParts): void {
  const { connection, documents, state, values, drawings, client, log } = parts;
  const refreshes = client.workspace?.inlayHint?.refreshSupport === true;
  const refresh = () => {
    if (refreshes) void connection.languages.inlayHint.refresh();
  };
  let shown = JSON.stringify(state.allSettings.map(({ inlayHints }) => inlayHints));
  state.changed.add(() => {
    const now = JSON.stringify(state.allSettings.map(({ inlayHints }) => inlayHints));
    if (shown === now) return;
    shown = now;
    refresh();
  });
  const versions = new VersionHints(values, refresh);
  const ofDerivations = (document: OpenDocument): readonly InlayHint[] =>
    derivationHints(document, drawings.of(document.uri), state.settingsOf(document.file).inlayHints);
  const told = new Map<string, string>();
  documents.closed.add(({ uri }) => told.delete(uri));
  drawings.changed.add((uri) => {
    const document = documents.get(uri);
    // The labels alone: an editor moves hints with the text.
    const hints = document === null ? [] : ofDerivations(document);
    const labels = hints.length === 0 ? '' : JSON.stringify(hints.map(({ label }) => label));
    if (labels === (told.get(uri) ?? '')) return;
    told.set(uri, labels);
    refresh();
  });
  connection.languages.inlayHint.on(
    requestHandler<InlayHintParams, InlayHint[]>(log, [], async ({ textDocument, range }) => {
      const document = documents.get(textDocument.uri);
      if (document === null) return [];
      const { bindingEnds: ends, packageVersions } = state.settingsOf(document.file).inlayHints;
      const { lines } = document.tree;
      const part = { start: lines.offsetAt(range.start), end: lines.offsetAt(range.end) };
      const release = document.retain();
      try {
        return [
          ...(ends ? bindingEnds(document.tree, part) : []),
          ...ofDerivations(document).filter(({ position }) => {
            const at = lines.offsetAt(position);
            return at >= part.start && at <= part.end;
          }),
          ...(packageVersions ? await versions.of(document, part) : []),
        ];
      } finally {
        release();
      }
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
