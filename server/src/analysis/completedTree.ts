/** A text as it will be once what is being typed is there. */
import { closedText } from '../syntax/exact/closing';
import type { SyntaxTree } from '../syntax/syntaxTree';
import type { TextChange } from '../syntax/textChange';

/** Parses a text for the caller alone. */
export type ParseAside = (text: string, previous: SyntaxTree, change: TextChange) => SyntaxTree;

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
  const { text } = tree;
  const at = start + placeholder.length;
  const made = { start, newEnd: start + inserted.length };
  const inPlace = parse(`${text.slice(0, start)}${inserted}${text.slice(offset)}`, tree, {
    ...made,
    oldEnd: offset,
  });
  if (inPlace.faults.length === 0) return [inPlace, at];
  const { open } = tree.before(start);
  if (open === null) return [inPlace, at];
  inPlace.dispose();
  const closed = closedText(text.slice(0, start), open, inserted);
  return [parse(closed, tree, { start, oldEnd: text.length, newEnd: closed.length }), at];
}
