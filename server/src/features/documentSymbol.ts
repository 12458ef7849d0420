/** `textDocument/documentSymbol`: derivations with the attributes written for them, phases and hooks marked as such. */
import { SymbolKind } from 'vscode-languageserver/node';
import type { Connection, DocumentSymbol, DocumentSymbolParams } from 'vscode-languageserver/node';
import type { Documents, OpenDocument } from '../documents';
import type { Logger } from '../environment';
import type { Derivation, Range } from '../protocol/model';
import { hull, includes, writtenAttributes, writtenPhases } from './drawnPlaces';
import type { Drawings } from './drawings';
import { requestHandler } from './handler';
import { nodesAt } from '../syntax/nodes';

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
      return drawings.of(textDocument.uri).flatMap((derivation) => symbolOf(document, derivation));
    }),
  );
}

function symbolOf(document: OpenDocument, derivation: Derivation): DocumentSymbol[] {
  const { file, range, attr, name } = derivation;
  if (file !== document.file || range === null) return [];
  const phases = new Map(
    writtenPhases(derivation, file).map((place) => [place.hook?.name ?? place.phase.name, place]),
  );
  const children = writtenAttributes(derivation, file).map((attribute): DocumentSymbol => {
    const place = phases.get(attribute.name);
    return {
      name: attribute.name,
      kind: place === undefined ? SymbolKind.Property : SymbolKind.Method,
      detail: place === undefined ? undefined : place.hook === null ? 'phase' : `hook of ${place.phase.name}`,
      range: bindingAround(document, attribute.range),
      selectionRange: attribute.range,
    };
  });
  const around = bindingAround(document, range);
  return [
    {
      name: attr === '' ? (name ?? 'derivation') : attr,
      detail: attr === '' ? undefined : (name ?? undefined),
      kind: SymbolKind.Class,
      range: hull([around, range, ...children.map((child) => child.range)]),
      selectionRange: range,
      children,
    },
  ];
}

/** The whole `name = value;` when the range is inside its name, else the range itself. */
function bindingAround({ tree }: OpenDocument, range: Range): Range {
  const offset = tree.lines.offsetAt(range.start);
  const binding = nodesAt(tree.root, offset).findLast((node) => node.kind === 'binding');
  if (binding?.kind !== 'binding' || !includes(tree.lines.rangeOf(binding.path.span), range.start))
    return range;
  return hull([tree.lines.rangeOf(binding.span), range]);
}
