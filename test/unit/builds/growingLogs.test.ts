import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GrowingLogs } from '../../../server/src/builds/growingLogs';
import { KeptLogs } from '../../../server/src/builds/logs/keptLogs';

const logger = { info: () => undefined, warn: () => undefined, error: () => undefined };
const drvPath = '/nix/store/00000000000000000000000000000000-hello-1.0.drv';
const never = new AbortController().signal;

describe('logs as they grow', () => {
  let folder: string;
  let kept: KeptLogs;
  let logs: GrowingLogs;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'phasewise-growing-'));
    kept = new KeptLogs(folder, logger);
    logs = new GrowingLogs();
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const begun = () => {
    const subject = { kind: 'build', name: 'hello-1.0', drvPath, file: null, attr: '' } as const;
    return logs.of(drvPath, kept.begin(subject));
  };

  it('are read from the beginning to the end, whole and in order, by whoever comes in the middle', async () => {
    const log = begun();
    const lines = Array.from({ length: 20_000 }, (_, n) => `line ${n} é\n`);
    for (const line of lines.slice(0, 12_000)) log.write(line);
    let read = '';
    const reading = logs.read(drvPath, (text) => (read += text), never);
    for (const line of lines.slice(12_000, 15_000)) log.write(line);
    await new Promise((resolve) => setTimeout(resolve, 20));
    for (const line of lines.slice(15_000)) log.write(line);
    log.close();
    assert.equal(await reading, 'ended');
    assert.equal(read, lines.join(''));
    assert.equal(await readFile(log.path, 'utf8'), lines.join(''));
    assert.equal(await logs.read(drvPath, () => undefined, never), null);
  });

  it('come to the reader, and into the file, while the build goes on', async () => {
    const log = begun();
    log.write('');
    let read = '';
    const reading = logs.read(drvPath, (text) => (read += text), never);
    log.write('one\n');
    const deadline = Date.now() + 10_000;
    while (read === '' && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(read, 'one\n');
    assert.equal(await readFile(log.path, 'utf8'), 'one\n');
    log.close();
    await reading;
  });

  it('leave a reader who has gone', async () => {
    const log = begun();
    const gone = new AbortController();
    const reading = logs.read(drvPath, () => undefined, gone.signal);
    gone.abort();
    assert.equal(await reading, 'ended');
    log.close();
  });

  it('are none when nothing was said, and that of the build before stays', async () => {
    const first = begun();
    first.write('first\n');
    first.close();
    begun().close();
    const found = await kept.list({ drvPath });
    assert.deepEqual(
      found.map(({ path }) => path),
      [first.path],
    );
    assert.equal(await readFile(first.path, 'utf8'), 'first\n');
  });
});
