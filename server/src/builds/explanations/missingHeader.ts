import { lastMatch, type Rule } from './rule';

const patterns: readonly RegExp[] = [
  // gcc
  /fatal error: (?<name>[\w./+-]+\.?\w*): No such file or directory$/,
  // clang
  /fatal error: ['"](?<name>[\w./+-]+)['"] file not found$/,
];

/** A file that `#include` names and that is on no search path. */
export const missingHeader: Rule = ({ lines }) => {
  const found = lastMatch(lines, patterns);
  if (found === null) return null;
  const name = found.match.groups?.['name'] ?? '';
  const isOwn = lines.slice(found.line + 1, found.line + 3).some((line) => line.includes(`"${name}"`));
  const input = 'Add the library that has it to buildInputs.';
  return {
    line: found.line,
    cause: `The compiler does not find the header ${name}: none of the derivation’s inputs brings it.`,
    advice: isOwn
      ? `If it is one of the sources’ own, see that it is in src and is made before this file is compiled. Else: ${input}`
      : input,
    remedy: { kind: 'input', wanted: { kind: 'header', name }, attribute: 'buildInputs' },
  };
};
