import { lastMatch, type Rule } from './rule';

/** gcc names the warning behind `=`, clang behind a comma. */
const asked: readonly RegExp[] = [
  /: error: .*\[-Werror=(?<name>[\w+-]+)=?\]$/,
  /: error: .*\[-Werror,-W(?<name>[\w+-]+)\]$/,
];
/** Warnings of old C that are errors by themselves since gcc 14 and clang 16. */
const byItself =
  /: error: .*\[-W(?<name>implicit-function-declaration|implicit-int|int-conversion|incompatible-(?:function-)?pointer-types|return-mismatch|declaration-missing-parameter-type)\]$/;

/** A warning that is taken for an error: as the sources ask, or as a newer compiler does. */
export const warningsAsErrors: Rule = ({ lines }) => {
  const found = lastMatch(lines, [...asked, byItself]);
  if (found === null) return null;
  const name = found.match.groups?.['name'] ?? '';
  const remedy = { kind: 'compilerFlag', flag: `-Wno-error=${name}` } as const;
  const flag = `env.NIX_CFLAGS_COMPILE = "-Wno-error=${name}"`;
  if (byItself.test(lines[found.line] ?? '')) {
    return {
      line: found.line,
      cause: `The sources are older C than the compiler takes: ${name} was a warning up to gcc 13 and clang 15, and is an error now.`,
      advice: `Take a newer version of the sources or patch them, or write ${flag}.`,
      remedy,
    };
  }
  return {
    line: found.line,
    cause: `The compiler was told to take warnings for errors (-Werror), and it warns of ${name}.`,
    advice: `Take -Werror out of the sources’ flags, or write ${flag}.`,
    remedy,
  };
};
