/** `unused-with`: a `with` from which no name is taken. */
import type { Check } from '../check';
import { finding } from '../finding';

export const unusedWith: Check = {
  code: 'unused-with',
  ofNodes: {
    with: (node, { names, tree }) => {
      if (names.usedWiths.has(node)) return [];
      const { start } = node.span;
      const head = { start, end: tree.text.indexOf(';', node.environment.span.end) + 1 };
      const edits = [{ start, end: node.body.span.start, newText: '' }];
      const fixes = [{ title: 'Remove this `with`', edits }];
      const message = 'No name is taken from this `with`.';
      return [finding('unused-with', 'warning', head, message, { tag: 'unnecessary', fixes })];
    },
  },
};
