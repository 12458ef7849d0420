/** `textDocument/completion`: names, attributes and keywords that may stand at the cursor; builtins with what the user's own Nix says of them. */
import { CompletionItemKind, MarkupKind } from 'vscode-languageserver/node';
import type { CompletionItem, CompletionParams, Connection } from 'vscode-languageserver/node';
import { completionsAt, type Proposal } from '../analysis/completion';
import type { Documents, ParseText } from '../documents';
import type { Engine } from '../engine/engine';
import type { Logger } from '../environment';
import type { BuiltinDocumentation } from '../nix/builtins';
import { builtinMarkdown, signatureOf } from './builtinText';
import { requestHandler } from './handler';
import type { WorkspaceState } from './workspaceState';

const kinds: Readonly<Record<Proposal['kind'], CompletionItemKind>> = {
  let: CompletionItemKind.Variable,
  rec: CompletionItemKind.Field,
  argument: CompletionItemKind.Variable,
  formal: CompletionItemKind.Variable,
  attribute: CompletionItemKind.Field,
  builtin: CompletionItemKind.Function,
  keyword: CompletionItemKind.Keyword,
};

const details: Readonly<Record<Proposal['kind'], string | undefined>> = {
  let: 'bound by let',
  rec: 'attribute of the set around',
  argument: 'argument',
  formal: 'argument',
  attribute: 'attribute',
  builtin: 'builtin',
  keyword: undefined,
};

export interface LanguageParts {
  readonly connection: Connection;
  readonly documents: Documents;
  readonly engine: Engine;
  readonly state: WorkspaceState;
  readonly log: Logger;
}

export function registerCompletion(
  { connection, documents, engine, state, log }: LanguageParts,
  parse: ParseText,
): void {
  connection.onCompletion(
    requestHandler<CompletionParams, CompletionItem[]>(
      log,
      [],
      async ({ textDocument, position }, signal) => {
        const document = documents.get(textDocument.uri);
        if (document === null) return [];
        const { span, proposals } = completionsAt(
          document.tree,
          document.tree.lines.offsetAt(position),
          (text) => parse(text, null, null),
        );
        const range = document.tree.lines.rangeOf(span);
        const wantsBuiltins = state.trusted && proposals.some(({ kind }) => kind === 'builtin');
        const release = document.retain();
        try {
          const builtins = wantsBuiltins
            ? await engine.builtins(signal)
            : new Map<string, BuiltinDocumentation>();
          return proposals.map((proposal) => ({
            ...itemOf(proposal, builtins),
            textEdit: { range, newText: proposal.name },
          }));
        } finally {
          release();
        }
      },
    ),
  );
}

function itemOf(
  { name, kind, distance, comment }: Proposal,
  builtins: ReadonlyMap<string, BuiltinDocumentation>,
): CompletionItem {
  const builtin = kind === 'builtin' ? builtins.get(name) : undefined;
  const value = builtin === undefined ? comment : builtinMarkdown(builtin);
  return {
    label: name,
    kind: kinds[kind],
    detail: builtin === undefined ? details[kind] : signatureOf(builtin),
    documentation: value === null ? undefined : { kind: MarkupKind.Markdown, value },
    sortText: `${String(distance).padStart(4, '0')}${name}`,
  };
}
