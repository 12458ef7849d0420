/** `empty-list-concatenation`: `[ ] ++ x` and `x ++ [ ]`. */
import type { Expression } from '../../syntax/ast';
import type { Check } from '../check';
import { finding } from '../finding';

export const emptyListConcatenation: Check = {
  code: 'empty-list-concatenation',
  ofNodes: {
    binary: ({ operator, left, right, span }, { tree: { text } }) => {
      if (operator !== '++') return [];
      const [empty, edit] = isEmpty(left)
        ? [left, { start: span.start, end: right.span.start, newText: '' }]
        : [right, { start: left.span.end, end: span.end, newText: '' }];
      if (!isEmpty(empty) || /[#]|\/\*/.test(text.slice(edit.start, edit.end))) return [];
      const fixes = [{ title: 'Remove the empty list', edits: [edit] }];
      const message = 'Concatenation with an empty list changes nothing.';
      return [
        finding('empty-list-concatenation', 'warning', empty.span, message, {
          tag: 'unnecessary',
          fixes,
          isSafe: true,
        }),
      ];
    },
  },
};

function isEmpty(expression: Expression): boolean {
  return expression.kind === 'list' && expression.elements.length === 0;
}
