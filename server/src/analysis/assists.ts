/** The assists, each a file in `assists/`. */
import type { Span, SyntaxTree } from '../syntax/syntaxTree';
import { contextAt, type Assist, type Offer } from './assists/assist';
import { addMissing } from './assists/addMissing';
import { convertToInherit } from './assists/convertToInherit';
import { explicitInherit } from './assists/explicitInherit';
import { extractToFile } from './assists/extractToFile';
import { extractToLet } from './assists/extractToLet';
import { flattenSet } from './assists/flattenSet';
import { inlineLet } from './assists/inlineLet';
import { jsonToNix } from './assists/jsonToNix';
import { letToRec } from './assists/letToRec';
import { mergeInherits } from './assists/mergeInherits';
import { packBindings } from './assists/packBindings';
import { quoteAttribute } from './assists/quoteAttribute';
import { recToLet } from './assists/recToLet';
import { sortBindings } from './assists/sortBindings';
import { stringKind } from './assists/stringKind';
import { withToInherit } from './assists/withToInherit';
import { withToSelect } from './assists/withToSelect';

export const assists: readonly Assist[] = [
  addMissing,
  convertToInherit,
  explicitInherit,
  extractToFile,
  extractToLet,
  flattenSet,
  inlineLet,
  letToRec,
  mergeInherits,
  packBindings,
  quoteAttribute,
  recToLet,
  sortBindings,
  stringKind,
  withToInherit,
  withToSelect,
];

/** What may be done at a selection; in a text that does not parse only what needs no tree. */
export function offersAt(tree: SyntaxTree, span: Span): readonly Offer[] {
  const ofText = jsonToNix(tree, span);
  if (tree.faults.length > 0 || tree.root === null) return ofText;
  const context = contextAt(tree, span);
  const offers = assists.flatMap((assist) => assist(context));
  return [...ofText, ...offers.filter((offer) => !losesComment(tree, offer))];
}

/** What somebody wrote for readers is never dropped. */
function losesComment({ text, comments }: SyntaxTree, { edits, newFile }: Offer): boolean {
  const written = [...edits.map(({ newText }) => newText), newFile?.text ?? ''].join('\n');
  return comments.some(({ start, end }) => {
    const isIn = edits.some((edit) => edit.start < end && start < edit.end);
    return isIn && !written.includes(text.slice(start, end));
  });
}
