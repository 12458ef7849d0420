import { lastMatch, type Rule } from './rule';

/** Automake's script `missing`, by which make calls the tools that made configure and Makefile.in. */
const patterns: readonly RegExp[] = [
  /\bmissing: (?:line )?\d+: (?:\S+: )?(?<name>(?:aclocal|automake|autoconf|autoheader|autom4te)[\w.-]*): (?:command )?not found$/,
  /^WARNING: ['`](?<name>(?:aclocal|automake|autoconf|autoheader|autom4te)[\w.-]*)['’] is (?:missing on your system|needed)/,
];

/** A Makefile that is to make itself anew, with the very version of Automake that it came from. */
export const autotoolsAnew: Rule = ({ lines }) => {
  const found = lastMatch(lines, patterns);
  if (found === null) return null;
  const name = found.match.groups?.['name'] ?? '';
  return {
    line: found.line,
    about: name,
    cause: `make wants to make configure and the Makefiles anew, and ${name}, which made them, is not there. It does so when configure.ac or a Makefile.am looks newer, as after a patch.`,
    advice:
      'Add autoreconfHook to nativeBuildInputs: it makes them with the Autoconf and Automake of the inputs.',
    remedy: { kind: 'package', path: ['autoreconfHook'], attribute: 'nativeBuildInputs' },
  };
};
