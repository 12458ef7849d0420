import { lastMatch, type Rule } from './rule';

const configure = /^configure: error: (?<words>.+?)\.?$/;
/** meson names the place; where it has none, its banner tells that it speaks. */
const meson = /^\S*meson(?:\.build|\.options|_options\.txt):\d+:\d+: ERROR: (?<words>.+?)\.?$/;
const mesonAnywhere = /^ERROR: (?<words>.+?)\.?$/;
const mesonBanner = /^The Meson build system$/;
/** What CMake says stands indented below. */
const cmake = /^CMake Error at .+:\d+ \(\w+\):$/;

/** A configuring tool that says in its own words what it misses; asked only when nothing else is known. */
export const configureStopped: Rule = ({ lines }) => {
  const found = byCMake(lines) ?? byOthers(lines);
  if (found === null) return null;
  return {
    line: found.line,
    cause: `The configuration stopped: ${found.words}.`,
    advice:
      'If it misses a program, add its package to nativeBuildInputs; if a library, to buildInputs. config.log, meson-logs or CMakeFiles in the build directory say what it tried.',
    remedy: null,
  };
};

function byOthers(lines: readonly string[]): { readonly line: number; readonly words: string } | null {
  const byMeson = lines.some((line) => mesonBanner.test(line)) ? [meson, mesonAnywhere] : [meson];
  const found = lastMatch(lines, [configure, ...byMeson]);
  return found === null ? null : { line: found.line, words: found.match.groups?.['words'] ?? '' };
}

/** CMake goes on after most errors: the first counts, and of it the first paragraph. */
function byCMake(lines: readonly string[]): { readonly line: number; readonly words: string } | null {
  const head = lines.findIndex((line) => cmake.test(line));
  if (head < 0) return null;
  const said = lines.slice(head + 1);
  const end = said.findIndex((line) => !/^\s+\S/.test(line));
  const paragraph = said.slice(0, end < 0 ? said.length : end).map((line) => line.trim());
  const words = paragraph.join(' ').replace(/[.:]$/, '');
  return words === '' ? null : { line: head + 1, words };
}
