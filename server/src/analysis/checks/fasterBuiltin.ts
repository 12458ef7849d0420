/** `faster-builtin`: functions of nixpkgs' library that Nix has built in. */
import type { Check } from '../check';
import { finding } from '../finding';

/** In `lib` and in `builtins` with the same meaning, where the library keeps one of its own for old versions of Nix. */
const builtIn = new Set(['groupBy', 'zipAttrsWith']);

export const fasterBuiltin: Check = {
  code: 'faster-builtin',
  ofNodes: {
    select: ({ expression, path, span }) => {
      const name = path.names[0]?.name ?? '';
      if (expression.kind !== 'variable' || expression.name !== 'lib' || path.names.length !== 1) return [];
      if (!builtIn.has(name)) return [];
      const newText = `builtins.${name}`;
      const fixes = [{ title: `Write \`${newText}\``, edits: [{ ...span, newText }] }];
      return [finding('faster-builtin', 'hint', span, `\`${newText}\` does the same, faster.`, { fixes })];
    },
  },
};
