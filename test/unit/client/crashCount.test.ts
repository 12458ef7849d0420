import assert from 'node:assert/strict';
import { CrashCount } from '../../../client/src/crashCount';

describe('a server that crashed', () => {
  it('is started again, but not for ever', () => {
    const crashes = new CrashCount();
    assert.deepEqual(
      [0, 1000, 2000, 3000].map((time) => crashes.mayRestart(time)),
      [true, true, true, false],
    );
  });

  it('is started again when the crashes before were long ago', () => {
    const crashes = new CrashCount();
    const hour = 3_600_000;
    for (let count = 0; count < 20; count++) assert.ok(crashes.mayRestart(count * hour));
  });
});
