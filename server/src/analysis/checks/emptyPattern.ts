/** `empty-pattern`: `{ ... }:`, which takes nothing from its argument. */
import type { Check } from '../check';
import { finding } from '../finding';

export const emptyPattern: Check = {
  code: 'empty-pattern',
  ofNodes: {
    function: ({ argument, formals }) => {
      if (argument !== null || formals === null || formals.formals.length > 0 || !formals.ellipsis) return [];
      const fixes = [{ title: 'Write `_:`', edits: [{ ...formals.span, newText: '_' }] }];
      const message = 'This takes nothing from its argument: `_:` says so.';
      return [finding('empty-pattern', 'hint', formals.span, message, { fixes })];
    },
  },
};
