import assert from 'node:assert/strict';
import { mkdtemp, open as openFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { indexFile } from '../../../server/src/builds/logs/keptLogs';
import { phaseMark } from '../../../server/src/builds/phaseLog';
import { readLogPage } from '../../../server/src/engine/logReading';
import { findInLog } from '../../../server/src/engine/logSearch';
import { isErrorLine } from '../../../server/src/protocol/errorLines';
import { documentLineOf } from '../../../server/src/protocol/logPlaces';
import { logAddress } from '../../../server/src/protocol/logUri';

const drvPath = '/nix/store/00000000000000000000000000000000-hello-1.0.drv';
const begins = (phase: string) => `Running phase: ${phase}\n${phaseMark(phase)}\n`;
const error = 'main.c:3:1: error: no';
const { signal } = new AbortController();

describe('a line of a whole log', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'phasewise-search-'))));
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function opened(content: string | Buffer) {
    const path = join(folder, 'log');
    await writeFile(path, content);
    return { path, index: await indexFile(path), record: null };
  }
  type Log = Awaited<ReturnType<typeof opened>>;
  const find = (
    log: Log,
    from: number,
    step: 1 | -1,
    text: string | null = null,
    phase: string | null = null,
  ) => findInLog(log, { from, step, text, phase }, signal);

  /** The lines that a document of all of it shows, where each has its number. */
  async function shown(log: Log, phase: string | null): Promise<readonly string[]> {
    const most = { bytes: Infinity, lines: Infinity };
    const page = await readLogPage(log, logAddress(drvPath, { phase }), signal, { whole: most, part: most });
    if (!page.ok) return [];
    const { value } = page;
    const lines = value.text.split('\n');
    return Array.from({ length: value.total }, (_, line) => lines[documentLineOf(value, line)] ?? '');
  }

  it('is found far away, in both directions and past the end', async () => {
    const text = Array.from({ length: 30_000 }, (_, n) =>
      [17, 9000, 29_998].includes(n) ? `${n}: ${error}` : `line ${n}`,
    );
    const log = await opened(`${text.join('\n')}\n`);
    const found = async (from: number, step: 1 | -1) => find(log, from, step);
    assert.deepEqual(
      [await found(-1, 1), await found(17, 1), await found(9000, 1), await found(29_998, 1)],
      [17, 9000, 29_998, 17],
    );
    assert.deepEqual(
      [await found(29_999, -1), await found(29_998, -1), await found(9000, -1), await found(17, -1)],
      [29_998, 9000, 17, 29_998],
    );
    assert.equal(await find(log, 100, 1, 'LINE 99'), 990);
    assert.equal(await find(log, 100, -1, 'line 99'), 99);
    assert.equal(await find(log, 100, 1, 'nowhere'), null);
  });

  it('has the number that it has in its phase, whose parts may stand apart', async () => {
    const log = await opened(
      `${error}\n${begins('a')}${'x\n'.repeat(9000)}${error}\n${begins('b')}${error}\n${begins('a')}y\n${error}\n`,
    );
    assert.equal(await find(log, -1, 1, null, 'a'), 9001);
    assert.equal(await find(log, 9001, 1, null, 'a'), 9004);
    assert.equal(await find(log, 9004, 1, null, 'b'), 1);
    assert.equal(await find(log, 0, 1), 9002);
    assert.equal(await find(log, 0, 1, null, 'nowhere'), null);
  });

  it('is looked at as it is shown: without colours, and of a progress bar the last state', async () => {
    const log = await opened(
      `\u001b[1mmain.c:1:1: \u001b[31merror: \u001b[0mno\nerror: x\r100% done\nx\r${error}\n`,
    );
    assert.deepEqual([await find(log, -1, 1), await find(log, 0, 1)], [0, 2]);
    assert.equal(await find(log, -1, 1, '\u001b'), null);
  });

  it('is found among lines of 10 MB, broken UTF-8 and NULs, of which little is kept', async () => {
    const long = Buffer.alloc(10_000_000, 'x');
    const log = await opened(
      Buffer.concat([
        Buffer.from([0xff, 0, 0xc3, 10]),
        long,
        Buffer.from(`\r${error}\n`),
        long,
        Buffer.from('\n\r\n\0\n'),
        Buffer.from(`größe ${error}`),
      ]),
    );
    assert.deepEqual([await find(log, -1, 1), await find(log, 1, 1), await find(log, 1, -1)], [1, 5, 5]);
    assert.equal(await find(log, 0, -1, 'GRÖSSE'.replace('SS', 'ß')), 5);
  });

  it('is the one that a document of all would show, whatever is in the log', async () => {
    const piece = fc.constantFrom(
      'a\n',
      'é',
      '\r\n',
      '\0',
      '\r',
      `${error}\n`,
      `\u001b[31m${error}\u001b[0m\n`,
      'error: ',
      begins('a'),
      begins('b'),
      `${phaseMark('c')}\n`,
      '@nix {}\n',
      '\n'.repeat(4100),
      `${'y'.repeat(70_000)}\r`,
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 12 }),
        fc.constantFrom(null, 'a', 'b'),
        fc.integer({ min: -1, max: 5000 }),
        fc.constantFrom(1 as const, -1 as const),
        async (pieces, phase, from, step) => {
          const log = await opened(pieces.join(''));
          const lines = await shown(log, phase);
          const numbers = lines.flatMap((line, number) => (isErrorLine(line) ? [number] : []));
          const ordered = step === 1 ? numbers : [...numbers].reverse();
          const wanted = ordered.find((number) => (number - from) * step > 0) ?? ordered[0] ?? null;
          assert.equal(await find(log, from, step, null, phase), wanted);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is looked for no longer when nobody wants it', async () => {
    const log = await opened('x\n'.repeat(1000));
    const search = { from: 0, step: 1, text: 'y', phase: null } as const;
    await assert.rejects(findInLog(log, search, AbortSignal.abort()));
  });

  it('is found in a log of 100 MB without its being read into memory', async function () {
    this.timeout(60_000);
    const path = join(folder, 'log');
    const file = await openFile(path, 'w');
    const block = Buffer.from(`${'x'.repeat(99)}\n`.repeat(10_000));
    for (let n = 0; n < 100; n++) await file.write(block);
    await file.write(`${error}\n`);
    await file.close();
    const log = { path, index: await indexFile(path), record: null };
    const before = process.memoryUsage().arrayBuffers;
    assert.equal(await find(log, 5, 1), 1_000_000);
    assert.ok(process.memoryUsage().arrayBuffers - before < 50_000_000);
  });
});
