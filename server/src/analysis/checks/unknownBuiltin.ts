/** `unknown-builtin`: an attribute of `builtins` that no version of Nix has. */
import { builtinNames } from '../../knowledge/builtins';
import type { Check } from '../check';
import { finding } from '../finding';
import { nearest } from '../../similarNames';

export const unknownBuiltin: Check = {
  code: 'unknown-builtin',
  ofNodes: {
    select: ({ expression, path, default: fallback }, { isBound }) => {
      const [first] = path.names;
      if (expression.kind !== 'variable' || expression.name !== 'builtins' || fallback !== null) return [];
      if (first?.name == null || builtinNames.has(first.name)) return [];
      if (isBound('builtins')) return [];
      const similar = nearest(first.name, [...builtinNames]);
      const fixes =
        similar === null
          ? []
          : [{ title: `Write \`${similar}\``, edits: [{ ...first.span, newText: similar }] }];
      const advice =
        similar === null
          ? 'Newer than this extension? Then it works all the same.'
          : `Did you mean \`${similar}\`?`;
      const message = `No Nix that is known here has \`builtins.${first.name}\`. ${advice}`;
      return [finding('unknown-builtin', 'warning', first.span, message, { fixes })];
    },
  },
};
