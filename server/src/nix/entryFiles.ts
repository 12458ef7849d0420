/** What Nix reads of the set that a file is called from: files of our own, so that an evaluator that is kept has their values once. */
import { basename } from 'node:path';
import type { EvaluationEntry, EvaluationSource } from './nix';

export interface EntryFiles {
  /** Gives the set. */
  readonly set: string;
  /** Gives a function from the set to arguments; null for none. */
  readonly args: string | null;
}

/** Writes them by `write`, which takes a text and gives the path of the file that holds it. */
export async function placeEntry(
  entry: EvaluationEntry,
  write: (text: string) => Promise<string>,
): Promise<EntryFiles> {
  const set = await write(setText(entry.file));
  return { set, args: entry.args === null ? null : await write(`${entry.args}\n`) };
}

/** What `expressions/derivations.nix` is told of it. */
export function entryRequest(source: EvaluationSource, files: EntryFiles | null): object | null {
  const { entry } = source;
  if (entry === undefined || files === null) return null;
  const { attrs, sure, scope, saved, open, builder } = entry;
  return { ...files, attrs, sure, scope, saved, open, builder, origin: source.file };
}

/** As `nix-build` would: a function is called with its defaults. */
export function setText(file: string): string {
  const path = `(/. + "${file.replace(/["\\$]/g, '\\$&')}")`;
  return `let value = import ${path}; in if builtins.isFunction value then value { } else value\n`;
}

/** The name of such a file in a folder that has no other of our own. */
export function entryFileName(count: number, source: EvaluationSource): string {
  const name = `phasewise-entry-${count}.nix`;
  return name === basename(source.file) ? `-${name}` : name;
}
