/** Values of the protocol for tests of the client, each complete, with what a test cares about overridden. */
import type { InputProgress } from '../../../server/src/protocol/buildProgress';
import type { DrawingParams, StatusParams } from '../../../server/src/protocol/messages';
import type { Derivation, Failure, Hook, Origin, Phase, Range } from '../../../server/src/protocol/model';
import type { KeptPhase, SessionState } from '../../../server/src/protocol/sessionMessages';
import type { DerivationActivity } from '../../../client/src/phases/phaseStates';
import { shownStates, type Shown } from '../../../client/src/phases/shownStates';

/** How a derivation stands: after this activity, with this session. */
export function shown(activity?: DerivationActivity, session?: SessionState): Shown {
  const drvPath = derivation().drvPath;
  return shownStates(activity && { activity, drvPath, told: false }, session, drvPath);
}

export function session(over: Partial<SessionState> = {}): SessionState {
  const place = { attr: '', id: 'hello-1.0-s1', isolation: 'namespace', isolationNote: null } as const;
  return { ...place, phases: [], edit: null, heldBy: null, buildDirectory: null, ...over };
}

export function kept(name: string, over: Partial<KeptPhase> = {}): KeptPhase {
  return { name, status: 'ok', seconds: 1, stale: null, ...over };
}

export const file = '/home/me/my pkg/default.nix';
export const uri = 'file:///home/me/my%20pkg/default.nix';

export function range(startLine: number, endLine = startLine): Range {
  return { start: { line: startLine, character: 2 }, end: { line: endLine, character: 8 } };
}

export function written(line: number): Origin {
  return { kind: 'attribute', file, range: range(line), input: null };
}

export const fromSetup: Origin = {
  kind: 'setup',
  file: '/nix/store/1rz4g4znpzjwh1xymhjpm42vipw92pr7-stdenv/setup',
  range: range(900),
  input: null,
};

export function phase(name: string, over: Partial<Phase> = {}): Phase {
  return { name, runs: true, skipReason: null, origin: fromSetup, body: null, hooks: [], ...over };
}

export function hook(name: string, over: Partial<Hook> = {}): Hook {
  return { name, when: 'pre', kind: 'attribute', origin: written(7), body: null, ...over };
}

export function derivation(over: Partial<Derivation> = {}): Derivation {
  return {
    name: 'hello-1.0',
    attr: '',
    system: 'x86_64-linux',
    drvPath: '/nix/store/1rz4g4znpzjwh1xymhjpm42vipw92pr7-hello-1.0.drv',
    outputs: { out: null },
    file,
    range: range(2),
    source: 'stdenv',
    structure: 'phases',
    phases: [phase('unpackPhase'), phase('buildPhase', { origin: written(11) })],
    attributes: {},
    note: null,
    ...over,
  };
}

export function drawing(...derivations: readonly Derivation[]): DrawingParams {
  return { uri, version: 1, busy: false, message: null, derivations };
}

export const ready: StatusParams = { state: 'ready', nixVersion: '2.8.0', message: null, advice: null };

export function failure(over: Partial<Failure> = {}): Failure {
  return {
    drvPath: null,
    phase: 'buildPhase',
    file,
    range: range(13),
    exact: true,
    command: 'make all',
    exitCode: 2,
    message: 'buildPhase failed.',
    explanation: null,
    edits: [],
    tail: ['cc -c main.c', 'main.c:1: error: nope', ''],
    ...over,
  };
}

/** An input that is being built, unless `changes` says otherwise. */
export function inputOf(name: string, changes: Partial<InputProgress> = {}): InputProgress {
  return {
    ...{ path: `/nix/store/00000000000000000000000000000000-${name}.drv`, name, work: 'build' },
    ...{ status: 'running', phase: null, seconds: 0, estimate: null, from: null, done: null, total: null },
    ...{ reason: null, first: false, ...changes },
  };
}
