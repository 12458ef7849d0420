/** `a` to `"a"` in an attribute path, and back where it needs no quotes. */
import type { AttributeName } from '../../syntax/ast';
import { contains } from '../../syntax/nodes';
import { literalValue } from '../../syntax/stringText';
import { checkedName } from '../rename';
import type { Assist } from './assist';

export const quoteAttribute: Assist = ({ tree, span, path }) => {
  const node = path.findLast(
    ({ kind }) => kind === 'binding' || kind === 'select' || kind === 'hasAttribute',
  );
  if (node?.kind !== 'binding' && node?.kind !== 'select' && node?.kind !== 'hasAttribute') return [];
  const name = node.path.names.find(
    (each) => contains(each.span, span.start) && contains(each.span, span.end),
  );
  if (name === undefined) return [];
  const newText = name.expression === null ? `"${name.name ?? ''}"` : unquoted(tree.text, name);
  if (newText === null || name.name === '') return [];
  return [{ title: `Write ${newText}`, kind: 'rewrite', edits: [{ ...name.span, newText }] }];
};

/** Null when it needs its quotes. */
function unquoted(text: string, { expression, span }: AttributeName): string | null {
  if (expression?.kind !== 'string' || text.charAt(span.start) !== '"') return null;
  const value = literalValue(text, expression);
  return value !== null && checkedName(value).ok ? value : null;
}
