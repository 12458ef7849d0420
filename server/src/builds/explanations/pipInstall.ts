import { lastMatch, type Rule } from './rule';

/** pip that is to change the interpreter's own folder, which is in the store. */
export const pipInstall: Rule = ({ lines }) => {
  const found = lastMatch(lines, [/^error: externally-managed-environment$/]);
  if (found === null) return null;
  return {
    line: found.line,
    cause: 'pip was asked to install into Python’s own folder, which is in the store and never changes.',
    advice:
      'Give modules as inputs (python3Packages), and install the package itself with buildPythonPackage, or with pip install --prefix=$out.',
    remedy: null,
  };
};
