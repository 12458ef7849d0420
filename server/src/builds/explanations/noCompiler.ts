import { lastMatch, type Rule } from './rule';

const patterns: readonly RegExp[] = [
  /^\s*No CMAKE_(?<language>\w+)_COMPILER could be found/,
  /^configure: error: no acceptable (?<language>C|C\+\+|Fortran) compiler found/,
  // meson lists what it tried, of which the first is the usual one.
  /ERROR: Unknown compiler\(s\): \[\[['"](?<tried>[\w.+-]+)['"]/,
];
/** Languages by the compiler that meson tries first, or that CC and its kin name. */
const languages: readonly (readonly [compiler: RegExp, language: string])[] = [
  [/(?:^|-)(?:cc|gcc|clang)$/, 'C'],
  [/(?:^|-)(?:c|g|clang)\+\+$/, 'C++'],
  [/gfortran$/, 'Fortran'],
  [/^rustc$/, 'Rust'],
  [/^valac$/, 'Vala'],
];
/** Programs that stdenv does not bring, by language. */
const programs: Readonly<Record<string, string>> = {
  Fortran: 'gfortran',
  Rust: 'rustc',
  Vala: 'valac',
  ASM_NASM: 'nasm',
};

/** A build that finds no compiler of a language. */
export const noCompiler: Rule = ({ lines }) => {
  const found = lastMatch(lines, patterns);
  if (found === null) return null;
  const { tried, language: named } = found.match.groups ?? {};
  const language = named ?? languageOf(tried ?? '') ?? tried ?? '';
  const cause = `No compiler for ${language.replace('CXX', 'C++')} is there.`;
  const program = programs[language] ?? (language === tried ? tried : undefined);
  if (program === undefined) {
    return {
      line: found.line,
      cause,
      advice:
        'Make the derivation with stdenv.mkDerivation: stdenvNoCC and runCommand have no compiler (runCommandCC has).',
      remedy: null,
    };
  }
  return {
    line: found.line,
    cause,
    advice: `Add ${program} to nativeBuildInputs.`,
    remedy: {
      kind: 'input',
      wanted: { kind: 'command', name: program },
      attribute: 'nativeBuildInputs',
    },
  };
};

function languageOf(compiler: string): string | undefined {
  return languages.find(([pattern]) => pattern.test(compiler))?.[1];
}
