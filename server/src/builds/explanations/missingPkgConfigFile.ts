import { lastMatch, type Finding, type Rule } from './rule';

/** cargo indents what a build script prints; CMake writes `--` before what pkg-config says. */
const patterns: readonly RegExp[] = [
  /^\s*(?:--\s+)?Package ['‘"]?(?<name>[\w.+-]+)['’"]? was not found in the pkg-config search path/,
  /^\s*(?:--\s+)?Package ['‘"](?<name>[\w.+-]+)['’"](?:, required by ['‘"].*['’"],)? not found/,
  /^\s*(?:--\s+)?No package ['‘"](?<name>[\w.+-]+)['’"] found/,
  // The crate pkg-config, from 0.3.27.
  /^\s*The system library `(?<name>[\w.+-]+)` required by crate `.*` was not found\./,
  /ERROR: Dependency ['"](?<name>[\w.+-]+)['"] not found, tried .*pkgconfig/,
];
/** meson where it did not ask pkg-config, or does not say so. */
const byMeson: readonly RegExp[] = [
  /ERROR: Dependency ['"](?<name>[\w.+-]+)['"] not found(?:, tried (?!.*pkgconfig).*)?$/,
  /ERROR: Dependency lookup for (?<name>[\w.+-]+) with method '\w[\w-]*' failed: (?!Pkg-config |Invalid version)/,
];
const otherVersion: readonly RegExp[] = [
  // pkgconf
  /^\s*(?:--\s+)?Package ['‘"](?<name>[\w.+-]+)['’"] has version ['‘"](?<own>[^'’"]+)['’"], required version is ['‘"](?<wanted>[^'’"]+)['’"]/,
  /^\s*(?:--\s+)?Package dependency requirement ['‘"](?<name>[\w.+-]+) (?<wanted>[^'’"]+)['’"] could not be satisfied/,
  // pkg-config
  /^\s*(?:--\s+)?Requested ['‘"](?<name>[\w.+-]+) (?<wanted>[^'’"]+)['’"] but version of .+ is (?<own>\S+)$/,
  // meson
  /ERROR: .*Invalid version,? (?:of dependency, )?need ['"](?<name>[\w.+-]+)['"] \['(?<wanted>[^\]]+)'\] found ['"](?<own>[^'"]+)['"]/,
];

/** A library that is asked for by the name of its `.pc` file. */
export const missingPkgConfigFile: Rule = ({ lines }) => {
  const missing = lastMatch(lines, [...patterns, ...byMeson]);
  const old = lastMatch(lines, otherVersion);
  if (old !== null && old.line >= (missing?.line ?? 0)) return otherThanWanted(old);
  if (missing === null) return null;
  const { line, match } = missing;
  const name = match.groups?.['name'] ?? '';
  const asked = byMeson.some((pattern) => pattern.test(lines[line] ?? ''))
    ? `meson does not find the dependency ${name}`
    : `pkg-config does not find ${name}.pc`;
  return {
    line,
    cause: `${asked}: none of the derivation’s inputs brings it.`,
    advice:
      'Add the library that has it to buildInputs (pkg-config looks there, and not into nativeBuildInputs).',
    remedy: { kind: 'input', wanted: { kind: 'pkgConfig', name }, attribute: 'buildInputs' },
  };
};

function otherThanWanted({ line, match }: NonNullable<ReturnType<typeof lastMatch>>): Finding {
  const { name = '', wanted = '', own } = match.groups ?? {};
  const bound = wanted.replaceAll("'", '');
  const has = own === undefined ? 'of another version' : own;
  return {
    line,
    about: name,
    cause: `The build wants ${name} ${bound}, and the one among the inputs is ${has}.`,
    advice: `Take another version of ${name} as the input, or one of this package that wants less.`,
    remedy: null,
  };
}
