/** Several `inherit (from) …;` of one set to one. */
import { removal } from '../textEdits';
import type { Assist } from './assist';
import { bindingsOf, fromText } from './convertToInherit';

export const mergeInherits: Assist = ({ tree: { text }, path }) => {
  const node = path.findLast(({ kind }) => kind === 'inherit');
  if (node?.kind !== 'inherit' || node.names.length === 0) return [];
  const from = fromText(text, node);
  const all = bindingsOf(path[path.indexOf(node) - 1]).flatMap((each) =>
    each.kind === 'inherit' && each.names.length > 0 && fromText(text, each) === from ? [each] : [],
  );
  const [first, ...others] = all;
  const last = first?.names.at(-1);
  if (last === undefined || others.length === 0) return [];
  const names = others.flatMap((other) => other.names.map(({ span }) => text.slice(span.start, span.end)));
  const edits = [
    { start: last.span.end, end: last.span.end, newText: ` ${names.join(' ')}` },
    ...others.map((other) => removal(text, other.span)),
  ];
  return [
    { title: `Merge each \`inherit${from === '' ? '' : ` ${from}`}\` into one`, kind: 'rewrite', edits },
  ];
};
