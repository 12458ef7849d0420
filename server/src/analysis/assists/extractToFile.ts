/** A selected expression to a file beside this one, a function of the names that it takes from here. */
import { lineEnding } from '../../syntax/layout';
import { indentationAt } from '../../syntax/layout';
import type { Assist } from './assist';
import { freeUses, mixesWiths } from './freeNames';
import { placed } from './placing';
import { reindented } from './reindent';
import { nameFor, selectedExpression } from './selectedExpression';

const trivial = new Set(['variable', 'number', 'missing', 'path', 'homePath', 'searchPath', 'uri']);

export const extractToFile: Assist = (context) => {
  const { tree, names } = context;
  const selected = selectedExpression(context);
  if (selected === null || trivial.has(selected.expression.kind)) return [];
  const { expression, around } = selected;
  const inner = expression.kind === 'parenthesized' ? expression.expression : expression;
  const taken = [...new Set(freeUses(names, expression.span).map(({ name }) => name))].sort();
  if (mixesWiths(names, expression.span)) return [];
  // These stand for another place there.
  if (tree.text.slice(inner.span.start, inner.span.end).includes('__curPos')) return [];
  const newLine = lineEnding(tree.text);
  const body = reindented(tree, inner.span, -indentationAt(tree.text, inner.span.start).length);
  const head = taken.length === 0 ? '' : `{ ${taken.join(', ')} }:${newLine}`;
  const given = taken.length === 0 ? '' : ` { inherit ${taken.join(' ')}; }`;
  const edits = (name: string) => [
    { ...expression.span, newText: placed(around.at(-1), expression, `import ./${name}.nix${given}`) },
  ];
  // No path literal has one.
  const name = nameFor(selected, 'extracted').replaceAll("'", '');
  const newFile = { name, text: `${head}${body}${newLine}`, edits };
  return [{ title: `Extract to a new file: ${name}.nix`, kind: 'extract', edits: edits(name), newFile }];
};
