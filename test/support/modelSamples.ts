/** Parts of the model with what a test does not care about filled in. */
import type { Derivation, Failure, Phase } from '../../server/src/protocol/model';

/** A derivation with what a test says of it; the rest is plausible. */
export function derivationOf(file: string, known: Partial<Derivation> = {}): Derivation {
  return {
    name: 'hello-1.0',
    attr: '',
    system: 'x86_64-linux',
    drvPath: '/nix/store/00000000000000000000000000000000-hello-1.0.drv',
    outputs: { out: '/nix/store/11111111111111111111111111111111-hello-1.0' },
    file,
    range: null,
    source: 'evaluated',
    structure: 'phases',
    phases: [],
    attributes: {},
    note: null,
    ...known,
  };
}

export function phaseOf(name: string, known: Partial<Phase> = {}): Phase {
  const origin = { kind: 'setup', file: null, range: null, input: null } as const;
  return { name, runs: true, skipReason: null, origin, body: null, hooks: [], ...known };
}

export function failureOf(known: Partial<Failure> = {}): Failure {
  return {
    drvPath: null,
    phase: null,
    file: null,
    range: null,
    exact: false,
    command: null,
    exitCode: 1,
    message: 'It failed.',
    explanation: null,
    edits: [],
    tail: [],
    ...known,
  };
}
