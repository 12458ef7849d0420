/** `useless-has-attribute`: `if x ? a then x.a else y`, which is `x.a or y`. */
import { unwrapped } from '../../syntax/walk';
import type { Check } from '../check';
import { finding } from '../finding';
import { asArgument, textOf } from '../textEdits';

export const uselessHasAttribute: Check = {
  code: 'useless-has-attribute',
  ofNodes: {
    if: ({ condition, consequence, alternative, span }, { tree: { text } }) => {
      const test = unwrapped(condition);
      const taken = unwrapped(consequence);
      if (test.kind !== 'hasAttribute' || taken.kind !== 'select' || taken.default !== null) return [];
      if (textOf(text, test.expression.span) !== textOf(text, taken.expression.span)) return [];
      if (textOf(text, test.path.span) !== textOf(text, taken.path.span)) return [];
      const newText = `${textOf(text, taken.span)} or ${asArgument(text, alternative)}`;
      const fixes = [{ title: 'Write it with `or`', edits: [{ ...span, newText }] }];
      const message = 'A selection with `or` says the same.';
      return [finding('useless-has-attribute', 'hint', span, message, { fixes })];
    },
  },
};
