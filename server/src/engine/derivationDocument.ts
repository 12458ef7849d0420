/** The readable form of a store derivation: text and links. Pure; what exists in the store is asked through `StoreView`. */
import { pathToFileURL } from 'node:url';
import type { StoreDerivation } from '../nix/derivationFile';
import type { DerivationDocument } from '../protocol/messages';
import type { Derivation, FileRange } from '../protocol/model';
import { variablesOf } from './derivationVariables';
import { LinkedText, type LinkedWords } from './linkedText';
import { derivationName } from '../protocol/storePath';
import { regExpText } from '../regExpText';

export interface StoreView {
  /** Logical store directory, e.g. `/nix/store`. */
  readonly storeDir: string;
  /** The file on this machine that a path in the store is; null when it is not there. */
  fileOf(storePath: string): string | null;
  /** Names in the folder that this store path is, folders ending in `/`; empty when it is no folder. */
  entriesOf(storePath: string): readonly string[];
}

export interface DescribedDerivation {
  readonly derivation: StoreDerivation;
  /** What `nix-store -q --references` says of the derivation; null when it could not be asked. */
  readonly references: readonly string[] | null;
  /** Drawings that may know where attributes are written. */
  readonly known: readonly Derivation[];
}

type Words = string | LinkedWords;

export function describeDerivation(described: DescribedDerivation, store: StoreView): DerivationDocument {
  const { derivation, references } = described;
  const page = new LinkedText();
  const linked = (text: string): readonly Words[] => linkPaths(text, store);
  page.line(derivation.name);
  page.line(...linked(derivation.path));
  writeOutputs(page, derivation, store, linked);
  page.heading('Builder');
  page.line('  system   ', derivation.system);
  page.line('  program  ', ...linked(derivation.builder));
  for (const argument of derivation.args) writeValue(page, ['  argument'], '  ', argument, linked);
  writeStdenv(page, derivation, store);
  writeInputs(page, derivation, linked);
  writeEnvironment(page, described, linked);
  if (references !== null) writeList(page, 'References (nix-store -q --references)', references, linked);
  return { title: `${derivation.name}.drv`, text: page.text, links: page.links };
}

/** A page that says why there is nothing else to read. */
export function unreadableDerivation(path: string, why: string, advice: string | null): DerivationDocument {
  const lines = [path, '', why, ...(advice === null ? [] : ['', advice])];
  return { title: path.slice(path.lastIndexOf('/') + 1), text: `${lines.join('\n')}\n`, links: [] };
}

type Linker = (text: string) => readonly Words[];

function writeOutputs(page: LinkedText, derivation: StoreDerivation, store: StoreView, linked: Linker): void {
  page.heading('Outputs');
  const width = Math.max(...Object.keys(derivation.outputs).map((name) => name.length));
  for (const [name, output] of sortedEntries(derivation.outputs)) {
    const fixed = output.hash === '' ? '' : `  (${output.hashAlgo} ${output.hash})`;
    const built = store.fileOf(output.path) === null ? '  (not built)' : '';
    const path = output.path === '' ? ['known when built'] : linked(output.path);
    page.line(`  ${name.padEnd(width)}  `, ...path, fixed, output.path === '' ? '' : built);
    for (const entry of store.entriesOf(output.path)) {
      page.line(`  ${''.padEnd(width)}    `, ...fileLink(`${output.path}/${entry}`, entry, store));
    }
  }
}

/** The scripts that run the phases, which are what its readers look for most. */
function writeStdenv(page: LinkedText, derivation: StoreDerivation, store: StoreView): void {
  const stdenv = /^(\/\S+)/.exec(variablesOf(derivation)['stdenv'] ?? '')?.[1];
  if (stdenv === undefined) return;
  page.heading('Standard environment');
  page.line('  ', ...fileLink(stdenv, stdenv, store));
  page.line('  ', ...fileLink(`${stdenv}/setup`, 'setup', store), '  defines genericBuild and its phases');
}

function writeInputs(page: LinkedText, derivation: StoreDerivation, linked: Linker): void {
  const inputs = sortedEntries(derivation.inputDerivations);
  page.heading(`Inputs (${inputs.length})`);
  for (const [path, outputs] of inputs) {
    page.line('  ', derivationLink(path, derivationName(path)), `  ${outputs.join(', ')}`);
    page.line('    ', ...linked(path));
  }
  writeList(page, 'Sources', derivation.inputSources, linked);
}

function writeList(page: LinkedText, title: string, paths: readonly string[], linked: Linker): void {
  page.heading(`${title} (${paths.length})`);
  for (const path of [...paths].sort()) page.line('  ', ...linked(path));
}

function writeEnvironment(page: LinkedText, described: DescribedDerivation, linked: Linker): void {
  const { derivation, known } = described;
  const drawn = known.find(({ drvPath }) => drvPath === derivation.path);
  const variables = sortedEntries(variablesOf(derivation));
  page.heading(`Environment (${variables.length})`);
  for (const [name, value] of variables) {
    const place = drawn?.attributes[name];
    const label: Words = place === undefined ? name : { text: name, ...placeLink(place) };
    writeValue(page, ['  ', label], '  ', value, linked);
  }
}

/** `label = value`, or the label and the value's lines as an indented block. */
function writeValue(
  page: LinkedText,
  label: readonly Words[],
  indent: string,
  value: string,
  linked: Linker,
): void {
  const lines = value.split(/\r\n|[\r\n\u2028\u2029]/);
  if (lines.length === 1) return page.line(...label, ' = ', ...linked(value));
  page.line(...label, ' =');
  if (lines.at(-1) === '') lines.pop();
  for (const line of lines) page.line(line === '' ? '' : `${indent}  `, ...linked(line));
}

/** The text with every store path in it linked. */
function linkPaths(text: string, store: StoreView): readonly Words[] {
  const paths = new RegExp(
    `${regExpText(store.storeDir)}/[0-9a-z]{32}-[\\w+.?=-]+(?:/[\\w+.?=@/-]*[\\w+])?`,
    'g',
  );
  const words: Words[] = [];
  let end = 0;
  for (const match of text.matchAll(paths)) {
    words.push(text.slice(end, match.index));
    words.push(
      ...(match[0].endsWith('.drv')
        ? [derivationLink(match[0], match[0])]
        : fileLink(match[0], match[0], store)),
    );
    end = match.index + match[0].length;
  }
  words.push(text.slice(end));
  return words;
}

function derivationLink(path: string, text: string): LinkedWords {
  return { text, target: `phasewise-drv:${encodeURI(path)}`, tooltip: 'Open the derivation' };
}

function fileLink(path: string, text: string, store: StoreView): readonly Words[] {
  const file = store.fileOf(path);
  return file === null ? [text] : [{ text, target: pathToFileURL(file).href, tooltip: 'Open in the store' }];
}

function placeLink({ file, range }: FileRange): { readonly target: string; readonly tooltip: string } {
  const { line, character } = range.start;
  return {
    target: `${pathToFileURL(file).href}#L${line + 1},${character + 1}`,
    tooltip: `Written in ${file.slice(file.lastIndexOf('/') + 1)}, line ${line + 1}`,
  };
}

function sortedEntries<T>(record: Readonly<Record<string, T>>): readonly (readonly [string, T])[] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}
