import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { indexFile } from '../../../server/src/builds/logs/keptLogs';
import type { LogRecord } from '../../../server/src/builds/logs/logRecord';
import type { WindowLimits } from '../../../server/src/builds/logs/logWindow';
import { phaseMark } from '../../../server/src/builds/phaseLog';
import { readLogPage, writeLog } from '../../../server/src/engine/logReading';
import { logAddress, type LogAddress } from '../../../server/src/protocol/logUri';

const drvPath = '/nix/store/00000000000000000000000000000000-hello-1.0.drv';
const begins = (phase: string) => `Running phase: ${phase}\n${phaseMark(phase)}\n`;
const { signal } = new AbortController();
const numbered = (count: number) => Array.from({ length: count }, (_, n) => `line ${n}\n`).join('');

describe('a log as a page', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'phasewise-page-'))));
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const failed = (failedPhase: string | null, failedAt: LogRecord['failedAt'] = null): LogRecord => ({
    ...{ kind: 'build', name: 'hello-1.0', drvPath, file: null, attr: '', begun: 0, seconds: 1 },
    ...{
      status: 'failed',
      phases: [],
      failedPhase,
      failedAt,
      complete: true,
      index: null,
      writer: { pid: 1, startTime: '' },
    },
  });

  async function opened(log: string | Buffer, record: LogRecord | null = null) {
    const path = join(folder, 'log');
    await writeFile(path, log);
    return { path, index: await indexFile(path), record };
  }
  async function page(
    log: string | Buffer,
    known: Partial<LogAddress> = {},
    record: LogRecord | null = null,
    within?: WindowLimits,
  ) {
    const limits = within && { whole: within, part: within };
    const read = await readLogPage(await opened(log, record), logAddress(drvPath, known), signal, limits);
    if (!read.ok) assert.fail(read.error.message);
    const { text, ...rest } = read.value;
    return { lines: text.split('\n').slice(0, -1), ...rest };
  }

  it('has a heading for each phase, in the place of stdenv’s own line, and folds', async () => {
    const shown = await page(`before\n${begins('buildPhase')}a\nb\n${phaseMark('installPhase')}\nc\n`);
    assert.deepEqual(
      shown.lines.map((line) => line.replace(/─+$/, '')),
      ['before', '── buildPhase ', 'a', 'b', '── installPhase ', 'c'],
    );
    assert.deepEqual(shown.folds, [
      { start: 1, end: 3, kind: 'phase' },
      { start: 4, end: 5, kind: 'phase' },
    ]);
    assert.equal(shown.offset, 0);
  });

  it('of one phase keeps the numbers of its lines', async () => {
    const log = `${begins('a')}x\n${begins('buildPhase')}one\ntwo\n${begins('c')}y\n`;
    const { lines, first, total } = await page(log, { phase: 'buildPhase' });
    assert.match(lines[0] ?? '', /^── buildPhase ─+$/);
    assert.deepEqual([lines.slice(1), first, total], [['one', 'two'], 0, 3]);
    const missing = await readLogPage(
      await opened(log),
      logAddress(drvPath, { phase: 'checkPhase' }),
      signal,
    );
    assert.ok(!missing.ok && missing.error.code === 'unknown-phase');
    assert.equal(missing.error.advice, 'It has a, buildPhase, c.');
  });

  it('leads to the first error of the phase that failed, else to its last line', async () => {
    const log = `${begins('a')}x.c:1:2: error: not this\n${begins('buildPhase')}gcc -Werror x.c\nmain.c:3:1: error: this\nmore\n\n`;
    const shown = await page(log, {}, failed('buildPhase'));
    assert.equal(shown.lines[shown.failing ?? -1], 'main.c:3:1: error: this');
    assert.equal((await page(log, { phase: 'a' }, failed('buildPhase'))).failing, null);
    const silent = await page(`${begins('buildPhase')}one\ntwo\n\n`, {}, failed('buildPhase'));
    assert.equal(silent.lines[silent.failing ?? -1], 'two');
    assert.equal((await page(`${begins('buildPhase')}one\n`)).failing, null);
  });

  it('has what hooks say folded where the log names them', async () => {
    const hook = "calling 'preBuild' function hook 'addFlags' 'x'";
    const { folds } = await page(
      `${begins('buildPhase')}${hook}\na\nb\nExecuting cmakeBuildPhase\nc\nFinished executing cmakeBuildPhase\nd\n`,
    );
    assert.deepEqual(
      folds.filter(({ kind }) => kind === 'hook'),
      [
        { start: 1, end: 3, kind: 'hook' },
        { start: 4, end: 6, kind: 'hook' },
      ],
    );
  });

  it('has what marked hooks printed folded, in all of the log, of one phase and in a part', async () => {
    const log = `${begins('first')}x\n${begins('buildPhase')}a\nb\nc\n${begins('last')}${numbered(3000)}`;
    const { path, index } = await opened(log);
    const hooks = [
      { name: 'preBuild', section: 1, first: 1, last: 2 },
      { name: 'postBuild', section: 1, first: 3, last: 3 },
      { name: 'preLast', section: 2, first: 2901, last: 2980 },
    ];
    const read = async (known: Partial<LogAddress>, limits?: WindowLimits) => {
      const opening = { path, index: { ...index, hooks }, record: null };
      const both = limits && { whole: limits, part: limits };
      const found = await readLogPage(opening, logAddress(drvPath, known), signal, both);
      if (!found.ok) assert.fail(found.error.message);
      const lines = found.value.text.split('\n');
      const folds = found.value.folds.filter(({ kind }) => kind === 'hook');
      return folds.map(({ start, end }) => [lines[start], lines[end]]);
    };
    const ofLast = ['line 2900', 'line 2979'];
    assert.deepEqual(await read({}), [['a', 'b'], ofLast]);
    assert.deepEqual(await read({ phase: 'buildPhase' }), [['a', 'b']]);
    assert.deepEqual(await read({}, { bytes: 100_000, lines: 60 }), [['line 2940', 'line 2979']]);
    assert.deepEqual(await read({}, { bytes: 100_000, lines: 10 }), []);
  });

  it('is readable whatever a build prints', async () => {
    const bytes = Buffer.concat([
      Buffer.from(`${begins('buildPhase')}bad `),
      Buffer.from([0xff, 0xfe, 0]),
      Buffer.from(
        `\n 1%\r 2%\r100%\n\u001b[31mred\u001b[0m\n@nix { "action": "setPhase", "phase": "\\u001b[2J" }\n${'x'.repeat(10_000_000)}`,
      ),
    ]);
    const { lines, spans, styles } = await page(bytes, {}, null, { bytes: 20_000_000, lines: 100 });
    assert.deepEqual(lines.slice(1, 4), ['bad ��␀', '100%', 'red']);
    assert.match(lines[4] ?? '', /^@nix /);
    assert.match(lines[5] ?? '', /^x+ … 9990000 more characters$/);
    assert.deepEqual([spans, styles], [[3, 0, 3, 0], ['fg:1']]);
  });

  it('of a long one is its end, or the part around a line, with numbers that stay those of the phase', async () => {
    const log = `${begins('first')}x\n${begins('buildPhase')}${numbered(30_000)}`;
    const limits = { bytes: 1_000_000, lines: 1000 };
    const end = await page(log, { phase: 'buildPhase' }, failed('buildPhase'), limits);
    assert.match(end.lines[0] ?? '', /^· lines 29.002 to 30.001 of 30.001 /);
    assert.deepEqual([end.lines.at(-1), end.first, end.total, end.offset], ['line 29999', 29_001, 30_001, 1]);
    assert.equal(end.failing, 1000);
    for (const line of [0, 400, 5000, 12_345, 29_800]) {
      const part = await page(log, { phase: 'buildPhase', line }, null, limits);
      assert.equal(part.lines.length, part.shown + 1);
      assert.ok(part.shown >= 999 && part.shown <= 1000);
      // The first line of the phase is its heading.
      const at = line - part.first + part.offset;
      const begins = line === 0 ? /^── buildPhase/ : new RegExp(`^line ${line - 1}$`);
      assert.match(part.lines[at] ?? '', begins);
    }
    const bytes = await page(log, { phase: 'buildPhase' }, null, { bytes: 5000, lines: 100_000 });
    assert.equal(bytes.lines[1], `line ${bytes.first - 1}`);
  });

  it('of a long one has the line that it is asked for, however long its lines are', async () => {
    const wide = (count: number) =>
      Array.from({ length: count }, (_, n) => `${n} ${'x'.repeat(300)}\n`).join('');
    const log = `${begins('first')}x\n${begins('buildPhase')}${wide(30_000)}${begins('buildPhase')}${wide(9)}`;
    const limits = { bytes: 300_000, lines: 20_000 };
    for (const phase of ['buildPhase', null]) {
      const before = phase === null ? 3 : 1;
      for (const n of [7, 8000, 15_000, 25_000, 29_990]) {
        const part = await page(log, { phase, line: n + before }, null, limits);
        const at = n + before - part.first + part.offset;
        assert.match(part.lines[at] ?? '', new RegExp(`^${n} x`), `${phase ?? 'whole'} ${n}`);
      }
    }
  });

  it('opens where the failure is known to be, however much follows', async () => {
    const error = 'main.c:3:1: error: this';
    const log = `configured\n${begins('a')}x\n${phaseMark('b')}\ny\n${begins('buildPhase')}cc\n${error}\n${numbered(30_000)}error: later\n`;
    const record = failed('buildPhase', { phase: 'buildPhase', line: 2 });
    for (const limits of [undefined, { bytes: 100_000, lines: 1000 }]) {
      for (const phase of ['buildPhase', null]) {
        const shown = await page(log, { phase }, record, limits);
        assert.equal(shown.lines[shown.failing ?? -1], error);
      }
    }
    const early = await page(log, {}, failed(null, { phase: null, line: 0 }));
    assert.equal(early.lines[early.failing ?? -1], 'configured');
    assert.equal((await page(log, { phase: 'a' }, record)).failing, null);
  });

  it('without what differs from run to run is the same of two runs', async () => {
    const run = (hash: string, time: string, pid: number) =>
      page(
        `${begins('buildPhase')}\u001b[32minstalling /nix/store/${hash}-hello/bin at ${time}\nchild pid ${pid} took 1${pid}.5s\n`,
        { normalised: true },
      );
    const one = await run('0'.repeat(32), '12:13:14', 17);
    const two = await run('1a'.repeat(16), '23:59:59', 4242);
    assert.deepEqual(one.lines, two.lines);
    assert.match(one.lines[1] ?? '', /HASH-hello\/bin at TIME$/);
    assert.deepEqual(one.spans, []);
  });

  it('is written whole to a file', async () => {
    const log = await opened(`${begins('buildPhase')}\u001b[31mred\n${numbered(50_000)}last`);
    const file = join(folder, 'saved');
    const saved = await writeLog(log, logAddress(drvPath), file, new AbortController().signal);
    assert.ok(saved.ok);
    const lines = (await readFile(file, 'utf8')).split('\n');
    assert.deepEqual([lines.length, lines[1], lines.at(-2)], [50_004, 'red', 'last']);
  });
});
