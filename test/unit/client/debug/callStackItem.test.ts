import assert from 'node:assert/strict';
import { threadOfItem } from '../../../../client/src/debug/callStackItem';

describe('the item of a menu of the call stack', () => {
  it('names its thread, by a frame too', () => {
    assert.equal(threadOfItem('thread:3f2a-b1:1'), 1);
    assert.equal(threadOfItem({ sessionId: '3f2a-b1', threadId: 'thread:3f2a-b1:4711', frameId: 'x' }), 4711);
    for (const other of [undefined, null, '3f2a-b1', { sessionId: '3f2a-b1' }, 7])
      assert.equal(threadOfItem(other), null);
  });
});
