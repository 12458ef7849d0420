/** `redundant-pattern`: `args@{ ... }:`, which is `args:`. */
import type { Check } from '../check';
import { finding } from '../finding';

export const redundantPattern: Check = {
  code: 'redundant-pattern',
  ofNodes: {
    function: ({ argument, formals }) => {
      if (argument === null || formals === null || formals.formals.length > 0 || !formals.ellipsis) return [];
      const start = Math.min(argument.span.start, formals.span.start);
      const span = { start, end: Math.max(argument.span.end, formals.span.end) };
      const fixes = [{ title: `Write \`${argument.name}:\``, edits: [{ ...span, newText: argument.name }] }];
      const message = `The pattern takes nothing: \`${argument.name}:\` is enough.`;
      return [finding('redundant-pattern', 'hint', span, message, { fixes })];
    },
  },
};
