/** `manual-inherit`: `x = x;` in a set, which is `inherit x;`. */
import type { Check } from '../check';
import { finding } from '../finding';

export const manualInherit: Check = {
  code: 'manual-inherit',
  ofNodes: {
    binding: ({ path, value, span }, _, parent) => {
      const [name] = path.names;
      if (parent?.kind !== 'set' || parent.form !== 'plain' || path.names.length !== 1) return [];
      if (value.kind !== 'variable' || name?.name !== value.name || name.expression !== null) return [];
      const newText = `inherit ${value.name};`;
      const fixes = [{ title: `Write \`${newText}\``, edits: [{ ...span, newText }] }];
      const message = `This gives the set what \`${newText}\` does.`;
      return [finding('manual-inherit', 'hint', span, message, { fixes, isSafe: true })];
    },
  },
};
