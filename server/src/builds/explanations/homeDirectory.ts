import { lastMatch, type Rule } from './rule';

const pattern =
  /['"‘ :]\/homeless-shelter\S*.*(?:Permission denied|Read-only file system|No such file or directory|not writable)|(?:Permission denied|Read-only file system|No such file or directory|EACCES|ENOENT).*['"‘ ]\/homeless-shelter/i;

/** A program that writes into the home directory, which builds do not have. */
export const homeDirectory: Rule = ({ lines }) => {
  const found = lastMatch(lines, [pattern]);
  if (found === null) return null;
  return {
    line: found.line,
    about: '/homeless-shelter',
    cause:
      'A program of the build wants a home directory, and builds have none: HOME is /homeless-shelter, which is not there.',
    advice:
      'Give it one before: export HOME="$TMPDIR" in the phase or its pre-hook, or writableTmpDirAsHomeHook in nativeBuildInputs.',
    remedy: { kind: 'package', path: ['writableTmpDirAsHomeHook'], attribute: 'nativeBuildInputs' },
  };
};
