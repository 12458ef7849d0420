import { lastMatch, type Rule } from './rule';

/** make, bash, dash: a program by the folder where other systems have it. */
const pattern =
  /(?:^|: )(?<path>\/(?:usr\/(?:local\/)?)?s?bin\/(?<name>[\w.+-]+)): (?:No such file or directory|[Cc]ommand not found|not found)$/;

/** `/usr/bin/perl` in a Makefile or script: builds have no `/usr`. */
export const absoluteProgram: Rule = ({ lines }) => {
  const found = lastMatch(lines, [pattern]);
  if (found === null) return null;
  const { path = '', name = '' } = found.match.groups ?? {};
  return {
    line: found.line,
    about: path,
    cause: `The build calls ${path}, which does not exist where packages are built.`,
    advice: `Write the name alone in postPatch, e.g. substituteInPlace Makefile --replace-fail ${path} ${name}, and have its package in nativeBuildInputs; what is installed needs the input’s own path: lib.getExe.`,
    remedy: null,
  };
};
