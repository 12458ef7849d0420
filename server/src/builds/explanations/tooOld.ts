import { lastMatch, type Rule } from './rule';

/** `tool` where the text does not name it: what the pattern is of. */
const patterns: readonly (readonly [tool: string, pattern: RegExp])[] = [
  ['CMake', /^\s*CMake (?<wanted>\S+) or higher is required\.\s+You are running version (?<own>\S+)/],
  ['Meson', /ERROR: Meson version is (?<own>\S+) but project requires (?<wanted>.+?)\.?$/],
  ['Autoconf', /error: Autoconf version (?<wanted>\S+) or higher is required$/],
  ['Automake', /error: require Automake (?<wanted>\S+), but have (?<own>\S+)$/],
  ['Rust', /^\s+\S+@\S+ requires rustc (?<wanted>\S+)$/],
  ['Rust', /requires rustc (?<wanted>\S+) or newer, while the currently active rustc version is (?<own>\S+)/],
  ['Rust', /^\s*supported edition values are .*, but `(?<wanted>\S+)` is unknown$/],
  ['Rust', /^\s*feature `(?<wanted>edition\d+)` is required$/],
  ['Go', /^go: \S+ requires go >= (?<wanted>\S+) \(running go (?<own>[^;)]+)/],
  [
    'Go',
    /^\S+\.go:\d+:\d+: package (?<wanted>slices|maps|cmp|iter|unique|structs|weak|log\/slog|math\/rand\/v2|testing\/synctest|crypto\/mlkem) is not in (?:GOROOT|std) \(/,
  ],
  ['Python', /ERROR: Package '.*' requires a different Python: (?<own>\S+) not in '(?<wanted>[^']+)'/],
];

/** A compiler, language or build tool that is older than the sources want. */
export const tooOld: Rule = ({ lines }) => {
  const found = lastMatch(
    lines,
    patterns.map(([, pattern]) => pattern),
  );
  if (found === null) return null;
  const text = lines[found.line] ?? '';
  const tool = patterns.find(([, pattern]) => pattern.test(text))?.[0] ?? '';
  const { wanted = '', own } = found.match.groups ?? {};
  const has = own === undefined ? 'the one among the inputs is older' : `the one among the inputs is ${own}`;
  return {
    line: found.line,
    cause: `The sources want ${tool} with ${wanted}, and ${has}.`,
    advice: `Take a newer ${tool} (from a newer package set, or an attribute with the version in its name), or a version of these sources that wants less.`,
    remedy: null,
  };
};
