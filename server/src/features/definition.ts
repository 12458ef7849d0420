/** `textDocument/definition`: the file of a path literal; where a name is bound; where a named phase or hook is defined. */
import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Connection, DefinitionParams, Location } from 'vscode-languageserver/node';
import type { Documents, OpenDocument } from '../documents';
import type { Logger } from '../environment';
import type { Origin, Position, Range } from '../protocol/model';
import { includes, named } from './drawnPlaces';
import type { Drawings } from './drawings';
import { requestHandler } from './handler';
import { locationIn, nameUnder } from './names';
import { nodesAt } from '../syntax/nodes';

const top: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

export function registerDefinition(
  connection: Connection,
  documents: Documents,
  drawings: Drawings,
  log: Logger,
): void {
  connection.onDefinition(
    requestHandler<DefinitionParams, Location[]>(log, [], async ({ textDocument, position }, signal) => {
      const document = documents.get(textDocument.uri);
      if (document === null) return [];
      const file = await fileNamedAt(document, position);
      if (signal.aborted) return [];
      if (file !== null) return [{ uri: documents.uriOf(file), range: top }];
      const named = nameUnder(document, position);
      if (named?.definition != null && named.use !== null) {
        return named.definition.sites.map(({ span }) => locationIn(document, span));
      }
      return phasesNamedAt(document, drawings, position).map(({ file: definedIn, range }) => ({
        uri: documents.uriOf(definedIn),
        range,
      }));
    }),
  );
}

/** The file that the path literal here names; a folder leads to its `default.nix`, as `import` does. Null when there is none. */
async function fileNamedAt(document: OpenDocument, position: Position): Promise<string | null> {
  const { tree } = document;
  const node = nodesAt(tree.root, tree.lines.offsetAt(position)).at(-1);
  if (node?.kind !== 'path' || node.interpolations.length > 0 || !document.onDisk) return null;
  const named = resolve(dirname(document.file), tree.text.slice(node.span.start, node.span.end));
  for (const file of [named, join(named, 'default.nix')]) {
    const found = await stat(file).catch(() => null);
    if (found?.isFile() === true) return file;
  }
  return null;
}

interface Definition {
  readonly file: string;
  readonly range: Range;
}

/** Where the phase or hook whose name stands here is defined, unless that is here. */
function phasesNamedAt(
  document: OpenDocument,
  drawings: Drawings,
  position: Position,
): readonly Definition[] {
  const word = wordAt(document, position);
  const definitions = new Map<string, Definition>();
  for (const { phase, hook } of named(drawings.of(document.uri), word)) {
    const place = placeOf(hook?.origin ?? phase.origin);
    if (place === null || (place.file === document.file && includes(place.range, position))) continue;
    definitions.set(`${pathToFileURL(place.file).href}#${place.range.start.line}`, place);
  }
  return [...definitions.values()];
}

function placeOf({ file, range }: Origin): Definition | null {
  return file === null ? null : { file, range: range ?? top };
}

/** The bash or Nix identifier around a position; empty when there is none. */
function wordAt({ tree }: OpenDocument, position: Position): string {
  const line = tree.lines.lineSpan(position.line);
  if (line === null) return '';
  const text = tree.text.slice(line.start, line.end);
  const before = /[A-Za-z0-9_]*$/.exec(text.slice(0, position.character))?.[0] ?? '';
  const after = /^[A-Za-z0-9_]*/.exec(text.slice(position.character))?.[0] ?? '';
  return before + after;
}
