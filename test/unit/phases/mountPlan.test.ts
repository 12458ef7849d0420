import assert from 'node:assert/strict';
import { fstabLine } from '../../../server/src/phases/mountPlan';

describe('a line of a plan of mounts', () => {
  it('writes spaces, tabs, newlines, backslashes and # as fstab(5) has them', () => {
    const line = fstabLine({ source: '/a b\t\\', target: '/#x\ny', type: 'none', options: 'bind' });
    assert.equal(line, '/a\\040b\\011\\134 /\\043x\\012y none bind 0 0\n');
  });
});
