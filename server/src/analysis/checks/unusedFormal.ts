/** `unused-formal`: an argument that a function takes by name and does not use. */
import type { Formal, Formals } from '../../syntax/ast';
import type { Replacement } from '../../syntax/replacement';
import type { Check } from '../check';
import { finding } from '../finding';
import { removal } from '../textEdits';

export const unusedFormal: Check = {
  code: 'unused-formal',
  ofNames: ({ definitions }, { tree }) =>
    definitions.flatMap(({ kind, name, sites, uses, scope }) => {
      const [site] = sites;
      const owner = scope.owner;
      if (kind !== 'formal' || uses.length > 0 || name.startsWith('_') || site === undefined) return [];
      if (owner?.kind !== 'function' || owner.formals === null) return [];
      // The whole argument goes on elsewhere, and with it this one.
      const whole = owner.argument === null ? undefined : scope.names.get(owner.argument.name);
      if (whole !== undefined && whole.uses.length > 0) return [];
      const formal = owner.formals.formals.find((each) => each === site.origin);
      if (formal === undefined) return [];
      const edits = [withoutFormal(tree.text, owner.formals, formal)];
      const fixes = [{ title: `Remove \`${name}\` from the arguments`, edits }];
      const message = `The argument \`${name}\` is never used.`;
      return [finding('unused-formal', 'hint', site.span, message, { tag: 'unnecessary', fixes })];
    }),
};

/** A formal with the comma that separates it from the next, or from the one before when it is the last. */
function withoutFormal(text: string, { formals, ellipsis }: Formals, formal: Formal): Replacement {
  const index = formals.indexOf(formal);
  const before = formals[index - 1];
  const comma = /^\s*,/.exec(text.slice(formal.span.end))?.[0].length ?? 0;
  if (comma > 0 && (index < formals.length - 1 || ellipsis || before === undefined)) {
    const whole = removal(text, { start: formal.span.start, end: formal.span.end + comma });
    // On one line the blank behind it goes, so that the next takes its place.
    if (whole.start === 0 || text.charAt(whole.start - 1) === '\n') return whole;
    const blanks = /^[ \t]*/.exec(text.slice(formal.span.end + comma))?.[0].length ?? 0;
    return { start: formal.span.start, end: formal.span.end + comma + blanks, newText: '' };
  }
  if (before !== undefined) return { start: before.span.end, end: formal.span.end, newText: '' };
  const blanks = /^[ \t]*/.exec(text.slice(formal.span.end))?.[0].length ?? 0;
  return { start: formal.span.start, end: formal.span.end + blanks, newText: '' };
}
