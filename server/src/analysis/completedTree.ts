/** A text as it will be once what is being typed is there. */
import { closedText } from '../syntax/exact/closing';
import type { SyntaxTree } from '../syntax/syntaxTree';

/** Parses a text for the caller alone. */
export type ParseAside = (text: string) => SyntaxTree;

/** The name that stands for what is not typed yet. */
export const placeholder = 'phasewise';
/** The same where a binding stands. */
export const boundPlaceholder = `${placeholder} = x;`;

/**
 * A tree in which `inserted` stands at the cursor, and the cursor at the end of its name: while a name is typed the text rarely parses.
 * The caller disposes of it.
 */
export function completedTree(
  tree: SyntaxTree,
  start: number,
  offset: number,
  inserted: string,
  parse: ParseAside,
): [SyntaxTree, number] {
  const before = tree.text.slice(0, start);
  const inPlace = parse(`${before}${inserted}${tree.text.slice(offset)}`);
  const at = start + placeholder.length;
  if (inPlace.faults.length === 0) return [inPlace, at];
  const closed = closedText(before, inserted);
  if (closed === null) return [inPlace, at];
  inPlace.dispose();
  return [parse(closed), at];
}
