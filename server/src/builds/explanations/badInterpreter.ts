import { lastMatch, type Finding, type Rule } from './rule';

/** A script with a `#!` that names a program that is not there; bash 5.2 and older, dash, make. */
const certain: readonly RegExp[] = [
  /(?:^|: )(?<path>[^\s:]*\/[^\s:]+): cannot execute: required file not found$/,
  /(?:^|: )(?<path>[^\s:]+): (?<interpreter>\/[^\s:]+): bad interpreter: No such file or directory$/,
];
/** Said of a script as of a file that is not there at all. */
const likely: readonly RegExp[] = [
  /^(?:\S+: (?:line )?\d+|(?:\S*\/)?(?:ba|da|a)?sh): (?:exec: )?(?<path>\.{0,2}\/[^\s:]+): not found$/,
  /^g?make(?:\[\d+\])?: (?:execvp: )?(?<path>\.{0,2}\/[^\s:]+): No such file or directory$/,
];
const ofStore = /\/[0-9a-z]{32}-[^/]+\//;

/** `#!/usr/bin/env bash` in a sandbox, which has no `/usr/bin`. */
export const badInterpreter: Rule = ({ lines }) => {
  const found = lastMatch(lines, [...certain, ...likely]);
  if (found === null) return null;
  const { path = '', interpreter } = found.match.groups ?? {};
  const isCertain = certain.some((pattern) => pattern.test(lines[found.line] ?? ''));
  const named = interpreter === undefined ? 'the program that its first line (#!) names' : interpreter;
  if (ofStore.test(path)) return inStore(found.line, path, named);
  const unless = isCertain ? '' : ' (or it is not there itself)';
  return {
    line: found.line,
    cause: `${path} cannot be started: ${named} does not exist where packages are built${unless}.`,
    advice:
      `Run patchShebangs on it before, e.g. in postPatch: it puts the program of an input in place. ` +
      'Programs that it names have to be in nativeBuildInputs.',
    remedy: isCertain || path.startsWith('./') ? { kind: 'shebang', path } : null,
  };
};

/** What is in the store cannot be patched from outside: only the package that makes it can. */
function inStore(line: number, path: string, named: string): Finding {
  const name = path.replace(/^.*\/[0-9a-z]{32}-/, '');
  return {
    line,
    cause: `${name} cannot be started: ${named} does not exist where packages are built.`,
    advice:
      'If this derivation makes it, run patchShebangs on it right after it is installed; if an input does, it has to be patched there (overrideAttrs), or started by its interpreter: bash FILE.',
    remedy: null,
  };
}
