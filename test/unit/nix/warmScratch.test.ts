import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { createProcessRunner } from '../../../server/src/nix/process';
import { Scratch } from '../../../server/src/nix/warm/scratch';

describe('the folder of a kept evaluator', () => {
  it('is removed also while texts are written into it, and does not come back', async () => {
    for (let round = 0; round < 10; round++) {
      const scratch = await Scratch.make(createProcessRunner(), { PATH: process.env['PATH'] ?? '' });
      assert.ok(scratch !== null);
      const placed = Array.from({ length: 30 }, (_, number) => scratch.placeText(number, 'a.nix', '1'));
      const removed = scratch.remove();
      // A text that comes too late is refused.
      await Promise.allSettled(placed);
      await removed;
      assert.equal(existsSync(scratch.folder), false);
    }
  });
});
