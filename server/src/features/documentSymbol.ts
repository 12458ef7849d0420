/** `textDocument/documentSymbol`: the names that a file binds; derivations, their phases and hooks marked as such. */
import { SymbolKind } from 'vscode-languageserver/node';
import type { Connection, DocumentSymbol, DocumentSymbolParams } from 'vscode-languageserver/node';
import { outlineOf, type OutlineSymbol, type SymbolShape } from '../analysis/outline';
import type { Documents, OpenDocument } from '../documents';
import type { Logger } from '../environment';
import type { Derivation, Range } from '../protocol/model';
import { nodesAt } from '../syntax/nodes';
import { comparePositions, hull, includes, writtenAttributes, writtenPhases } from './drawnPlaces';
import type { Drawings } from './drawings';
import { requestHandler } from './handler';

export const symbolKinds: Readonly<Record<SymbolShape, SymbolKind>> = {
  function: SymbolKind.Function,
  set: SymbolKind.Namespace,
  list: SymbolKind.Array,
  string: SymbolKind.String,
  number: SymbolKind.Number,
  boolean: SymbolKind.Boolean,
  path: SymbolKind.File,
  inherited: SymbolKind.Property,
  value: SymbolKind.Property,
};

export function registerDocumentSymbol(
  connection: Connection,
  documents: Documents,
  drawings: Drawings,
  log: Logger,
): void {
  connection.onDocumentSymbol(
    requestHandler<DocumentSymbolParams, DocumentSymbol[]>(log, [], ({ textDocument }) => {
      const document = documents.get(textDocument.uri);
      if (document === null) return [];
      const outline = outlineOf(document.tree, 'everything').map((symbol) => symbolOf(document, symbol));
      return drawings
        .of(textDocument.uri)
        .reduce((all, derivation) => marked(document, derivation, all), outline);
    }),
  );
}

function symbolOf(
  document: OpenDocument,
  { name, shape, takes, span, nameSpan, children }: OutlineSymbol,
): DocumentSymbol {
  const { lines } = document.tree;
  return {
    // An empty name is not allowed, and `"" = 1;` is.
    name: name === '' ? '""' : name,
    kind: symbolKinds[shape],
    detail: takes ?? undefined,
    range: lines.rangeOf(span),
    selectionRange: lines.rangeOf(nameSpan),
    children: children.map((child) => symbolOf(document, child)),
  };
}

/** The symbols with a derivation among them: the binding whose value it is, else one around what is written for it. */
function marked(
  document: OpenDocument,
  derivation: Derivation,
  symbols: readonly DocumentSymbol[],
): DocumentSymbol[] {
  const { file, range, attr, name } = derivation;
  if (file !== document.file || range === null) return [...symbols];
  const written = writtenAttributes(derivation, file).map((each) => bindingAround(document, each.range));
  const around = hull([bindingAround(document, range), range, ...written]);
  const phases = new Map(
    writtenPhases(derivation, file).map((place) => [
      place.hook?.name ?? place.phase.name,
      place.hook === null ? 'phase' : `hook of ${place.phase.name}`,
    ]),
  );
  const own = (symbol: DocumentSymbol): DocumentSymbol => {
    const detail = phases.get(symbol.name);
    return detail === undefined ? symbol : { ...symbol, detail, kind: SymbolKind.Method };
  };
  const isIt = (symbol: DocumentSymbol): boolean => comparePositions(symbol.range.start, around.start) === 0;
  const bound = symbols.find(isIt);
  if (bound !== undefined) {
    const made = {
      ...bound,
      kind: SymbolKind.Class,
      detail: name ?? undefined,
      children: bound.children?.map(own),
    };
    return symbols.map((symbol) => (symbol === bound ? made : symbol));
  }
  const outer = symbols.find((symbol) => encloses(symbol.range, around));
  if (outer !== undefined) {
    const made = { ...outer, children: marked(document, derivation, outer.children ?? []) };
    return symbols.map((symbol) => (symbol === outer ? made : symbol));
  }
  const children = symbols.filter((symbol) => encloses(around, symbol.range)).map(own);
  const made: DocumentSymbol = {
    name: attr === '' ? (name ?? 'derivation') : attr,
    detail: attr === '' ? undefined : (name ?? undefined),
    kind: SymbolKind.Class,
    range: around,
    selectionRange: range,
    children,
  };
  const rest = symbols.filter((symbol) => !encloses(around, symbol.range));
  return [...rest, made].sort((a, b) => comparePositions(a.range.start, b.range.start));
}

function encloses(outer: Range, inner: Range): boolean {
  return includes(outer, inner.start) && comparePositions(inner.end, outer.end) <= 0;
}

/** The whole `name = value;` when the range is inside its name, else the range itself. */
function bindingAround({ tree }: OpenDocument, range: Range): Range {
  const offset = tree.lines.offsetAt(range.start);
  const binding = nodesAt(tree.root, offset).findLast((node) => node.kind === 'binding');
  if (binding?.kind !== 'binding' || !includes(tree.lines.rangeOf(binding.path.span), range.start))
    return range;
  return hull([tree.lines.rangeOf(binding.span), range]);
}
