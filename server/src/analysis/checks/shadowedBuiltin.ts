/** `shadowed-builtin`: a name that Nix gives a meaning everywhere (`map`, `import`, `toString`) bound to something of the text. */
import { globalNames } from '../../knowledge/builtins';
import type { Check } from '../check';
import { finding } from '../finding';
import type { DefinitionSite } from '../scopes';

const constants = new Set(['true', 'false', 'null']);

export const shadowedBuiltin: Check = {
  code: 'shadowed-builtin',
  ofNames: ({ definitions }) =>
    definitions.flatMap(({ name, kind, sites }) => {
      const [site] = sites;
      if (site === undefined || !globalNames.has(name) || constants.has(name)) return [];
      // Attributes are for others, arguments are given by others, and what is inherited mostly is the same function.
      if (kind === 'rec' || kind === 'formal' || isInherited(site)) return [];
      const message = `Here \`${name}\` is not the builtin of this name: give it another, or say \`builtins.${name}\` where that is meant.`;
      return [finding('shadowed-builtin', 'hint', site.span, message)];
    }),
};

function isInherited({ origin }: DefinitionSite): boolean {
  return 'kind' in origin && origin.kind === 'inherit';
}
