import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeptLogs, type LogLimits } from '../../../../server/src/builds/logs/keptLogs';
import type { LogSubject } from '../../../../server/src/builds/logs/logWriter';
import { failureOf } from '../../../support/modelSamples';

const drvPath = '/nix/store/00000000000000000000000000000000-hello-1.0.drv';
const build: LogSubject = { kind: 'build', name: 'hello-1.0', drvPath, file: '/a.nix', attr: '' };
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

describe('the logs that are kept', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'phasewise-logs-'))));
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const open = (limits?: LogLimits) => new KeptLogs(folder, quiet, limits);

  async function written(logs: KeptLogs, subject: LogSubject, text: string) {
    const log = logs.begin(subject);
    log.write(text);
    log.follow({ type: 'finished', status: 'ok', seconds: 1, failure: null });
    log.close();
    await logs.settled();
  }

  it('have what happened beside them, for whoever reads them later', async () => {
    const log = open().begin(build);
    log.write('@nix { "action": "setPhase", "phase": "buildPhase" }\nmaking\n');
    log.follow({ type: 'phaseFinished', phase: 'buildPhase', status: 'failed', seconds: 2, lines: 1 });
    const failure = failureOf({ phase: 'buildPhase' });
    log.follow({ type: 'finished', status: 'failed', seconds: 3, failure });
    log.close();
    // Which line said so may be known later; records of older versions do not tell it.
    assert.equal((await open().get(log.id))?.record.failedAt, null);
    log.failedIn({ phase: 'buildPhase', line: 0 });
    const [kept, ...others] = await open().list({ drvPath });
    assert.ok(kept !== undefined && others.length === 0);
    const { status, seconds, failedPhase, failedAt, phases, complete } = kept.record;
    assert.deepEqual(failedAt, { phase: 'buildPhase', line: 0 });
    assert.deepEqual(
      { status, seconds, failedPhase, complete },
      { status: 'failed', seconds: 3, failedPhase: 'buildPhase', complete: true },
    );
    assert.deepEqual(phases, [{ name: 'buildPhase', status: 'failed', seconds: 2, lines: 1 }]);
    assert.equal((await open().index(kept)).sections[0]?.phase, 'buildPhase');
    assert.match(await readFile(kept.path, 'utf8'), /\nmaking\n$/);
  });

  it('are read though an older version wrote them', async () => {
    const log = open().begin(build);
    log.write('text\n');
    log.close();
    const path = join(folder, 'logs', `${log.id}.json`);
    const older = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
    delete older['failedAt'];
    await writeFile(path, JSON.stringify(older));
    assert.equal((await open().get(log.id))?.record.failedAt, null);
  });

  it('of a run of phases are its output under the phases', async () => {
    const log = open().begin({ ...build, kind: 'run' });
    log.follow({ type: 'phaseStarted', phase: 'buildPhase' });
    log.follow({ type: 'output', phase: 'buildPhase', text: 'a\nb' });
    log.close();
    const [kept] = await open().list({ file: '/a.nix', attr: '' });
    assert.deepEqual(kept?.record.index?.sections, [{ phase: 'buildPhase', start: 0, first: 0, lines: 2 }]);
    assert.equal(kept.record.status, 'interrupted');
  });

  it('are found by file and attribute or by derivation, the newest first', async () => {
    const logs = open();
    for (const [attr, path] of [
      ['', drvPath],
      ['', drvPath.replace('0000', '1111')],
      ['x', drvPath],
    ] as const)
      await written(logs, { ...build, attr, drvPath: path, name: `${attr}${path}` }, 'text\n');
    const names = async (filter: Parameters<KeptLogs['list']>[0]) =>
      (await logs.list(filter)).map(({ record }) => record.name);
    assert.deepEqual(await names({ file: '/a.nix', attr: '' }), [drvPath.replace('0000', '1111'), drvPath]);
    assert.deepEqual(await names({ drvPath }), [`x${drvPath}`, drvPath]);
    assert.deepEqual(await names({ file: '/b.nix', attr: '' }), []);
  });

  it('are none when nothing was said', async () => {
    open().begin(build).close();
    assert.deepEqual(await readdir(folder), []);
  });

  it('are read up to now while they are written, by their writer whole and by others as far as it is on the disk', async () => {
    const logs = open();
    const log = logs.begin(build);
    log.write('a\nb\n');
    const [own] = await logs.list({ drvPath });
    assert.equal((await logs.index(own!)).lines, 2);
    const [others] = await open().list({ drvPath });
    assert.equal(others?.record.status, 'running');
    assert.equal((await open().index(others)).lines, 2);
    log.close();
  });

  it('of a process that was killed are told as interrupted, with all that was written', async () => {
    const log = open().begin(build);
    log.write('a\n');
    log.index();
    const [record] = (await readdir(join(folder, 'logs'))).filter((file) => file.endsWith('.json'));
    const path = join(folder, 'logs', record!);
    const text = await readFile(path, 'utf8');
    const writer = { pid: process.pid, startTime: 'another' };
    await writeFile(path, JSON.stringify({ ...(JSON.parse(text) as object), writer }));
    const [kept] = await open().list({ drvPath });
    assert.equal(kept?.record.status, 'interrupted');
    assert.equal((await open().index(kept)).lines, 1);
    log.close();
  });

  it('stay within bounds: the oldest go first, the newest stays however large', async () => {
    const logs = open({ bytes: 25, count: 3 });
    for (const text of ['one\n', 'two\n', 'three\n', 'four\n']) await written(logs, build, text);
    assert.equal((await logs.list({ drvPath })).length, 3);
    await written(logs, build, 'x'.repeat(100));
    const left = await logs.list({ drvPath });
    assert.equal(left.length, 1);
    assert.equal(left[0]?.record.index?.bytes, 100);
    assert.equal((await readdir(join(folder, 'logs'))).length, 2);
  });

  it('are left out when their record is broken or of a name that is not ours', async () => {
    await written(open(), build, 'a\n');
    const [record] = (await readdir(join(folder, 'logs'))).filter((file) => file.endsWith('.json'));
    for (const bad of ['', '{', 'null', '{"kind":"build"}', '[1]']) {
      await writeFile(join(folder, 'logs', record!), bad);
      assert.deepEqual(await open().list({ drvPath }), []);
    }
    assert.equal(await open().get('../../etc/passwd'), null);
  });
});
