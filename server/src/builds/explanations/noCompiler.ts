import { lastMatch, type Rule } from './rule';

const patterns: readonly RegExp[] = [
  /^\s*No CMAKE_(?<language>\w+)_COMPILER could be found/,
  /^configure: error: no acceptable (?<language>C|C\+\+|Fortran) compiler found/,
  /ERROR: Unknown compiler\(s\): /,
];

/** A build that finds no compiler at all. */
export const noCompiler: Rule = ({ lines }) => {
  const found = lastMatch(lines, patterns);
  if (found === null) return null;
  const language = (found.match.groups?.['language'] ?? 'C').replace('CXX', 'C++');
  const advice =
    language === 'Fortran'
      ? 'Add gfortran to nativeBuildInputs.'
      : 'Make the derivation with stdenv.mkDerivation: stdenvNoCC and runCommand have no compiler (runCommandCC has).';
  return {
    line: found.line,
    cause: `No compiler for ${language} is there.`,
    advice,
    remedy: null,
  };
};
