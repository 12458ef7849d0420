/** What Nix reads of the set that a file is called from: files of our own, so that an evaluator that is kept has their values once. */
import { basename, dirname, join } from 'node:path';
import type { EvaluationEntry, EvaluationSource } from './nix';
import { nixPath } from '../nixString';

export interface EntryFiles {
  /** Gives the set. */
  readonly set: string;
  /** Gives a function from the set to arguments; null for none. */
  readonly args: string | null;
  /** Gives the call where no attribute is it; null for none. */
  readonly local: string | null;
  /** Takes what the file's function takes, and gives it back; null when it takes nothing by name. */
  readonly asks: string | null;
}

/** Whether it is evaluated by what Nix has only with flakes. */
export function usesFlakes({
  kind,
  entry,
  fetchesInputs,
}: Pick<EvaluationSource, 'kind' | 'entry' | 'fetchesInputs'>): boolean {
  return kind === 'flake' || fetchesInputs === true || (entry !== undefined && isFlake(entry));
}

function isFlake({ file }: EvaluationEntry): boolean {
  return basename(file) === 'flake.nix';
}

/** Writes them by `write`, which takes a text and gives the path of the file that holds it. `ownFolder` holds our expressions. */
export function placeEntry(
  entry: EvaluationEntry,
  ownFolder: string,
  write: (text: string) => string,
): EntryFiles {
  const set = write(isFlake(entry) ? `${flakeOutputsText(entry.file, ownFolder)}\n` : setText(entry.file));
  const asks = entry.takes.length === 0 ? null : write(`${asksText(entry.takes)}\n`);
  const written = (text: string | null) => (text === null ? null : write(`${text}\n`));
  return { set, args: written(entry.args), local: written(entry.local), asks };
}

/** What `expressions/derivations.nix` is told of it. */
export function entryRequest(source: EvaluationSource, files: EntryFiles | null): object | null {
  const { entry } = source;
  if (entry === undefined || files === null) return null;
  const { attrs, sure, scope, saved, open, builder } = entry;
  const flake = isFlake(entry) && entry.file === source.file ? dirname(entry.file) : null;
  const guesses = entry.guesses ?? [];
  return { ...files, attrs, guesses, sure, scope, saved, open, builder, flake, origin: source.file };
}

/** Whoever calls this tells what they have of these names. */
function asksText(names: readonly string[]): string {
  return `{ ${names.map((name) => `${name} ? null`).join(', ')} }@given: { phasewise'given = given; }`;
}

/** As `nix-build` would: a function is called with its defaults. */
export function setText(file: string): string {
  return `let value = import ${nixPath(file)}; in if builtins.isFunction value then value { } else value\n`;
}

/** The outputs of a flake where it is, as an expression: of `expressions/flakeOutputs.nix`. `file` is its `flake.nix`. */
export function flakeOutputsText(file: string, ownFolder: string): string {
  const expression = nixPath(join(ownFolder, 'flakeOutputs.nix'));
  return `import ${expression} { folder = ${nixPath(dirname(file))}; flake = import ${nixPath(file)}; }`;
}

/** What the values in a flake hang on, as an expression: of `expressions/flakeValues.nix`. `file` is its `flake.nix`. */
export function flakeValuesText(file: string, ownFolder: string): string {
  const lock = nixPath(join(dirname(file), 'flake.lock'));
  return `(import ${nixPath(join(ownFolder, 'flakeValues.nix'))} { lock = ${lock}; })`;
}

/** The name of such a file in a folder that has no other of our own. */
export function entryFileName(count: number, source: EvaluationSource): string {
  const name = `phasewise-entry-${count}.nix`;
  return name === basename(source.file) ? `-${name}` : name;
}
