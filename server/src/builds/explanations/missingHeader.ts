import { lastMatch, type Rule } from './rule';

const patterns: readonly RegExp[] = [
  // gcc
  /fatal error: (?<name>[\w./+-]+\.?\w*): No such file or directory$/,
  // clang
  /fatal error: ['"](?<name>[\w./+-]+)['"] file not found$/,
  // meson
  /ERROR: \S+ header ['"](?<name>[\w./+-]+)['"] not (?:found|usable)/,
];
/** clang, when `#include <x>` names a file that stands beside the one that includes it. */
const angled = /error: ['"](?<name>[\w./+-]+)['"] file not found with <angled> include/;

/** A file that `#include` names and that is on no search path. */
export const missingHeader: Rule = ({ lines }) => {
  const found = lastMatch(lines, [...patterns, angled]);
  if (found === null) return null;
  const name = found.match.groups?.['name'] ?? '';
  if (angled.test(lines[found.line] ?? '')) {
    return {
      line: found.line,
      cause: `The compiler looks for the header ${name} among the libraries, and it is one of the sources’ own.`,
      advice:
        'Tell it where: env.NIX_CFLAGS_COMPILE = "-I…" with its folder, or write "…" for <…> in the #include.',
      remedy: null,
    };
  }
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
