import assert from 'node:assert/strict';
import { verifyReport } from '../../../../client/src/files/verifyReport';
import type { RunResult } from '../../../../server/src/protocol/model';

const result = (isolation: RunResult['isolation'], isolationNote: string | null): RunResult => ({
  session: '/s',
  isolation,
  isolationNote,
  phases: [],
  outputs: {},
  verify: { same: false, differences: ['out/bin/x differs from the real build at byte 7.'] },
});

describe('the report of a comparison', () => {
  it('lists the differences and what they may come from', () => {
    const report = verifyReport('hello-1.0', result('namespace', null));
    assert.match(
      report,
      /^hello-1\.0 differs .*\n\n {2}out\/bin\/x differs from the real build at byte 7\.\n/,
    );
    assert.match(report, /sandbox/);
    assert.doesNotMatch(report, /without isolation/);
  });

  it('says of isolated phases what they saw, and why more than a build', () => {
    const isolated = result('namespace', null);
    assert.match(verifyReport('a', { ...isolated, seesMachine: false }), /saw what Nix's sandbox\s+shows/);
    assert.match(
      verifyReport('a', { ...isolated, seesMachine: true }),
      /without a\s+sandbox has the network/,
    );
    const note = 'phases see more of this machine: no nsenter';
    const report = verifyReport('a', { ...isolated, isolationNote: note, seesMachine: true });
    assert.match(report, /Phases see more of this machine: no nsenter\. What they read/);
  });

  it('names the lack of isolation and its reason', () => {
    const report = verifyReport('hello-1.0', result('none', 'user namespaces are not allowed'));
    assert.ok(report.split('\n').every((line) => line.length < 100));
    assert.match(report, /without isolation\s+\(user namespaces\s+are\s+not\s+allowed\).*network/s);
    assert.match(report, /paths are\s+rewritten/);
  });
});
