import assert from 'node:assert/strict';
import type { Derivation } from '../../../../server/src/protocol/model';
import { phaseItems } from '../../../../client/src/phases/phaseItems';
import { advanceActivity } from '../../../../client/src/phases/phaseStates';
import { rowChanges } from '../../../../client/src/phases/rowChanges';
import { derivation, drawing, hook, phase, ready, shown, uri } from '../sample';

const rows = (...made: readonly Derivation[]) => phaseItems(drawing(...made), ready, () => shown());
const none = new Set<string>();

describe('a redrawing', () => {
  it('that shows what was shown touches no row', () => {
    assert.deepEqual(rowChanges(rows(derivation()), rows(derivation()), none), []);
  });

  it('that only tells a tooltip more touches no row unless that tooltip was asked for', () => {
    const before = rows(derivation({ source: 'evaluated' }));
    const after = rows(derivation({ source: 'stdenv' }));
    assert.deepEqual(rowChanges(before, after, none), []);
    assert.deepEqual(rowChanges(before, after, new Set([`${uri}#`])), [`${uri}#`]);
  });

  it('touches the phases that learnt of their hooks, and not the derivation above them', () => {
    const learnt = derivation({
      phases: [phase('unpackPhase'), phase('buildPhase', { hooks: [hook('x')] })],
    });
    const known = derivation({ phases: [phase('unpackPhase'), phase('buildPhase')] });
    assert.deepEqual(rowChanges(rows(known), rows(learnt), none), [`${uri}#/buildPhase`]);
  });

  it('touches the derivation when it has other phases', () => {
    const more = derivation({ phases: [phase('unpackPhase'), phase('patchPhase'), phase('buildPhase')] });
    assert.deepEqual(rowChanges(rows(derivation()), rows(more), none), [`${uri}#`]);
  });

  it('touches a hook that comes from elsewhere now, and nothing above it', () => {
    const from = (name: string) =>
      rows(derivation({ phases: [phase('buildPhase', { hooks: [hook(name)] })] }));
    assert.deepEqual(rowChanges(from('a'), from('b'), none), [`${uri}#/buildPhase/0`]);
  });

  it('touches all when the file makes other derivations', () => {
    assert.equal(rowChanges(rows(derivation()), rows(derivation(), derivation({ attr: 'b' })), none), 'all');
    assert.equal(rowChanges([], rows(derivation()), none), 'all');
  });

  it('touches the row of the phase that went on while others stay as they are', () => {
    const at = (name: string) => {
      const begun = advanceActivity(undefined, {
        ...{ kind: 'run', id: '1', event: { type: 'started', phases: ['unpackPhase', 'buildPhase'] } },
      });
      const event = { type: 'phaseStarted', phase: name } as const;
      const activity = advanceActivity(begun, { kind: 'run', id: '1', event });
      return phaseItems(drawing(derivation()), ready, () => shown(activity));
    };
    const changed = rowChanges(at('unpackPhase'), at('buildPhase'), none);
    assert.deepEqual(changed, [`${uri}#/unpackPhase`, `${uri}#/buildPhase`]);
  });
});
