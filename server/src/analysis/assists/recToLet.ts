/** `rec { a = 1; b = a; }` to `let a = 1; b = a; in { inherit a b; }`. */
import { indentationAt, lineEnding } from '../../syntax/layout';
import type { Assist } from './assist';
import { placed } from './placing';
import { reindented } from './reindent';

export const recToLet: Assist = ({ tree, names, span, path }) => {
  const node = path.at(-1);
  if (node?.kind !== 'set' || node.form !== 'rec' || node.bindings.length === 0) return [];
  if (span.start > node.span.start + 'rec'.length) return [];
  const scope = names.scopes.find(({ owner }) => owner === node);
  const isKnown = node.bindings.every((each) =>
    (each.kind === 'binding' ? each.path.names.slice(0, 1) : each.names).every(
      ({ name, expression }) => name !== null && expression === null,
    ),
  );
  if (scope === undefined || scope.open || !isKnown) return [];
  const all = [...scope.names.keys()];
  const newLine = `${lineEnding(tree.text)}${indentationAt(tree.text, node.span.start)}`;
  const isMany = tree.text.slice(node.span.start, node.span.end).includes('\n');
  const [first, last] = [node.bindings[0], node.bindings.at(-1)];
  if (first === undefined || last === undefined) return [];
  const inner = reindented(tree, { start: first.span.start, end: last.span.end }, 0);
  const written = isMany
    ? `let${newLine}  ${inner}${newLine}in${newLine}{${newLine}  inherit ${all.join(' ')};${newLine}}`
    : `let ${inner} in { inherit ${all.join(' ')}; }`;
  const edits = [{ ...node.span, newText: placed(path.at(-2), node, written) }];
  return [{ title: 'Convert `rec` to `let … in`', kind: 'rewrite', edits }];
};
