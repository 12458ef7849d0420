/** What a derivation's evaluation, and its own stdenv once it was asked, say against what was found in its text alone. Pure. */
import type { Finding } from '../analysis/finding';
import { attributesOfMaker } from '../knowledge/derivationAttributes';
import type { Derivation } from '../protocol/model';
import { namedIn, type ShellNames } from './shellNames';

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
  'misspelt-attribute': (name, { shell }) => shell !== null && namedIn(shell, name),
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
