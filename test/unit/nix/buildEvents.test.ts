import assert from 'node:assert/strict';
import type { BuildEvent } from '../../../server/src/nix/buildEvents';
import { createBuildEventDecoder } from '../../../server/src/nix/buildEvents';
import { decodeLine } from '../../../server/src/nix/internalJson';

function events(...lines: readonly (object | string)[]): readonly BuildEvent[] {
  const found: BuildEvent[] = [];
  const decode = createBuildEventDecoder((event) => found.push(event));
  for (const line of lines)
    decode(decodeLine(typeof line === 'string' ? line : `@nix ${JSON.stringify(line)}`));
  return found;
}

const start = (id: number, drvPath: string) => ({
  action: 'start',
  id,
  type: 105,
  level: 3,
  text: `building '${drvPath}'`,
  fields: [drvPath, '', 1, 1],
});

describe('build events', () => {
  it('belong to the derivation whose activity they name, also when builds interleave', () => {
    assert.deepEqual(
      events(
        start(1, '/a.drv'),
        start(2, '/b.drv'),
        { action: 'result', id: 2, type: 101, fields: ['from b'] },
        { action: 'result', id: 1, type: 104, fields: ['buildPhase'] },
        { action: 'result', id: 1, type: 101, fields: ['\u001b[31mfrom a'] },
        { action: 'stop', id: 1 },
        { action: 'result', id: 1, type: 101, fields: ['too late'] },
        { action: 'stop', id: 2 },
      ),
      [
        { type: 'buildStarted', drvPath: '/a.drv', machine: null },
        { type: 'buildStarted', drvPath: '/b.drv', machine: null },
        { type: 'lines', drvPath: '/b.drv', texts: ['from b'] },
        { type: 'phase', drvPath: '/a.drv', phase: 'buildPhase' },
        { type: 'lines', drvPath: '/a.drv', texts: ['\u001b[31mfrom a'] },
        { type: 'buildStopped', drvPath: '/a.drv' },
        { type: 'buildStopped', drvPath: '/b.drv' },
      ],
    );
  });

  it('leave out what says nothing to a reader', () => {
    assert.deepEqual(
      events(
        { action: 'start', id: 9, type: 0, level: 5, text: "copying '/x' to the store" },
        { action: 'stop', id: 9 },
        { action: 'start', id: 3, type: 104, level: 0, text: '' },
        { action: 'result', id: 3, type: 105, fields: [0, 0, 0, 0] },
        { action: 'result', id: 3, type: 9999, fields: [] },
        {
          action: 'msg',
          level: 1,
          msg: "warning: you did not specify '--add-root'; the result might be removed",
        },
        '',
      ),
      [],
    );
  });

  it('tell the kept build directory in the words of every version', () => {
    const note = (quote: string) => ({
      action: 'msg',
      level: 0,
      msg: `note: keeping build directory ${quote}/tmp/b 0${quote}`,
    });
    const expected = [{ type: 'keptBuildDirectory', folder: '/tmp/b 0' }];
    assert.deepEqual(events(note("'")), expected);
    assert.deepEqual(events(note('"')), expected);
  });

  it('believe an error that a builder may have printed only when Nix has counted a failure', () => {
    const claim = { action: 'msg', level: 0, msg: "error: builder for '/b.drv' failed with exit code 3" };
    const counted = (failed: number) => ({ action: 'result', id: 9, type: 105, fields: [0, 2, 1, failed] });
    const levels = (...lines: readonly object[]) =>
      events({ action: 'start', id: 9, type: 104, level: 0, text: '' }, start(1, '/a.drv'), ...lines).flatMap(
        (event) => (event.type === 'message' ? [event.level] : []),
      );
    assert.deepEqual(levels(claim, claim), [1, 1]);
    assert.deepEqual(levels(claim, counted(1), claim, claim), [1, 0, 1]);
    assert.deepEqual(levels({ ...claim, raw_msg: claim.msg }, counted(1), claim), [0, 1]);
    assert.deepEqual(levels({ action: 'stop', id: 1 }, claim), [0]);
    assert.deepEqual(levels({ ...claim, level: 1 }), [1]);
  });

  it('tell downloads, waiting, and Nix’s words without frames or colours', () => {
    assert.deepEqual(
      events(
        { action: 'start', id: 1, type: 108, level: 4, text: '', fields: ['/nix/store/x', 'https://cache'] },
        { action: 'start', id: 2, type: 111, level: 1, text: "waiting for lock on '\u001b[35m/x\u001b[0m'" },
        {
          action: 'msg',
          level: 0,
          msg: '\u001b[31;1merror:\u001b[0m long',
          raw_msg: "builder for '\u001b[35;1mx\u001b[0m' failed",
        },
        'error: dying words',
      ),
      [
        { type: 'downloadStarted', storePath: '/nix/store/x', from: 'https://cache' },
        { type: 'waiting', text: "waiting for lock on '/x'" },
        { type: 'message', level: 0, text: "builder for 'x' failed" },
        { type: 'message', level: 3, text: 'error: dying words' },
      ],
    );
  });

  it('tell the remote builder, bytes of a download, how many of how many builds and downloads ended, and the end of waiting', () => {
    const progress = (id: number, ...fields: readonly number[]) => ({
      action: 'result',
      id,
      type: 105,
      fields,
    });
    assert.deepEqual(
      events(
        { action: 'start', id: 1, type: 104, level: 0, text: '' },
        { ...start(2, '/a.drv'), fields: ['/a.drv', 'ssh://box', 1, 1] },
        { action: 'start', id: 3, type: 108, level: 4, text: '', fields: ['/x', 'https://cache'] },
        { action: 'start', id: 4, type: 100, level: 3, text: '', fields: ['/x', 'https://cache', 'local'] },
        progress(4, 8192, 100_000, 0, 0),
        progress(1, 1, 3, 1, 0),
        { action: 'start', id: 6, type: 103, level: 0, text: '' },
        progress(6, 0, 40, 2, 0),
        progress(6, 0, 40, 2, 0),
        progress(6, 1, 40, 1, 0),
        { action: 'stop', id: 4 },
        { action: 'stop', id: 3 },
        { action: 'start', id: 5, type: 111, level: 1, text: 'waiting for a machine' },
        { action: 'stop', id: 5 },
        { action: 'stop', id: 77 },
      ),
      [
        { type: 'buildStarted', drvPath: '/a.drv', machine: 'ssh://box' },
        { type: 'downloadStarted', storePath: '/x', from: 'https://cache' },
        { type: 'downloadProgress', storePath: '/x', done: 8192, total: 100_000 },
        { type: 'totals', totals: { work: 'build', done: 1, expected: 3, running: 1, failed: 0 } },
        { type: 'totals', totals: { work: 'download', done: 0, expected: 40, running: 2, failed: 0 } },
        { type: 'totals', totals: { work: 'download', done: 1, expected: 40, running: 1, failed: 0 } },
        { type: 'downloadStopped', storePath: '/x' },
        { type: 'waiting', text: 'waiting for a machine' },
        { type: 'waitingEnded' },
      ],
    );
  });

  it('count what has just ended once, which Nix 2.34 does twice for a moment', () => {
    const told = (...counts: readonly (readonly number[])[]) =>
      events(
        { action: 'start', id: 1, type: 104, level: 0, text: '' },
        ...counts.map((fields) => ({ action: 'result', id: 1, type: 105, fields })),
      ).map(
        (event) => event.type === 'totals' && [event.totals.done, event.totals.expected, event.totals.failed],
      );
    assert.deepEqual(
      told([0, 4, 1, 0], [1, 5, 0, 0], [1, 4, 1, 0], [2, 5, 1, 0], [2, 4, 1, 1], [2, 5, 0, 2]),
      [
        [0, 4, 0],
        [1, 4, 0],
        [1, 4, 0],
        [2, 4, 0],
        [2, 4, 1],
        [2, 4, 2],
      ],
    );
    assert.deepEqual(told([1, 1, 0, 0], [2, 2, 0, 0]), [
      [1, 1, 0],
      [2, 2, 0],
    ]);
  });
});
