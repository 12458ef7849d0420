import assert from 'node:assert/strict';
import {
  logAddress,
  logLocation,
  logPath,
  logQuery,
  logUri,
  readLogQuery,
} from '../../../server/src/protocol/logUri';

const drvPath = '/nix/store/00000000000000000000000000000000-hello-1.0.drv';

describe('the address of a log document', () => {
  it('is read back as it was written, whatever a phase is called', () => {
    for (const known of [
      {},
      { phase: 'buildPhase', line: 7 },
      { phase: '', span: { first: 3, end: 9 } },
      { id: '2026', phase: 'a b/&?#"%', normalised: true },
    ]) {
      const address = logAddress(drvPath, known);
      assert.deepEqual(readLogQuery(logQuery(address)), address);
      const url = new URL(logUri(address));
      assert.deepEqual(readLogQuery(decodeURIComponent(url.search.slice(1))), address);
    }
  });

  it('is named after the derivation and its phase, and tells the language', () => {
    assert.equal(logPath(logAddress(drvPath)), '/hello-1.0.nix-log');
    assert.equal(logPath(logAddress(drvPath, { phase: '../x' })), '/hello-1.0/.._x.nix-log');
  });

  it('leads to its line', () => {
    const location = logLocation(logAddress(drvPath, { phase: 'buildPhase', line: 41 }));
    assert.match(location.uri, /^phasewise-log:\/hello-1\.0\/buildPhase\.nix-log\?/);
    assert.deepEqual(location.range.start, { line: 41, character: 0 });
  });

  it('is not read from what is none', () => {
    for (const query of ['', '{}', '{"drv":1}', '[]', 'x']) assert.equal(readLogQuery(query), null);
  });
});
