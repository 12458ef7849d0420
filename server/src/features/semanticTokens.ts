/** `textDocument/semanticTokens`: what each name is, and the words of bash in strings; whole, as what changed, or of a part of a text. */
import type {
  ClientCapabilities,
  Connection,
  SemanticTokens,
  SemanticTokensDelta,
  SemanticTokensDeltaParams,
  SemanticTokensParams,
  SemanticTokensRangeParams,
} from 'vscode-languageserver/node';
import {
  overlaps,
  semanticTokens,
  tokenModifiers,
  tokenTypes,
  type SemanticToken,
} from '../analysis/semanticTokens';
import { bashTexts } from '../derivation/bashTexts';
import { bashTokens, type BashToken } from '../derivation/bashTokens';
import type { Documents, OpenDocument } from '../documents';
import { bashFunctions, bashVariables } from '../knowledge/bashNames';
import type { Logger } from '../environment';
import type { Span, SyntaxTree } from '../syntax/syntaxTree';
import { requestHandler } from './handler';

export const semanticTokensOptions = {
  legend: { tokenTypes: [...tokenTypes], tokenModifiers: [...tokenModifiers] },
  full: { delta: true },
  range: true,
};

/**
 * Of texts longer than this (in UTF-16 units) a client that asks for what it shows is told of that alone: looking through all of one after
 * each edit would hold up what else is asked.
 */
const longText = 400_000;

/** What a document was last answered with. */
interface Answered {
  readonly tree: SyntaxTree;
  readonly tokens: SemanticTokens & { readonly resultId: string };
}

export interface SemanticTokensParts {
  readonly connection: Connection;
  readonly documents: Documents;
  readonly client: ClientCapabilities;
  readonly log: Logger;
}

export function registerSemanticTokens({ connection, documents, client, log }: SemanticTokensParts): void {
  const { range: asksForParts } = client.textDocument?.semanticTokens?.requests ?? {};
  const isTooLong = ({ tree }: OpenDocument): boolean =>
    tree.text.length > longText && asksForParts !== undefined && asksForParts !== false;
  const answered = new Map<string, Answered>();
  let answers = 0;
  documents.closed.add(({ uri }) => answered.delete(uri));
  const whole = ({ uri, tree }: OpenDocument): Answered => {
    const before = answered.get(uri);
    if (before?.tree === tree) return before;
    const tokens = { resultId: String(++answers), data: encoded(tree, allTokens(tree)) };
    const now = { tree, tokens };
    answered.set(uri, now);
    return now;
  };
  const { semanticTokens: requests } = connection.languages;
  requests.on(
    // Null leaves what was told of parts as it is.
    requestHandler<SemanticTokensParams, SemanticTokens | null>(log, null, ({ textDocument }) => {
      const document = documents.get(textDocument.uri);
      return document === null || isTooLong(document) ? null : whole(document).tokens;
    }),
  );
  requests.onDelta(
    requestHandler<SemanticTokensDeltaParams, SemanticTokens | SemanticTokensDelta | null>(
      log,
      null,
      ({ textDocument, previousResultId }) => {
        const document = documents.get(textDocument.uri);
        if (document === null || isTooLong(document)) return null;
        const before = answered.get(document.uri)?.tokens;
        const { tokens } = whole(document);
        return before?.resultId === previousResultId ? delta(before.data, tokens) : tokens;
      },
    ),
  );
  requests.onRange(
    requestHandler<SemanticTokensRangeParams, SemanticTokens | null>(log, null, ({ textDocument, range }) => {
      const document = documents.get(textDocument.uri);
      if (document === null) return null;
      const { tree } = document;
      const part = { start: tree.lines.offsetAt(range.start), end: tree.lines.offsetAt(range.end) };
      return { data: encoded(tree, allTokens(tree, part)) };
    }),
  );
}

/** Takes a tree and a part of its text, else the whole; gives the tokens of Nix and of the bash in its strings, in order. */
export function allTokens(tree: Pick<SyntaxTree, 'root' | 'text'>, within?: Span): readonly SemanticToken[] {
  const part = within ?? { start: 0, end: tree.text.length };
  const bash = bashTexts(tree, part).flatMap((literal) =>
    bashTokens(tree.text, literal)
      .filter(({ span }) => overlaps(span, part))
      .flatMap((token) => bashToken(token) ?? []),
  );
  const nix = semanticTokens(tree, part);
  return bash.length === 0 ? nix : [...nix, ...bash].sort((one, other) => one.span.start - other.span.start);
}

/** Null for a command that is no function of stdenv or of one of its hooks: the shell's grammar colours it. */
function bashToken({ span, kind, name }: BashToken): SemanticToken | null {
  const isKnown = kind === 'variable' ? bashVariables.has(name) : bashFunctions.has(name);
  if (kind === 'command') return isKnown ? { span, type: 'function', modifiers: ['defaultLibrary'] } : null;
  return { span, type: 'variable', modifiers: isKnown ? ['defaultLibrary'] : [] };
}

/** As LSP counts: each token by its distance from the one before. */
function encoded({ lines }: Pick<SyntaxTree, 'lines'>, tokens: readonly SemanticToken[]): number[] {
  const data: number[] = [];
  let last = { line: 0, character: 0 };
  for (const { span, type, modifiers } of tokens) {
    const at = lines.positionAt(span.start);
    const isSameLine = at.line === last.line;
    const bits = modifiers.reduce((sum, each) => sum | (1 << tokenModifiers.indexOf(each)), 0);
    data.push(
      at.line - last.line,
      isSameLine ? at.character - last.character : at.character,
      span.end - span.start,
      tokenTypes.indexOf(type),
      bits,
    );
    last = at;
  }
  return data;
}

/** The one replacement that leads from what was answered to what is true now. */
function delta(before: readonly number[], { data, resultId }: SemanticTokens): SemanticTokensDelta {
  const shorter = Math.min(before.length, data.length);
  let start = 0;
  while (start < shorter && before[start] === data[start]) start++;
  let kept = 0;
  while (kept < shorter - start && before.at(-1 - kept) === data.at(-1 - kept)) kept++;
  const deleteCount = before.length - start - kept;
  const inserted = data.slice(start, data.length - kept);
  const edits = deleteCount === 0 && inserted.length === 0 ? [] : [{ start, deleteCount, data: inserted }];
  return { resultId, edits };
}
