/** `inherit (from) a b;` to `a = from.a; b = from.b;`. */
import { beginsLine, indentationAt, lineEnding } from '../../syntax/layout';
import { inheritedValue } from '../rename';
import type { Assist } from './assist';
import { textOf } from '../textEdits';

export const explicitInherit: Assist = ({ tree: { text }, path }) => {
  const index = path.findLastIndex(({ kind }) => kind === 'inherit');
  const [owner, node] = [path[index - 1], path[index]];
  if (node?.kind !== 'inherit' || node.names.length === 0 || index < path.length - 1) return [];
  // `a = a;` would be itself there.
  const isRecursive = owner?.kind !== 'set' || owner.form !== 'plain';
  if (node.from === null && (isRecursive || node.names.some(({ expression }) => expression !== null)))
    return [];
  const between = beginsLine(text, node.span.start)
    ? `${lineEnding(text)}${indentationAt(text, node.span.start)}`
    : ' ';
  const written = node.names.map(({ span }) => {
    const name = textOf(text, span);
    return `${name} = ${inheritedValue(text, node, name)};`;
  });
  const edits = [{ ...node.span, newText: written.join(between) }];
  return [{ title: 'Write the inheritance out', kind: 'rewrite', edits }];
};
