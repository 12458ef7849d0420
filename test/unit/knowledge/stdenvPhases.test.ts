import assert from 'node:assert/strict';
import { usualHooks, usualPhases } from '../../../server/src/knowledge/stdenvPhases';
import { phaseStem } from '../../../server/src/protocol/phaseStem';

describe('stdenv’s usual phases', () => {
  it('name the pre and post hooks that belong to them', () => {
    for (const { name, hooks } of usualPhases) {
      const stem = phaseStem(name);
      assert.equal(hooks[0], `pre${stem}`);
      assert.equal(hooks.at(-1), `post${stem}`);
    }
    assert.deepEqual(usualHooks('myPhase'), ['preMy', 'postMy']);
    assert.deepEqual(usualHooks('buildCommand'), ['preBuildCommand', 'postBuildCommand']);
  });
});
