import { deepEqual, equal } from 'node:assert/strict';
import { replayOffer } from '../../../server/src/builds/replayOffer';
import type { FailedBuilder } from '../../../server/src/builds/runningBuild';
import type { Derivation, Phase } from '../../../server/src/protocol/model';

const origin = (kind: Phase['origin']['kind']): Phase['origin'] => ({
  kind,
  file: null,
  range: null,
  input: null,
});
const phase = (name: string, kind: Phase['origin']['kind'], hooks: Phase['hooks'] = []): Phase => ({
  ...{ name, runs: true, skipReason: null, origin: origin(kind), body: null, hooks },
});
const hook = {
  name: 'preConfigure',
  when: 'pre',
  kind: 'attribute',
  origin: origin('attribute'),
  body: '',
} as const;
const derivation: Derivation = {
  ...{
    name: 'a',
    attr: '',
    system: null,
    drvPath: '/nix/store/x-a.drv',
    outputs: {},
    file: '/w/a.nix',
    range: null,
  },
  ...{ source: 'evaluated', structure: 'phases', attributes: {}, note: null },
  phases: [
    phase('buildPhase', 'attribute'),
    phase('installPhase', 'setup'),
    phase('configurePhase', 'setup', [hook]),
  ],
};
const failed = (over: Partial<FailedBuilder> = {}): FailedBuilder => ({
  ...{
    drvPath: '/nix/store/x-a.drv',
    exitCode: 1,
    signal: null,
    hashMismatch: null,
    reason: '',
    tail: [],
    lines: [],
    loggedPhase: 'buildPhase',
    linesBefore: 0,
  },
  phase: 'buildPhase',
  afterBuilder: false,
  ...over,
});
const built = {
  phases: [
    { name: 'unpackPhase', seconds: 1, lines: 1 },
    { name: 'buildPhase', seconds: 2, lines: 1 },
  ],
  seconds: 5,
};

describe('the offer to find a failing line', () => {
  it('takes what the phases took', () => {
    deepEqual(replayOffer(derivation, failed(), built, null), { state: 'offered', seconds: 3, note: null });
  });

  it('takes the whole build where no phase was told', () => {
    const script = { ...derivation, structure: 'buildCommand' as const };
    equal(replayOffer(script, failed({ phase: null }), { phases: [], seconds: 5 }, null)?.seconds, 5);
  });

  it('is made for a hook in a phase of stdenv’s own, not for the phase alone', () => {
    equal(replayOffer(derivation, failed({ phase: 'configurePhase' }), built, null)?.state, 'offered');
    equal(replayOffer(derivation, failed({ phase: 'installPhase' }), built, null), null);
    equal(replayOffer(derivation, failed({ phase: null }), built, null), null);
  });

  it('is not made where running again would tell nothing, or do harm', () => {
    const mismatch = { specified: 'a', got: 'b' };
    const explained = { cause: '', advice: '', remedy: null };
    equal(replayOffer(derivation, failed(), null, null), null);
    equal(replayOffer(derivation, failed({ exitCode: null }), built, null), null);
    equal(replayOffer(derivation, failed({ hashMismatch: mismatch }), built, null), null);
    equal(replayOffer(derivation, failed(), built, { ...explained, attribute: 'patches' }), null);
    equal(replayOffer(derivation, failed(), built, { ...explained, ofMachine: true }), null);
    equal(replayOffer({ ...derivation, structure: 'builder' }, failed(), built, null), null);
  });
});
