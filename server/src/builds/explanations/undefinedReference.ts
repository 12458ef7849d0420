import { lastMatch, type Finding, type Rule } from './rule';

const patterns: readonly RegExp[] = [
  // ld, gold
  /undefined reference to [`'‘"](?<name>[^'’"]+)['’"]$/,
  // lld, mold
  /(?:^|: )(?:error: )?undefined symbol: (?<name>.+?)$/,
  // Apple's ld
  /^\s*"(?<name>_[^"]+)", referenced from:$/,
];
/** GNU ld, of a library that another one brings in and nobody names. */
const unnamed = /lib(?<library>[\w.+-]+?)\.so[\w.]*: error adding symbols: DSO missing from command line$/;
/** Functions of C's libm. */
const mathematics =
  /^(?:pow|sqrt|cbrt|exp2?|log(?:2|10)?|a?(?:sin|cos|tan)h?|atan2|floor|ceil|round|trunc|fmod|fmax|fmin|hypot|l?lrint)[fl]?$/;

/** Something that is used and that no library among those that are linked defines. */
export const undefinedReference: Rule = ({ lines }) => {
  const found = lastMatch(lines, [...patterns, unnamed]);
  if (found === null) return null;
  const named = found.match.groups?.['library'];
  if (named !== undefined) return notNamed(found.line, named);
  const name = found.match.groups?.['name'] ?? '';
  const library = mathematics.test(name) ? '-lm' : '-lNAME';
  return {
    line: found.line,
    cause: `The linker finds no definition of ${name}: no library that it was given has it.`,
    advice: `Name the library that has it behind what uses it: LIBS or makeFlags where the sources take them, else env.NIX_LDFLAGS = "${library}". Its package has to be in buildInputs, in a version that still has it.`,
    remedy: null,
  };
};

function notNamed(line: number, library: string): Finding {
  return {
    line,
    about: library,
    cause: `The sources use lib${library}, and do not name it to the linker.`,
    advice: `Name it: LIBS or makeFlags where the sources take them, else env.NIX_LDFLAGS = "-l${library}".`,
    remedy: null,
  };
}
