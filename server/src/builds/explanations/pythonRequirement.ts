import { attributeOf } from './pythonModule';
import { lastMatch, type Finding, type Rule } from './rule';

/** nixpkgs' pythonRuntimeDepsCheckHook: what the built package's metadata names. */
const atRuntime = /^\s+- (?<wanted>[A-Za-z][\w.-]*) not installed$/;
const otherVersion = /^\s+- (?<wanted>[A-Za-z]\S*) not satisfied by version (?<own>\S+)$/;
/** pip without an index of packages, whether it was told so or has no network. */
const noIndex: readonly RegExp[] = [
  /^\s*ERROR: No matching distribution found for (?<wanted>[A-Za-z][^\s;]*)/,
  /^\s*ERROR: Could not find a version that satisfies the requirement (?<wanted>[A-Za-z][^\s;]*)/,
];
/** The environment that pip makes for a build, where nothing is installed yet. */
const isolated = /^\s*× (?:pip subprocess to install|installing) (?:build|backend) dependencies/i;
/** `setup_requires` of a setup.py, where setuptools calls pip for it. */
const eggs = /\bfetch_build_eggs?\b/;
/** The same by setuptools itself, up to version 41. */
const setupRequires =
  /Could not find suitable distribution for Requirement\.parse\(['"](?<wanted>[A-Za-z][^'"]*)['"]\)/;
/** `python -m build --no-isolation` and what it lists below: `Missing` up to build 1.2, then `Unmet`. */
const heading = /^\s*(?:ERROR )?(?:Missing|Unmet) dependencies\b/;

interface Wanted {
  readonly line: number;
  /** As it is asked for, e.g. `numpy<2`. */
  readonly wanted: string;
  /** The version that is there instead; undefined when none is. */
  readonly own: string | undefined;
}

/** A Python package that is asked for by the name of its distribution. */
export const pythonRequirement: Rule = ({ lines, phase }) => {
  const found = said(lines) ?? listed(lines);
  if (found === null) return null;
  const { line, wanted, own } = found;
  const text = lines[line] ?? '';
  const name = distribution(wanted);
  const byPip = noIndex.some((pattern) => pattern.test(text));
  const inIsolation = byPip && lines.some((one) => isolated.test(one));
  const isRuntime = atRuntime.test(text) || otherVersion.test(text);
  if (own !== undefined) return otherThanWanted(line, wanted, own, isRuntime ? name : null);
  const isForBuild = inIsolation || (byPip ? lines.some((one) => eggs.test(one)) : !isRuntime);
  const attribute = isForBuild ? 'build-system' : isRuntime ? 'dependencies' : attributeOf(name, phase);
  return {
    line,
    cause: byPip
      ? `pip wants to download ${name}, and a build has nowhere to take it from.`
      : `The Python package ${name} is asked for, and none of the derivation’s inputs brings it.`,
    advice:
      `Add python3Packages.${name} (or what it is called there) to ${attribute}.` +
      (inIsolation
        ? ' Let pip build without an environment of its own (--no-build-isolation), as buildPythonPackage does with pyproject = true.'
        : ''),
    remedy: { kind: 'input', wanted: { kind: 'pythonModule', name }, attribute },
  };
};

function said(lines: readonly string[]): Wanted | null {
  const found = lastMatch(lines, [atRuntime, otherVersion, ...noIndex, setupRequires]);
  const { wanted = '', own } = found?.match.groups ?? {};
  return found === null ? null : { line: found.line, wanted, own };
}

function listed(lines: readonly string[]): Wanted | null {
  const above = lastMatch(lines, [heading]);
  if (above === null) return null;
  const line = above.line + 1;
  const wanted = /^\s+(?<wanted>[A-Za-z]\S*)/.exec(lines[line] ?? '')?.groups?.['wanted'];
  const own = /^\s+found: (?<own>\d\S*)$/.exec(lines[line + 2] ?? '')?.groups?.['own'];
  return wanted === undefined ? null : { line, wanted, own };
}

function otherThanWanted(line: number, wanted: string, own: string, relaxed: string | null): Finding {
  const relax =
    relaxed === null
      ? 'change the bound in pyproject.toml or setup.py with substituteInPlace in postPatch'
      : `name it in pythonRelaxDeps = [ "${relaxed}" ]`;
  return {
    line,
    cause: `The package wants ${wanted}, and the one among the inputs is ${own}.`,
    advice: `If that version will do, ${relax}; else take another version of one of the two.`,
    remedy: null,
  };
}

/** Without bounds and extras, as nixpkgs calls its attributes. */
function distribution(requirement: string): string {
  const [name = ''] = /^[\w.-]+/.exec(requirement) ?? [];
  return name.replace(/[-_.]+/g, '-').toLowerCase();
}
