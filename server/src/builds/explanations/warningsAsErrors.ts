import { lastMatch, type Rule } from './rule';

/** gcc names the warning behind `=`, clang behind a comma. */
const patterns: readonly RegExp[] = [
  /: error: .*\[-Werror=(?<name>[\w+-]+)=?\]$/,
  /: error: .*\[-Werror,-W(?<name>[\w+-]+)\]$/,
];

/** A warning that the sources ask the compiler to take for an error. */
export const warningsAsErrors: Rule = ({ lines }) => {
  const found = lastMatch(lines, patterns);
  if (found === null) return null;
  const name = found.match.groups?.['name'] ?? '';
  return {
    line: found.line,
    cause: `The compiler was told to take warnings for errors (-Werror), and it warns of ${name}.`,
    advice: `Take -Werror out of the sources’ flags, or write env.NIX_CFLAGS_COMPILE = "-Wno-error=${name}".`,
    remedy: { kind: 'compilerFlag', flag: `-Wno-error=${name}` },
  };
};
