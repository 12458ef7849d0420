/**
 * `textDocument/completion`: names, attributes, arguments of a called function, files of a path and keywords that may stand at the cursor;
 * builtins with what the user's own Nix says of them.
 */
import { homedir } from 'node:os';
import { CompletionItemKind, InsertTextFormat, MarkupKind } from 'vscode-languageserver/node';
import type {
  CompletionItem,
  CompletionList,
  CompletionParams,
  Connection,
  Range,
} from 'vscode-languageserver/node';
import { completionsAt, type Proposal } from '../analysis/completion';
import { pathAt } from '../analysis/pathAt';
import type { Documents, OpenDocument, ParseText } from '../documents';
import type { Engine } from '../engine/engine';
import type { Logger } from '../environment';
import type { BuiltinDocumentation } from '../nix/builtins';
import { pathEntries } from '../workspace/pathEntries';
import type { Workspace } from '../workspace/workspace';
import { bashItems } from './bashCompletion';
import { builtinMarkdown, signatureOf } from './builtinText';
import { choiceItems } from './choiceItems';
import type { Drawings } from './drawings';
import { requestHandler } from './handler';
import { attributeMarkdown } from './knownText';
import { lockItems } from './lockItems';
import type { ModuleOptions } from './moduleOptions';
import { nameAsWritten } from './nameAsWritten';
import { OptionItems } from './optionItems';
import { shellsOf } from './shellEvidence';
import type { ValueAnswers } from './valueAnswers';
import { ValueItems } from './valueItems';
import type { WorkspaceState } from './workspaceState';

const kinds: Readonly<Record<Proposal['kind'], CompletionItemKind>> = {
  let: CompletionItemKind.Variable,
  rec: CompletionItemKind.Field,
  argument: CompletionItemKind.Variable,
  formal: CompletionItemKind.Variable,
  attribute: CompletionItemKind.Field,
  given: CompletionItemKind.Property,
  known: CompletionItemKind.Property,
  builtin: CompletionItemKind.Function,
  keyword: CompletionItemKind.Keyword,
  snippet: CompletionItemKind.Snippet,
};

const details: Readonly<Record<Proposal['kind'], string | undefined>> = {
  let: 'bound by let',
  rec: 'attribute of the set around',
  argument: 'argument',
  formal: 'argument',
  attribute: 'attribute',
  given: 'argument of the function',
  known: undefined,
  builtin: 'builtin',
  keyword: undefined,
  snippet: undefined,
};

/** Typing waits no longer for what calls the file. */
const setsMs = 150;

export interface LanguageParts {
  readonly connection: Connection;
  readonly documents: Documents;
  readonly engine: Engine;
  readonly state: WorkspaceState;
  readonly log: Logger;
}

export interface CompletionParts extends LanguageParts {
  readonly drawings: Drawings;
  readonly workspace: Workspace;
  readonly parse: ParseText;
  readonly values: ValueAnswers;
  readonly options: ModuleOptions;
  /** Whether the client fills in snippets. */
  readonly snippets: boolean;
}

export function registerCompletion(parts: CompletionParts): void {
  const { connection, documents, log } = parts;
  const sources = { values: new ValueItems(parts.values), options: new OptionItems(parts.options) };
  connection.onCompletionResolve(
    requestHandler<CompletionItem, CompletionItem>(log, { label: '' }, async (item) =>
      sources.options.resolve(await sources.values.resolve(item)),
    ),
  );
  connection.onCompletion(
    requestHandler<CompletionParams, CompletionItem[] | CompletionList>(
      log,
      [],
      async ({ textDocument, position }, signal) => {
        const document = documents.get(textDocument.uri);
        if (document === null) return [];
        const release = document.retain();
        try {
          const offset = document.tree.lines.offsetAt(position);
          return (
            bashItems(parts.engine, parts.drawings, document, offset) ??
            choiceItems(document, offset) ??
            (await pathItems(parts, document, offset)) ??
            (await nameItems(parts, sources, document, offset, signal))
          );
        } finally {
          release();
        }
      },
    ),
  );
}

/** Null where no path is being written. */
async function pathItems(
  { workspace }: CompletionParts,
  { tree, file, onDisk }: OpenDocument,
  offset: number,
): Promise<CompletionItem[] | null> {
  const path = pathAt(tree, offset);
  if (path === null) return null;
  const own = onDisk ? file : null;
  const entries = await pathEntries(
    path,
    tree.text,
    own,
    homedir(),
    workspace.now(file),
    workspace.searchNames(file),
  );
  const range = tree.lines.rangeOf(path.span);
  return entries.map(({ name, isFolder }) => ({
    label: isFolder ? `${name}/` : name,
    kind: isFolder ? CompletionItemKind.Folder : CompletionItemKind.File,
    textEdit: { range, newText: name },
    sortText: `${isFolder ? 0 : 1}${name}`,
  }));
}

async function nameItems(
  { engine, drawings, state, workspace, parse, snippets, values, options }: CompletionParts,
  sources: { readonly values: ValueItems; readonly options: OptionItems },
  document: OpenDocument,
  offset: number,
  signal: AbortSignal,
): Promise<CompletionItem[] | CompletionList> {
  const { tree, file } = document;
  const sets = await values.setsOf(document, setsMs);
  const shells = shellsOf(engine, drawings.of(document.uri));
  const place = { files: workspace.now(file), file, shells, isModule: options.isTaken(document) };
  const around = { ...place, sets: sets === 'late' ? undefined : sets };
  const { span, proposals, asked, option } = await completionsAt(tree, offset, parse, around);
  const range = tree.lines.rangeOf(span);
  const wantsBuiltins = state.trusted && proposals.some(({ kind }) => kind === 'builtin');
  const builtins = wantsBuiltins
    ? await engine.builtins(file, signal)
    : new Map<string, BuiltinDocumentation>();
  const items = proposals
    .filter(({ kind }) => snippets || kind !== 'snippet')
    .map((proposal) => itemOf(proposal, builtins, range, snippets));
  const known = new Set(proposals.map(({ name }) => name));
  const prefix = tree.text.slice(span.start, offset);
  const told = await sources.values.items(document, asked, { prefix, range, known, snippets });
  const withData = items.map((item) => {
    const number = told.knownIn.get(item.label);
    return number === undefined ? item : { ...item, data: { asked: number } };
  });
  const ofOption = option === null ? null : await sources.options.items(document, option, range);
  const toLock = around.sets === undefined ? [] : lockItems(document, asked, around.sets, span);
  const all = [...withData, ...told.items, ...(ofOption?.items ?? []), ...toLock];
  return told.incomplete || ofOption?.incomplete === true || sets === 'late'
    ? { isIncomplete: true, items: all }
    : all;
}

function itemOf(
  { name, kind, distance, comment, snippet, word, known }: Proposal,
  builtins: ReadonlyMap<string, BuiltinDocumentation>,
  range: Range,
  snippets: boolean,
): CompletionItem {
  const builtin = kind === 'builtin' ? builtins.get(name) : undefined;
  const value =
    builtin !== undefined
      ? builtinMarkdown(builtin)
      : known === undefined
        ? comment
        : attributeMarkdown(known.attribute, known.of);
  const isSnippet = snippets && snippet !== undefined;
  return {
    label: name,
    kind: kinds[kind],
    detail: builtin === undefined ? (known?.attribute.type ?? details[kind]) : signatureOf(builtin),
    documentation: value === null ? undefined : { kind: MarkupKind.Markdown, value },
    sortText: `${String(distance).padStart(4, '0')}${name}`,
    filterText: word,
    insertTextFormat: isSnippet ? InsertTextFormat.Snippet : undefined,
    textEdit: { range, newText: isSnippet ? snippet : nameAsWritten(name) },
  };
}
