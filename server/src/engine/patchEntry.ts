/** Where a patch is named in the `patches` of the `.nix` file that makes a derivation. */
import { basename, dirname, relative } from 'node:path';
import { addEntry } from '../derivation/addPackage';
import { findDerivations } from '../derivation/findDerivations';
import type { FoundDerivation } from '../derivation/foundDerivation';
import { patchStoreName } from '../phases/savedPatches';
import type { Derivation, TextEdit } from '../protocol/model';
import type { Problem, Result } from '../result';
import { failure, success } from '../result';
import type { SyntaxTree } from '../syntax/syntaxTree';
import { nixString } from '../nixString';

/** The edit that adds it. Problems: `patches-unknown` when the text does not show where. */
export function patchEntry(
  treeOf: (file: string) => SyntaxTree | null,
  derivation: Derivation,
  patchFile: string,
): Result<TextEdit> {
  const { file } = derivation;
  // A stdenv gives patches to a derivation that has none: its file is not the user's.
  const place = derivation.attributes['patches'];
  const line = place?.file === file ? place.range.start.line : null;
  const tree = file.endsWith('.nix') ? treeOf(file) : null;
  const found = tree === null ? null : writtenAt(tree, derivation, line);
  const entry = pathEntry(dirname(file), patchFile);
  const edit = tree === null || found === null ? null : addEntry(tree, found, 'patches', entry);
  if (tree === null || edit === null) return failure(patchesUnknown(entry));
  return success({ file, range: tree.lines.rangeOf(edit), newText: edit.newText });
}

/** The derivation whose `patches` are written in that line; else the one at the same place, of the same attribute, or the only one. */
function writtenAt(
  tree: SyntaxTree,
  { file, range, attr }: Derivation,
  line: number | null,
): FoundDerivation | null {
  const found = findDerivations(tree);
  const lineOf = (offset: number) => tree.lines.rangeOf({ start: offset, end: offset }).start.line;
  if (line !== null) {
    const named = (one: FoundDerivation) => one.attributes.get('patches')?.nameSpan.start;
    const writer = found.find((one) => {
      const start = named(one);
      return start !== undefined && lineOf(start) === line;
    });
    if (writer !== undefined) return writer;
  }
  const here =
    range === null ? undefined : found.find(({ place }) => lineOf(place.start) === range.start.line);
  const same = here ?? found.find((one) => one.attr === attr);
  return same ?? (found.length === 1 && file !== '' ? (found[0] ?? null) : null);
}

/** A path literal where the name allows one. Source: Nix manual, "Path" and "Store Path". */
function pathEntry(folder: string, patchFile: string): string {
  const path = relative(folder, patchFile);
  const name = basename(path);
  const isStoreName = patchStoreName(patchFile) === name;
  if (isStoreName && /^[A-Za-z0-9._+\-/]+$/.test(path)) return path.startsWith('..') ? path : `./${path}`;
  const whole = `./. + ${nixString(`/${path}`)}`;
  if (isStoreName) return `(${whole})`;
  return `(builtins.path { name = "${patchStoreName(patchFile)}"; path = ${whole}; })`;
}

function patchesUnknown(entry: string): Problem {
  return {
    code: 'patches-unknown',
    message: "The text does not show where this derivation's patches are written.",
    advice: `Write it there yourself: patches = [ ${entry} ];`,
  };
}
