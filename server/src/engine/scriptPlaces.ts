/** Where the texts of a derivation's phases and hooks were written, both ways. */
import { lineMapOfAttribute } from '../derivation/locateFailure';
import type { LineMap } from '../derivation/lineMap';
import type { StoreDerivation } from '../nix/derivationFile';
import { physicalPath, type StorePlace } from '../nix/storePlace';
import type { Derivation, FileRange } from '../protocol/model';
import { variablesOf } from './derivationVariables';
import type { SourceTexts } from './sourceTexts';

export interface ScriptPlaces {
  /** Texts of phases and hooks that the derivation itself brings, by the name of the variable. */
  readonly texts: ReadonlyMap<string, string>;
  /** Where a text's attribute is written; null when that is not known. */
  attribute(text: string): FileRange | null;
  /** Where a 1-based line of a text was written; null when nothing is known of it. */
  toNix(text: string, line: number): (FileRange & { readonly exact: boolean }) | null;
  /** The 1-based lines that a 0-based line of a `.nix` file became. */
  /** Where a file can be read that the builder sees: another place for a private store. */
  onDisk(path: string): string;
  toBash(file: string, line: number): readonly { readonly text: string; readonly line: number }[];
}

/** Names of variables that stdenv runs, beyond those that the drawing knows. */
const runs = /^(?:buildCommand|[A-Za-z_]\w*(?:Phase|Hook)|(?:pre|post)[A-Z]\w*)$/;

export function scriptPlaces(
  derivation: Derivation,
  stored: StoreDerivation,
  sources: SourceTexts,
  store: StorePlace,
): ScriptPlaces {
  const drawn = derivation.phases.flatMap(({ name, hooks }) => [name, ...hooks.map((hook) => hook.name)]);
  const texts = new Map<string, string>();
  const places = new Map<string, FileRange>();
  const maps = new Map<string, LineMap>();
  const variables = variablesOf(stored);
  sources.withTrees((treeOf) => {
    for (const [name, place] of Object.entries(derivation.attributes)) {
      const text = variables[name];
      if (text === undefined || !(drawn.includes(name) || runs.test(name))) continue;
      texts.set(name, text);
      places.set(name, place);
      const tree = treeOf(place.file);
      const map = tree === null ? null : lineMapOfAttribute(tree, place, text);
      if (map !== null) maps.set(name, map);
    }
  });
  return {
    texts,
    onDisk: (path) => physicalPath(path, store),
    attribute: (text) => places.get(text) ?? null,
    toNix: (text, line) => {
      const found = maps.get(text)?.toNix(line - 1) ?? null;
      const file = places.get(text)?.file;
      return found === null || file === undefined ? null : { file, range: found.range, exact: found.exact };
    },
    toBash: (file, line) =>
      [...maps].flatMap(([text, map]) =>
        places.get(text)?.file === file ? map.toBash(line).map((one) => ({ text, line: one + 1 })) : [],
      ),
  };
}
