/** `unused-with`: a `with` from which no name is taken. */
import type { Check } from '../check';
import { finding } from '../finding';

export const unusedWith: Check = {
  code: 'unused-with',
  ofUnusedWith: ({ span: { start }, environment, body }, { tree }) => {
    const head = { start, end: tree.text.indexOf(';', environment.span.end) + 1 };
    const edits = [{ start, end: body.span.start, newText: '' }];
    const fixes = [{ title: 'Remove this `with`', edits }];
    const message = 'No name is taken from this `with`.';
    return [finding('unused-with', 'warning', head, message, { tag: 'unnecessary', fixes })];
  },
};
