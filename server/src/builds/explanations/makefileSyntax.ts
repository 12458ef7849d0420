import { lastMatch, type Rule } from './rule';

const pattern = /^(?<place>[^\s:]+:\d+): \*\*\* missing separator/;

/** A Makefile whose commands begin with spaces, as texts written in a Nix string easily do. */
export const makefileSyntax: Rule = ({ lines }) => {
  const found = lastMatch(lines, [pattern]);
  if (found === null) return null;
  return {
    line: found.line,
    cause: `make cannot read ${found.match.groups?.['place'] ?? 'the Makefile'}: a command has to begin with a tab.`,
    advice:
      'Editors and indented strings make spaces of tabs. Keep the Makefile in a file of its own, or set .RECIPEPREFIX in it.',
    remedy: null,
  };
};
