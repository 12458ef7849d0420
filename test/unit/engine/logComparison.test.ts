import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { indexFile } from '../../../server/src/builds/logs/keptLogs';
import { phaseMark } from '../../../server/src/builds/phaseLog';
import { comparePhases } from '../../../server/src/engine/logComparison';
import { readLogPage } from '../../../server/src/engine/logReading';
import { logAddress } from '../../../server/src/protocol/logUri';

const drvPath = '/nix/store/00000000000000000000000000000000-hello-1.0.drv';
const begins = (phase: string) => `Running phase: ${phase}\n${phaseMark(phase)}\n`;
const numbered = (count: number, changed = -1) =>
  Array.from({ length: count }, (_, n) => `line ${n === changed ? 'changed' : n}\n`).join('');
const { signal } = new AbortController();

describe('two logs, compared phase by phase', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'phasewise-compare-'))));
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function opened(name: string, content: string | Buffer) {
    const path = join(folder, name);
    await writeFile(path, content);
    return { path, index: await indexFile(path), record: null };
  }

  it('are the same in some, differ in others, and have some that the other has not', async () => {
    const older = await opened(
      'a',
      `x\n${begins('a')}same\n${begins('buildPhase')}${numbered(9000)}${begins('old')}y\n`,
    );
    const newer = await opened(
      'b',
      `x\n${begins('new')}z\n${begins('a')}same\n${begins('buildPhase')}${numbered(9000, 4500)}`,
    );
    const compared = await comparePhases(older, newer, false, signal);
    assert.deepEqual(
      compared.map(({ phase, state, lines }) => [phase, state, lines.older, lines.newer]),
      [
        ['', 'same', 1, 1],
        ['new', 'newer', 0, 2],
        ['a', 'same', 2, 2],
        ['buildPhase', 'both', 9001, 9001],
        ['old', 'older', 2, 0],
      ],
    );
    const [part] = compared.find(({ phase }) => phase === 'buildPhase')?.parts ?? [];
    const shown = async (log: typeof older, span = part?.newer ?? null) => {
      const page = await readLogPage(log, logAddress(drvPath, { phase: 'buildPhase', span }), signal);
      return page.ok ? page.value : assert.fail(page.error.message);
    };
    const [before, after] = [await shown(older), await shown(newer)];
    assert.equal(after.text, before.text.replace('line 4500', 'line changed'));
    assert.deepEqual([after.first, after.shown, after.total, after.offset], [4491, 21, 9001, 0]);
    const beginning = await shown(older, { first: 0, end: 2 });
    assert.match(beginning.text, /^── buildPhase ─+\nline 0\n$/);
    assert.equal((await shown(older, { first: 0, end: 0 })).text, '');
  });

  it('are compared without what differs by itself, colours and broken bytes included', async () => {
    const run = (hash: string, pid: number) =>
      Buffer.concat([
        Buffer.from(`${begins('a')}\u001b[32min /nix/store/${hash}-hello\u001b[0m\npid ${pid}\n`),
        Buffer.from([0xff, 0, 10]),
        Buffer.alloc(1_000_000, 'x'),
        Buffer.from('\r10%\r100%\n'),
      ]);
    const older = await opened('a', run('0'.repeat(32), 17));
    const newer = await opened('b', run('1a'.repeat(16), 4242));
    const states = async (normalised: boolean) =>
      (await comparePhases(older, newer, normalised, signal)).map(({ state }) => state);
    assert.deepEqual([await states(true), await states(false)], [['same'], ['both']]);
  });
});
