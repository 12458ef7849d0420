/** `manual-inherit-from`: `x = from.x;`, which is `inherit (from) x;`. */
import type { Check } from '../check';
import { finding } from '../finding';
import { textOf } from '../textEdits';

export const manualInheritFrom: Check = {
  code: 'manual-inherit-from',
  ofNodes: {
    binding: ({ path, value, span }, { tree }) => {
      const [name] = path.names;
      if (path.names.length !== 1 || name?.name == null || name.expression !== null) return [];
      if (value.kind !== 'select' || value.default !== null || value.expression.kind !== 'variable')
        return [];
      const last = value.path.names.at(-1);
      if (last?.name !== name.name || last.expression !== null) return [];
      const before = value.path.names.at(-2);
      const from = { start: value.expression.span.start, end: before?.span.end ?? value.expression.span.end };
      const newText = `inherit (${textOf(tree.text, from)}) ${name.name};`;
      const fixes = [{ title: `Write \`${newText}\``, edits: [{ ...span, newText }] }];
      const message = `This binds what \`${newText}\` does.`;
      return [finding('manual-inherit-from', 'hint', span, message, { fixes, isSafe: true })];
    },
  },
};
