import assert from 'node:assert/strict';
import {
  environmentPath,
  readEnvironmentQuery,
  runFirstWords,
  shellTitle,
  writeEnvironmentQuery,
} from '../../../../client/src/phases/momentWords';

describe('what is said about moments of phases', () => {
  it('names a terminal for the derivation and where it stands', () => {
    assert.equal(shellTitle('hello-1.0', { phase: 'buildPhase', at: 'entry' }), 'hello-1.0 buildPhase');
    assert.equal(
      shellTitle('hello-1.0', { phase: 'buildPhase', at: 'failure' }),
      'hello-1.0 buildPhase failed',
    );
    assert.equal(shellTitle('', { phase: null, at: 'end' }), 'done');
  });

  it('says what must run first', () => {
    assert.equal(runFirstWords('c', ['a'], 'a shell can stand'), 'a must run before a shell can stand at c.');
    assert.equal(runFirstWords('d', ['a', 'b', 'c'], 'x'), 'a, b and c must run before x at d.');
  });

  it('writes a place into a document name and reads it back', () => {
    for (const place of [
      { key: { uri: 'file:///a b', attr: 'x."y z"' }, phase: 'buildPhase' },
      { key: null, phase: null },
    ]) {
      assert.deepEqual(readEnvironmentQuery(writeEnvironmentQuery(place)), place);
    }
    for (const odd of ['', '{', '3', 'null']) assert.equal(readEnvironmentQuery(odd), null);
    assert.equal(environmentPath('a/b', 'buildPhase'), '/a_b/buildPhase.environment');
    assert.equal(environmentPath(null, 'Your Terminal'), '/Your Terminal.environment');
  });
});
