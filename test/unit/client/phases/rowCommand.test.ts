import assert from 'node:assert/strict';
import { rowCommand } from '../../../../client/src/phases/rowCommand';

describe('the key that runs the selected row', () => {
  it('does what the ▶ of the row does', () => {
    assert.equal(rowCommand({ kind: 'phase', context: 'phase;runnable;definition;' }), 'runPhase');
    assert.equal(rowCommand({ kind: 'hook', context: 'hook;runnable;' }), 'runHook');
    assert.equal(rowCommand({ kind: 'derivation', context: 'derivation;instantiated;runnable;' }), 'runAll');
    assert.equal(rowCommand({ kind: 'inputs', context: 'inputs;missing;' }), 'buildInputs');
  });

  it('does nothing where the row has none', () => {
    assert.equal(rowCommand({ kind: 'hook', context: 'hook;definition;' }), null);
    assert.equal(rowCommand({ kind: 'derivation', context: 'derivation;pinned;' }), null);
    assert.equal(rowCommand({ kind: 'inputs', context: 'inputs;' }), null);
    assert.equal(rowCommand({ kind: 'group', context: 'group;pins;' }), null);
    assert.equal(rowCommand({ kind: 'notice', context: 'notice;nixMissing;' }), null);
  });
});
