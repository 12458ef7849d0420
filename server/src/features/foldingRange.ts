/** `textDocument/foldingRange`: sets, lists, strings, `let`s and calls of several lines; runs of comments. */
import { FoldingRangeKind } from 'vscode-languageserver/node';
import type { Connection, FoldingRange, FoldingRangeParams } from 'vscode-languageserver/node';
import type { Documents } from '../documents';
import type { Logger } from '../environment';
import type { SyntaxTree } from '../syntax/syntaxTree';
import { requestHandler } from './handler';
import { allNodes } from '../syntax/nodes';
import type { WalkedNode } from '../syntax/nodes';

const foldable: ReadonlySet<WalkedNode['kind']> = new Set([
  'set',
  'list',
  'string',
  'letIn',
  'parenthesized',
  'binding',
  'inherit',
]);

export function registerFoldingRange(connection: Connection, documents: Documents, log: Logger): void {
  connection.onFoldingRanges(
    requestHandler<FoldingRangeParams, FoldingRange[]>(log, [], ({ textDocument }) => {
      const document = documents.get(textDocument.uri);
      return document === null ? [] : foldingRanges(document.tree);
    }),
  );
}

/** One range for each first line, the longest; the line that closes it stays to be seen. */
export function foldingRanges(tree: SyntaxTree): FoldingRange[] {
  const ranges = new Map<number, FoldingRange>();
  const add = (startLine: number, endLine: number, kind?: string): void => {
    const known = ranges.get(startLine);
    if (endLine <= startLine || (known !== undefined && known.endLine >= endLine)) return;
    ranges.set(startLine, { startLine, endLine, kind });
  };
  for (const { kind, span } of allNodes(tree.root)) {
    if (!foldable.has(kind)) continue;
    add(tree.lines.lineAt(span.start), tree.lines.lineAt(span.end) - 1);
  }
  addComments(tree, (start, end) => add(start, end, FoldingRangeKind.Comment));
  return [...ranges.values()].sort((a, b) => a.startLine - b.startLine);
}

/** Lines that hold nothing but a `#` comment, outside strings. */
function addComments(tree: SyntaxTree, add: (startLine: number, endLine: number) => void): void {
  const inString = linesInStrings(tree);
  const isComment = (line: number): boolean => {
    const span = tree.lines.lineSpan(line);
    return span !== null && !inString.has(line) && /^\s*#/.test(tree.text.slice(span.start, span.end));
  };
  for (let line = 0; line < tree.lines.lineCount; line++) {
    if (!isComment(line)) continue;
    const first = line;
    while (isComment(line + 1)) line++;
    add(first, line);
  }
}

function linesInStrings(tree: SyntaxTree): ReadonlySet<number> {
  const lines = new Set<number>();
  for (const { kind, span } of allNodes(tree.root)) {
    if (kind !== 'string') continue;
    const last = tree.lines.lineAt(span.end);
    for (let line = tree.lines.lineAt(span.start) + 1; line <= last; line++) lines.add(line);
  }
  return lines;
}
