/** Places that Nix tells of, in the texts of their files. */
import { Meanings, type Site } from '../analysis/across/meanings';
import { meaningAt } from '../analysis/across/references';
import type { FileTree, FileTrees } from '../analysis/across/fileTrees';
import { positionalSignature, type Signature } from '../analysis/across/signature';
import { docComment } from '../analysis/docComment';
import type { Expression } from '../syntax/ast';
import { nodesAt } from '../syntax/nodes';
import type { NixPosition } from '../nix/nix';
import type { ToldValue } from '../nix/valueQuestion';

/** Where the attribute of this name that is written there is defined: followed through `inherit`. None when the file cannot be read. */
export async function sitesOf(
  trees: FileTrees,
  place: NixPosition,
  name: string | null,
): Promise<readonly Site[]> {
  const file = place.file === null ? null : await trees.read(place.file);
  if (file === null) return [];
  const { lines } = file.tree;
  const told = lines.offsetAt(lines.fromNixPosition(place.line, place.column));
  const inherited = nodesAt(file.tree.root, told).findLast(({ kind }) => kind === 'inherit');
  const names = inherited?.kind === 'inherit' ? inherited.names : [];
  const start = names.find((one) => one.name === name)?.span.start ?? told;
  const meaning = await meaningAt(new Meanings(trees), file, start);
  return meaning?.sites ?? [{ in: file, span: { start, end: start } }];
}

export interface WrittenAttribute {
  readonly file: FileTree;
  /** Null for one that is inherited. */
  readonly value: Expression | null;
  /** What documents it; Markdown. */
  readonly comment: string | null;
}

/** The attribute that is written at a site; null when none is. */
export function attributeAt({ in: file, span }: Site): WrittenAttribute | null {
  const binding = nodesAt(file.tree.root, span.start).findLast(
    ({ kind }) => kind === 'binding' || kind === 'inherit',
  );
  if (binding?.kind === 'inherit') return { file, value: null, comment: null };
  if (binding?.kind !== 'binding') return null;
  return { file, value: binding.value, comment: docComment(file.tree, binding.span.start) };
}

/** All arguments of a function, as the text has them where Nix says that it is written; null when that is not known. */
export async function writtenFunction(
  trees: FileTrees,
  { attribute, place }: ToldValue,
  name: string,
  active: number,
): Promise<Signature | null> {
  const [site] = place === null ? [] : await sitesOf(trees, place, attribute);
  const written = site === undefined ? null : attributeAt(site);
  if (written === null || written.value === null) return null;
  const { values } = new Meanings(trees);
  const value = await values.of({ in: written.file, expression: written.value, applied: null });
  return value?.kind === 'function' ? positionalSignature(name, value, written.comment, active) : null;
}
