/** `unused-argument-name`: `args@{ … }:` where nothing uses `args`. */
import type { Check } from '../check';
import { finding } from '../finding';

export const unusedArgumentName: Check = {
  code: 'unused-argument-name',
  ofNames: ({ definitions }, { tree: { text } }) =>
    definitions.flatMap(({ kind, name, sites, uses, scope: { owner } }) => {
      const span = sites[0]?.span;
      if (kind !== 'argument' || uses.length > 0 || name.startsWith('_') || span === undefined) return [];
      if (owner?.kind !== 'function' || owner.formals === null) return [];
      const { formals } = owner;
      const isBefore = span.start < formals.span.start;
      const edit = isBefore
        ? { start: span.start, end: formals.span.start, newText: '' }
        : { start: formals.span.end, end: span.end, newText: '' };
      const isPlain = /^[\s@]*$/.test(
        isBefore ? text.slice(span.end, formals.span.start) : text.slice(formals.span.end, span.start),
      );
      const fixes = isPlain ? [{ title: `Remove \`${name}@\``, edits: [edit] }] : [];
      const message = `The name \`${name}\` of the whole argument is never used.`;
      return [
        finding('unused-argument-name', 'warning', span, message, {
          tag: 'unnecessary',
          fixes,
          isSafe: isPlain,
        }),
      ];
    }),
};
