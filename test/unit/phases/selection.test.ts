import assert from 'node:assert/strict';
import { planRun } from '../../../server/src/phases/selection';

describe('planRun', () => {
  const names = ['a', 'b', 'c'].map((name) => ({ name, runs: true }));
  it('goes back to a phase that ran for `only` and `from`, not for `until`', () => {
    assert.deepEqual(planRun(names, 3, { selection: 'only', phase: 'b' }), { rewindTo: 1, end: 2 });
    assert.deepEqual(planRun(names, 3, { selection: 'from', phase: 'b' }), { rewindTo: 1, end: 3 });
    assert.deepEqual(planRun(names, 3, { selection: 'until', phase: 'b' }), { rewindTo: null, end: 2 });
  });
  it('goes on from where it is', () => {
    assert.deepEqual(planRun(names, 1, { selection: 'only', phase: 'b' }), { rewindTo: null, end: 2 });
    assert.deepEqual(planRun(names, 1, { selection: 'all', phase: null }), { rewindTo: null, end: 3 });
  });
  it('runs the first phase that is not done for `next`, and those on the way that are skipped', () => {
    const next = { selection: 'next', phase: null } as const;
    assert.deepEqual(planRun(names, 1, next), { rewindTo: null, end: 2 });
    const skips = names.map(({ name }) => ({ name, runs: name === 'c' }));
    assert.deepEqual(planRun(skips, 0, next), { rewindTo: null, end: 3 });
    assert.deepEqual(planRun(names, 3, next), { rewindTo: null, end: 3 });
    assert.deepEqual(planRun(skips.slice(0, 2), 0, next), { rewindTo: null, end: 2 });
  });
  it('knows no phase that is not there', () => {
    assert.equal(planRun(names, 0, { selection: 'only', phase: 'd' }), null);
    assert.equal(planRun(names, 0, { selection: 'until', phase: null }), null);
  });
});
