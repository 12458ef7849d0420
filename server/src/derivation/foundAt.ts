/** The derivation of a text that is drawn as this one. */
import type { Range } from '../protocol/model';
import type { SyntaxTree } from '../syntax/syntaxTree';
import { findDerivations } from './findDerivations';
import type { FoundDerivation } from './foundDerivation';

/** By where it is made, and of several there by its attribute; null when none is made there. */
export function foundAt(
  tree: SyntaxTree,
  { attr, range }: { readonly attr: string; readonly range: Range | null },
): FoundDerivation | null {
  const start = range === null ? null : tree.lines.offsetAt(range.start);
  const placed = findDerivations(tree).filter(({ place }) => place.start === start);
  return placed.find((one) => one.attr === attr) ?? placed[0] ?? null;
}

/** By its attribute; null: the only one with phases. */
export function foundNamed(tree: SyntaxTree, attr: string | null): FoundDerivation | null {
  const all = findDerivations(tree);
  if (attr !== null && attr !== '') return all.find((one) => one.attr === attr) ?? null;
  return all.find((one) => one.attr === '') ?? (all.length === 1 ? (all[0] ?? null) : null);
}
