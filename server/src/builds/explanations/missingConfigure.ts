import { lastMatch, type Rule } from './rule';

const configure =
  /(?:^|: )(?<path>(?:\.{1,2}\/)*(?:configure|autogen\.sh|bootstrap)): No such file or directory$/;
const cmakeLists = /The source directory "(?<folder>.*)" does not appear to contain CMakeLists\.txt/;
const meson = /Neither (?:source )?director(?:y|ies).* contains? a build file meson\.build/;
const makefile = /^g?make(?:\[\d+\])?: \*\*\* No targets specified and no makefile found/;
const cargo = /could not find `Cargo\.toml` in/;

const elsewhere = 'If it is in a folder below, set sourceRoot (or change into the folder in preConfigure).';

/** What a build begins with is not in the source. */
export const missingConfigure: Rule = ({ lines }) => {
  const found = lastMatch(lines, [configure, cmakeLists, meson, makefile, cargo]);
  if (found === null) return null;
  const text = lines[found.line] ?? '';
  const path = configure.exec(text)?.groups?.['path'];
  if (path !== undefined) {
    return {
      line: found.line,
      cause: `The source has no ${path}.`,
      advice: `If it has a configure.ac, add autoreconfHook to nativeBuildInputs: it makes configure. ${elsewhere}`,
      remedy: { kind: 'package', path: ['autoreconfHook'], attribute: 'nativeBuildInputs' },
    };
  }
  const file = cmakeLists.test(text)
    ? 'CMakeLists.txt'
    : meson.test(text)
      ? 'meson.build'
      : cargo.test(text)
        ? 'Cargo.toml'
        : 'Makefile';
  const ifNone =
    file === 'Makefile'
      ? 'If it is made by a tool (cmake, meson, a configure script), add that to nativeBuildInputs. '
      : '';
  return {
    line: found.line,
    cause: `There is no ${file} where the build looks for it.`,
    advice: `${ifNone}${elsewhere}`,
    remedy: null,
  };
};
