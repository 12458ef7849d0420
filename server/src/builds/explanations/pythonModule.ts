import { lastMatch, type Rule } from './rule';

const patterns: readonly RegExp[] = [
  /ModuleNotFoundError: No module named ['"](?<name>[\w]+)[\w.]*['"]/,
  /ImportError: No module named (?<name>\w+)/,
  /^\S*python[\d.]*: No module named (?<name>\w+)/,
  /BackendUnavailable: Cannot import ['"](?<name>\w+)/,
  /Backend ['"](?<name>\w+)[\w.]*['"] is not available/,
];
/** Modules that build others, and distributions where they are called otherwise. */
const backends =
  /^(?:setuptools\w*|wheel|hatchling|hatch_\w+|flit_core|poetry(?:_core)?|pdm(?:_backend)?|mesonpy|meson_python|maturin|scikit_build_core|[Cc]ython|pbr)$/;

/** A Python module that is imported and that no input brings. */
export const pythonModule: Rule = ({ lines, phase }) => {
  const found = lastMatch(lines, patterns);
  if (found === null) return null;
  const name = found.match.groups?.['name'] ?? '';
  const attribute = attributeOf(name, phase);
  return {
    line: found.line,
    cause: `Python does not find the module ${name}: none of the derivation’s inputs brings it.`,
    advice:
      `Add python3Packages.${name} (or what its package is called) to ${attribute}; where python3 itself is an input, ` +
      `write python3.withPackages (ps: [ ps.${name} ]) in its place.`,
    remedy: { kind: 'input', wanted: { kind: 'pythonModule', name }, attribute },
  };
};

/** The list of inputs that a module or distribution belongs in. */
export function attributeOf(name: string, phase: string | null): string {
  if (backends.test(name.replaceAll('-', '_'))) return 'build-system';
  const checks = phase !== null && /check/i.test(phase) && !/import/i.test(phase);
  return checks ? 'nativeCheckInputs' : 'dependencies';
}
