import { lastMatch, type Rule } from './rule';

const patterns: readonly RegExp[] = [
  /ModuleNotFoundError: No module named ['"](?<name>[\w]+)[\w.]*['"]/,
  /ImportError: No module named (?<name>\w+)/,
  /^\S*python[\d.]*: No module named (?<name>\w+)/,
  /BackendUnavailable: Cannot import ['"](?<name>\w+)/,
  /Backend ['"](?<name>\w+)[\w.]*['"] is not available/,
  /^\s*(?:\* )?(?<name>[A-Za-z][\w.-]*)\S* not installed$/,
];
const missingDependencies = /^\s*(?:ERROR )?Missing dependencies:/;
/** Modules that build others. */
const backends =
  /^(?:setuptools\w*|wheel|hatchling|hatch_\w+|flit_core|poetry|pdm|mesonpy|maturin|scikit_build_core|Cython)$/;

/** A Python module that is imported and that no input brings. */
export const pythonModule: Rule = ({ lines, phase }) => {
  const found = lastMatch(lines, patterns) ?? afterHeading(lines);
  if (found === null) return null;
  const name = found.match.groups?.['name'] ?? '';
  const checks = phase !== null && /check/i.test(phase) && !/import/i.test(phase);
  const attribute = backends.test(name) ? 'build-system' : checks ? 'nativeCheckInputs' : 'dependencies';
  return {
    line: found.line,
    cause: `Python does not find the module ${name}: none of the derivation’s inputs brings it.`,
    advice:
      `Add python3Packages.${name} (or what its package is called) to ${attribute}; where python3 itself is an input, ` +
      `write python3.withPackages (ps: [ ps.${name} ]) in its place.`,
    remedy: { kind: 'input', wanted: { kind: 'pythonModule', name }, attribute },
  };
};

/** `python -m build --no-isolation` lists what it misses below a heading. */
function afterHeading(lines: readonly string[]): ReturnType<typeof lastMatch> {
  const heading = lastMatch(lines, [missingDependencies]);
  if (heading === null) return null;
  const match = /^\s+(?<name>[A-Za-z][\w-]*)/.exec(lines[heading.line + 1] ?? '');
  return match === null ? null : { line: heading.line + 1, match };
}
