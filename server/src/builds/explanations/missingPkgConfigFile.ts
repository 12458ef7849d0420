import { lastMatch, type Rule } from './rule';

const patterns: readonly RegExp[] = [
  /^(?:--\s+)?Package ['‘"]?(?<name>[\w.+-]+)['’"]? was not found in the pkg-config search path/,
  /^(?:--\s+)?Package ['‘"](?<name>[\w.+-]+)['’"](?:, required by ['‘"].*['’"],)? not found/,
  /^(?:--\s+)?No package ['‘"](?<name>[\w.+-]+)['’"] found/,
  /ERROR: Dependency ['"](?<name>[\w.+-]+)['"] not found, tried .*pkgconfig/,
];
const tooOld =
  /^(?:--\s+)?Package dependency requirement ['‘"](?<name>[\w.+-]+) (?<wanted>[^'’"]+)['’"] could not be satisfied/;

/** A library that is asked for by the name of its `.pc` file. */
export const missingPkgConfigFile: Rule = ({ lines }) => {
  const old = lastMatch(lines, [tooOld]);
  if (old !== null) {
    const { name = '', wanted = '' } = old.match.groups ?? {};
    return {
      line: old.line,
      cause: `The build wants ${name} ${wanted}, and the one among the inputs is of another version.`,
      advice: `Take another version of ${name} as the input, or one of this package that wants less.`,
      remedy: null,
    };
  }
  const found = lastMatch(lines, patterns);
  if (found === null) return null;
  const name = found.match.groups?.['name'] ?? '';
  return {
    line: found.line,
    cause: `pkg-config does not find ${name}.pc: none of the derivation’s inputs brings it.`,
    advice:
      'Add the library that has it to buildInputs (pkg-config looks there, and not into nativeBuildInputs).',
    remedy: { kind: 'input', wanted: { kind: 'pkgConfig', name }, attribute: 'buildInputs' },
  };
};
