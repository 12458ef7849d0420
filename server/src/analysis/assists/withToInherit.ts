/** `with x; …` to `let inherit (x) a b; in …`, with the names that are taken from it. */
import { indentationAt, lineEnding } from '../../syntax/layout';
import { textOf } from '../textEdits';
import type { Assist } from './assist';
import { namesGivenBy } from './withUses';

export const withToInherit: Assist = ({ tree: { text }, names, span, path }) => {
  const node = path.findLast(({ kind }) => kind === 'with');
  if (node?.kind !== 'with' || span.start >= node.body.span.start) return [];
  const given = namesGivenBy(names, node);
  const taken = [...new Set(given?.map(({ name }) => name))].sort();
  if (taken.length === 0) return [];
  // The set is read among the names that it gives.
  const { environment } = node;
  const isMeant = names.uses.some(
    (use) =>
      taken.includes(use.name) &&
      use.span.start >= environment.span.start &&
      use.span.end <= environment.span.end,
  );
  if (isMeant) return [];
  const written = textOf(text, environment.span);
  const from = environment.kind === 'parenthesized' ? written : `(${written})`;
  const newLine = `${lineEnding(text)}${indentationAt(text, node.span.start)}`;
  const between = text.slice(environment.span.end, node.body.span.start);
  const inherit = `inherit ${from} ${taken.join(' ')};`;
  const newText = between.includes('\n')
    ? `let${newLine}  ${inherit}${newLine}in${newLine}`
    : `let ${inherit} in `;
  const edits = [{ start: node.span.start, end: node.body.span.start, newText }];
  return [{ title: `Convert \`with\` to \`inherit ${from}\``, kind: 'rewrite', edits }];
};
