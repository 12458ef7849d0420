import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { createProcessRunner } from '../../../server/src/nix/process';
import { Scratch } from '../../../server/src/nix/warm/scratch';

describe('the folder of a kept evaluator', () => {
  it('is removed also while texts are written into it, and does not come back', async () => {
    for (let round = 0; round < 10; round++) {
      const scratch = await Scratch.make(createProcessRunner(), { PATH: process.env['PATH'] ?? '' });
      assert.ok(scratch !== null);
      const removed = scratch.remove();
      for (let number = 0; number < 30; number++) {
        try {
          scratch.placeText(number, 'a.nix', '1');
        } catch {
          // A text that comes too late is refused.
        }
        await turn();
      }
      await removed;
      assert.equal(existsSync(scratch.folder), false);
    }
  });
});
