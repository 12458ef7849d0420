/** What a derivation's evaluation, and its own stdenv once it was asked, say against what was found in its text alone. Pure. */
import type { Finding } from '../analysis/finding';
import { attributesOfMaker } from '../knowledge/derivationAttributes';
import type { Derivation } from '../protocol/model';
import type { StdenvInspection } from './inspection';

/** The functions and variables of a derivation's shell when its first phase begins, and what its scripts name. */
export type ShellNames = Pick<StdenvInspection, 'functions' | 'values' | 'named'>;

/** A derivation as it was drawn, with its shell where that was asked. */
export interface Evidence {
  readonly derivation: Derivation;
  readonly shell: ShellNames | null;
}

/** Whether anything could speak against a finding of this code. */
export function isRefutable(code: string): boolean {
  return Object.hasOwn(refutations, code);
}

/** Whether a finding about the attribute of this name does not hold for any one of the derivations that it is said of. */
export function isRefuted(
  { code, severity }: Pick<Finding, 'code' | 'severity'>,
  name: string,
  evidence: readonly Evidence[],
): boolean {
  const refutes = refutations[code];
  return refutes !== undefined && evidence.some((one) => refutes(name, one, severity));
}

type Refutes = (name: string, evidence: Evidence, severity: Finding['severity']) => boolean;

const refutations: Readonly<Record<string, Refutes>> = {
  'misspelt-attribute': (name, { shell }) => shell !== null && names(shell, name),
  'needless-parallel-building': (_, { shell }) =>
    shell !== null && !/^(?:cmake|meson)ConfigurePhase$/.test(shell.values['configurePhase'] ?? ''),
  'hook-never-runs': phaseRuns,
  'attribute-without-effect': phaseRuns,
};

/** What the text takes for skipped, as nothing in it switches the phase on, a configuration may run. */
function phaseRuns(name: string, { derivation }: Evidence, severity: Finding['severity']): boolean {
  if (severity !== 'hint' || derivation.source === 'static') return false;
  const phase = attributesOfMaker('mkDerivation').get(name)?.phase;
  return derivation.phases.some((each) => each.name === phase && each.runs);
}

/** Whether setup, a setup hook or a variable’s text names it, as far as that was seen. */
export function names({ functions, values, named }: ShellNames, name: string): boolean {
  const word = new RegExp(`\\b${name}\\b`);
  return (
    named?.has(name) === true ||
    functions.some(({ body }) => word.test(body)) ||
    Object.entries(values).some(([variable, value]) => variable !== name && word.test(value))
  );
}
