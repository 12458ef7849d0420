import assert from 'node:assert/strict';
import { commandArgument, readPhaseArgument } from '../../../../client/src/phases/phaseArgument';

describe('the argument of a command', () => {
  it('is a row of the tree', () => {
    const row = { uri: 'file:///a.nix', attr: 'x', phase: 'buildPhase', label: 'buildPhase' };
    assert.deepEqual(readPhaseArgument(row), {
      kind: 'item',
      key: { uri: 'file:///a.nix', attr: 'x' },
      phase: 'buildPhase',
    });
  });

  it('is a derivation when no phase is named', () => {
    assert.deepEqual(readPhaseArgument({ uri: 'file:///a.nix' }), {
      kind: 'item',
      key: { uri: 'file:///a.nix', attr: '' },
      phase: null,
    });
  });

  it('is the selected row for a key', () => {
    assert.deepEqual(readPhaseArgument({ selected: true }), { kind: 'selected' });
  });

  it('is the id of a row, as the tree knows its rows', () => {
    assert.deepEqual(readPhaseArgument('file:///a.nix#/buildPhase'), {
      kind: 'row',
      id: 'file:///a.nix#/buildPhase',
    });
  });

  it('is a row that is gone when its button was pressed as it was drawn anew', () => {
    assert.deepEqual(readPhaseArgument(commandArgument([undefined, undefined])), { kind: 'gone' });
    assert.deepEqual(readPhaseArgument(commandArgument([null, null])), { kind: 'gone' });
    assert.deepEqual(readPhaseArgument(commandArgument(['id', undefined])), { kind: 'row', id: 'id' });
  });

  it('is nothing in a call without arguments, as the palette makes it', () => {
    assert.deepEqual(readPhaseArgument(commandArgument([])), { kind: 'none' });
    assert.deepEqual(readPhaseArgument(commandArgument([undefined])), { kind: 'none' });
  });

  it('is nothing for whatever else a command is called with', () => {
    for (const value of [undefined, null, 3, '', [], { uri: 7 }, { selected: false }])
      assert.deepEqual(readPhaseArgument(value), { kind: 'none' });
  });
});
