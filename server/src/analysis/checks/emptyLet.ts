/** `empty-let`: a `let` that binds nothing. */
import type { Check } from '../check';
import { finding } from '../finding';

export const emptyLet: Check = {
  code: 'empty-let',
  ofNodes: {
    letIn: ({ bindings, body, span: { start } }) => {
      if (bindings.length > 0) return [];
      const fixes = [{ title: 'Remove `let in`', edits: [{ start, end: body.span.start, newText: '' }] }];
      const more = { tag: 'unnecessary', fixes } as const;
      return [finding('empty-let', 'warning', { start, end: start + 3 }, 'This `let` binds nothing.', more)];
    },
  },
};
