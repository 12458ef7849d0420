/** `empty-inherit`: an `inherit` without names. */
import type { Check } from '../check';
import { finding } from '../finding';
import { removal } from '../textEdits';

export const emptyInherit: Check = {
  code: 'empty-inherit',
  ofNodes: {
    inherit: ({ names, span }, { tree }) => {
      if (names.length > 0) return [];
      const fixes = [{ title: 'Remove this `inherit`', edits: [removal(tree.text, span)] }];
      const more = { tag: 'unnecessary', fixes, isSafe: true } as const;
      return [finding('empty-inherit', 'warning', span, 'This `inherit` names nothing.', more)];
    },
  },
};
