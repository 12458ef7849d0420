/** `legacy-let`: `let { …; body = …; }`. */
import type { Check } from '../check';
import { finding } from '../finding';

export const legacyLet: Check = {
  code: 'legacy-let',
  ofNodes: {
    set: ({ form, span }) => {
      if (form !== 'let') return [];
      const { start, end } = span;
      const edits = [
        { start, end: start + 3, newText: '(rec' },
        { start: end, end, newText: ').body' },
      ];
      const fixes = [{ title: 'Write `(rec { … }).body`', edits }];
      const message = '`let { … }` is deprecated: write `let … in …`, or `(rec { … }).body`.';
      return [
        finding('legacy-let', 'warning', { start, end: start + 3 }, message, {
          tag: 'deprecated',
          fixes,
          isSafe: true,
        }),
      ];
    },
  },
};
