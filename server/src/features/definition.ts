/** `textDocument/definition`: the file of a path literal; where a name or attribute is defined, in any file; where a named phase or hook is. */
import { pathToFileURL } from 'node:url';
import type { DefinitionParams, Location } from 'vscode-languageserver/node';
import { Meanings } from '../analysis/across/meanings';
import { meaningAt } from '../analysis/across/references';
import { optionAt } from '../analysis/modules/optionPath';
import { askedValue } from '../analysis/slices/asked';
import { bashTextAt } from '../derivation/bashTextAt';
import { placeBeside } from '../derivation/memberPlace';
import type { OpenDocument } from '../documents';
import type { Engine } from '../engine/engine';
import type { Origin, Position, Range } from '../protocol/model';
import { nodesAt } from '../syntax/nodes';
import { fileTreeOf, type Workspace } from '../workspace/workspace';
import { BashNames } from './bashNames';
import { bashWordAt } from './bashWords';
import { includes, named } from './drawnPlaces';
import type { Drawings } from './drawings';
import { requestHandler } from './handler';
import type { ModuleOptions } from './moduleOptions';
import { locationOf, type NameParts } from './names';
import type { ValueAnswers } from './valueAnswers';
import { sitesOf } from './valueSites';

/** Who asks waits for it, and less where the texts tell where it is bound. */
const valueMs = 5000;
const besidesMs = 800;
const top: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

export interface DefinitionParts extends NameParts {
  readonly engine: Engine;
  readonly drawings: Drawings;
  readonly values: ValueAnswers;
  readonly options: ModuleOptions;
}

export function registerDefinition(parts: DefinitionParts): void {
  const { connection, documents, drawings, workspace, log } = parts;
  connection.onDefinition(
    requestHandler<DefinitionParams, Location[]>(log, [], async ({ textDocument, position }) => {
      const document = documents.get(textDocument.uri);
      if (document === null) return [];
      const release = document.retain();
      try {
        const file = await fileNamedAt(document, workspace, position);
        if (file !== null) return [{ uri: documents.uriOf(file), range: top }];
        const declared = await declarationsAt(parts, document, position);
        if (declared.length > 0) return declared;
        const found = await definitionsAt(parts, document, position);
        if (found?.some(({ uri }) => uri === document.uri) === true) return found;
        const ofValue = await ofValueAt(parts, document, position, found === null ? valueMs : besidesMs);
        if (ofValue.length > 0) return ofValue;
        if (found !== null) return found;
        const named = phasesNamedAt(document, drawings, position);
        const places = named.length > 0 ? named : bashNameAt(parts, document, position);
        return places.map(({ file: definedIn, range }) => ({ uri: documents.uriOf(definedIn), range }));
      } finally {
        release();
      }
    }),
  );
}

/** Null where the name is defined right here, or nowhere. */
async function definitionsAt(
  { documents, workspace }: DefinitionParts,
  document: OpenDocument,
  position: Position,
): Promise<Location[] | null> {
  const file = fileTreeOf(document);
  const meaning = await meaningAt(
    new Meanings(workspace.now(document.file)),
    file,
    document.tree.lines.offsetAt(position),
  );
  if (meaning === null) return null;
  const isHere = meaning.sites.every(
    (site) => site.in.file === file.file && site.span.start === meaning.span.start,
  );
  return isHere ? null : meaning.sites.map((site) => locationOf(documents, site, document));
}

/** The file that the path here names; a folder leads to its `default.nix`, as `import` does. Null when there is none. */
async function fileNamedAt(
  document: OpenDocument,
  workspace: Workspace,
  position: Position,
): Promise<string | null> {
  const { tree } = document;
  const node = nodesAt(tree.root, tree.lines.offsetAt(position)).at(-1);
  if (node === undefined) return null;
  return document.onDisk || node.kind === 'searchPath'
    ? workspace.fileNamed(fileTreeOf(document), node)
    : null;
}

/** Where the option of a module system is declared whose name stands here. */
async function declarationsAt(
  { documents, options }: DefinitionParts,
  document: OpenDocument,
  position: Position,
): Promise<Location[]> {
  const offset = document.tree.lines.offsetAt(position);
  const place = optionAt(document.tree, offset, options.isTaken(document));
  if (place?.kind !== 'name') return [];
  const told = await options.ask(document, place.path, 'option', valueMs);
  if (told === null || told === 'late') return [];
  return (told.option?.declarations ?? []).flatMap(({ file, line, column }) => {
    const start = { line: line - 1, character: column - 1 };
    return file === null ? [] : [{ uri: documents.uriOf(file), range: { start, end: start } }];
  });
}

/** Where Nix says that the value is written: a package in the file that `callPackage` reads, else its attribute. */
async function ofValueAt(
  { documents, values, workspace }: DefinitionParts,
  document: OpenDocument,
  position: Position,
  patienceMs: number,
): Promise<Location[]> {
  const sets = await values.setsOf(document, patienceMs);
  const offset = document.tree.lines.offsetAt(position);
  const asked = sets === undefined || sets === 'late' ? null : askedValue(document.tree, offset, sets);
  const told = asked === null ? null : await values.ask(document, asked.places, 'value', patienceMs);
  if (told === null || told === 'late' || told.value === undefined) return [];
  const { derivation, attribute } = told.value;
  const place = derivation?.place ?? told.value.place;
  const sites = place === null ? [] : await sitesOf(workspace.now(document.file), place, attribute);
  return sites.map((site) => locationOf(documents, site, document));
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

/**
 * What a name in a bash text leads to: of a function where the derivation's own stdenv says that it is defined, of a variable the
 * attribute beside it that it holds.
 */
function bashNameAt(
  { engine, drawings }: DefinitionParts,
  { tree, uri, file }: OpenDocument,
  position: Position,
): readonly Definition[] {
  const offset = tree.lines.offsetAt(position);
  const found = bashTextAt(tree, offset);
  const at = found === null ? null : bashWordAt(tree.text, found.literal, offset);
  if (at === null) return [];
  if (at.isVariable) {
    const beside = tree.root === null ? null : placeBeside(tree.root, offset, at.word);
    return beside === null ? [] : [{ file, range: tree.lines.rangeOf(beside) }];
  }
  const place = new BashNames(engine, drawings.of(uri)).definition(at.word);
  return place === null ? [] : [place];
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
