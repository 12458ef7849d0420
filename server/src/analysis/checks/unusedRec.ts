/** `unused-rec`: a recursive set none of whose attributes is used in it. */
import type { Check } from '../check';
import { finding } from '../finding';

export const unusedRec: Check = {
  code: 'unused-rec',
  ofNames: ({ scopes }, { tree }) =>
    scopes.flatMap(({ kind, owner, names, open }) => {
      if (kind !== 'rec' || owner?.kind !== 'set' || owner.form !== 'rec' || open) return [];
      if ([...names.values()].some(({ uses }) => uses.length > 0)) return [];
      const { start } = owner.span;
      const blanks = /^rec(\s*)/.exec(tree.text.slice(start, owner.span.end))?.[0].length ?? 3;
      const fixes = [{ title: 'Remove `rec`', edits: [{ start, end: start + blanks, newText: '' }] }];
      const message = 'No attribute of this set is used by another: it needs no `rec`.';
      const more = { tag: 'unnecessary', fixes, isSafe: true } as const;
      return [finding('unused-rec', 'warning', { start, end: start + 3 }, message, more)];
    }),
};
