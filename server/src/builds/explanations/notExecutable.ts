import { lastMatch, type Rule } from './rule';

const pattern = /(?:^|: )(?<path>\.{1,2}\/[^\s:]+): Permission denied$/;

/** A script of the source that lost its right to be run, as archives and patches make them. */
export const notExecutable: Rule = ({ lines }) => {
  const found = lastMatch(lines, [pattern]);
  if (found === null) return null;
  const path = found.match.groups?.['path'] ?? '';
  return {
    line: found.line,
    cause: `${path} may not be run: the file is not executable.`,
    advice: `Make it so before, e.g. chmod +x ${path} in postPatch, or start it with its interpreter (bash ${path}).`,
    remedy: { kind: 'executable', path },
  };
};
