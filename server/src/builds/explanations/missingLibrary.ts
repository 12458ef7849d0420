import { lastMatch, type Rule } from './rule';

const linker: readonly RegExp[] = [
  /(?:cannot find|unable to find library) -l:?(?<name>[\w.+-]+?)(?::|$)/,
  /ld: library (?:not found for -l|['"])(?<name>[\w.+-]+)/,
];
/** autoconf's AC_CHECK_LIB, when configure stops on it, and CMake's find_library. */
const checked: readonly RegExp[] = [
  /^checking for (?:\S+ in|library containing) -l(?<name>[\w.+-]+)\.\.\. no$/,
  /^\s*Could not find \S+ using the following names: (?:lib)?(?<name>[\w.+-]+)/,
];
const cmake: readonly RegExp[] = [
  /Could NOT find (?<name>[\w.+-]+) \(missing:/,
  /Could not find a package configuration file provided by "(?<name>[\w.+-]+)"/,
];
const loader: readonly RegExp[] = [
  /error while loading shared libraries: (?:lib)?(?<name>[\w+-]+)\.so[\w.]*: cannot open shared object file/,
];

/** A library that the linker, CMake or a program that the build runs does not find. */
export const missingLibrary: Rule = ({ lines }) => {
  const linked = lastMatch(lines, linker) ?? check(lines);
  const sought = lastMatch(lines, cmake);
  const loaded = lastMatch(lines, loader);
  const last = Math.max(linked?.line ?? -1, sought?.line ?? -1, loaded?.line ?? -1);
  if (last < 0) return null;
  if (loaded?.line === last) return notLoaded(last, loaded.match.groups?.['name'] ?? '');
  const isLinked = linked?.line === last;
  const name = (isLinked ? linked : sought)?.match.groups?.['name'] ?? '';
  const kind = isLinked ? 'library' : 'cmakePackage';
  return {
    line: last,
    cause: `${isLinked ? `The library ${name} is not found` : `CMake does not find ${name}`}: none of the derivation’s inputs brings it.`,
    advice: 'Add the package that has it to buildInputs.',
    remedy: { kind: 'input', wanted: { kind, name }, attribute: 'buildInputs' },
  };
};

/** configure asks for much that it does without: what it asked last before it stopped counts. */
function check(lines: readonly string[]): ReturnType<typeof lastMatch> {
  const found = lastMatch(lines, checked);
  if (found === null || !(lines[found.line] ?? '').startsWith('checking')) return found;
  const after = lines.slice(found.line + 1, found.line + 4);
  return after.some((line) => /^configure: error:/.test(line)) ? found : null;
}

function notLoaded(line: number, name: string): ReturnType<Rule> {
  return {
    line,
    cause: `A program that the build runs does not find the library lib${name}.so.`,
    advice:
      'If the program is the build’s own, run it with LD_LIBRARY_PATH set to where the library was built; if it came ready made, autoPatchelfHook tells it where its libraries are.',
    remedy: null,
  };
}
