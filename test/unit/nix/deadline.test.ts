import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { Deadline } from '../../../server/src/nix/deadline';

describe('a deadline', () => {
  it('stands still while it is paused, however often that is', async () => {
    const deadline = new Deadline(60);
    deadline.pause();
    deadline.pause();
    await pause(120);
    deadline.resume();
    await pause(120);
    assert.equal(deadline.isOver, false);
    deadline.resume();
    assert.equal(deadline.isOver, false);
    await pause(120);
    assert.equal(deadline.isOver, true);
  });

  it('is not over once it is disposed of', async () => {
    const deadline = new Deadline(20);
    deadline.dispose();
    await pause(60);
    assert.equal(deadline.signal.aborted, false);
  });
});
