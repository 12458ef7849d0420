/** `textDocument/semanticTokens`: what each name is, and the words of bash in strings; whole, as what changed, or of a part of a text. */
import type {
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

/** What a document was last answered with. */
interface Answered {
  readonly tree: SyntaxTree;
  readonly tokens: SemanticTokens & { readonly resultId: string };
}

export function registerSemanticTokens(connection: Connection, documents: Documents, log: Logger): void {
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
  connection.languages.semanticTokens.on(
    requestHandler<SemanticTokensParams, SemanticTokens>(log, { data: [] }, ({ textDocument }) => {
      const document = documents.get(textDocument.uri);
      return document === null ? { data: [] } : whole(document).tokens;
    }),
  );
  connection.languages.semanticTokens.onDelta(
    requestHandler<SemanticTokensDeltaParams, SemanticTokens | SemanticTokensDelta>(
      log,
      { data: [] },
      ({ textDocument, previousResultId }) => {
        const document = documents.get(textDocument.uri);
        if (document === null) return { data: [] };
        const before = answered.get(document.uri)?.tokens;
        const { tokens } = whole(document);
        return before?.resultId === previousResultId ? delta(before.data, tokens) : tokens;
      },
    ),
  );
  connection.languages.semanticTokens.onRange(
    requestHandler<SemanticTokensRangeParams, SemanticTokens>(
      log,
      { data: [] },
      ({ textDocument, range }) => {
        const document = documents.get(textDocument.uri);
        if (document === null) return { data: [] };
        const { tree } = document;
        const part = { start: tree.lines.offsetAt(range.start), end: tree.lines.offsetAt(range.end) };
        return { data: encoded(tree, allTokens(tree, part)) };
      },
    ),
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
