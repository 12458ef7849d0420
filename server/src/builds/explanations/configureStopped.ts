import { lastMatch, type Rule } from './rule';

const configure = /^configure: error: (?<words>.+?)\.?$/;
const meson = /^(?:\S+:\d+:\d+: )?ERROR: (?<words>.+?)\.?$/;

/** A configuring tool that says in its own words what it misses; asked only when nothing else is known. */
export const configureStopped: Rule = ({ lines }) => {
  const found = lastMatch(lines, [configure, meson]);
  if (found === null) return null;
  return {
    line: found.line,
    cause: `The configuration stopped: ${found.match.groups?.['words'] ?? ''}.`,
    advice:
      'If it misses a program, add its package to nativeBuildInputs; if a library, to buildInputs. config.log (or meson-logs) in the build directory says what it tried.',
    remedy: null,
  };
};
