import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Durations } from '../../../server/src/builds/durations';

const logger = { info: () => undefined, warn: () => undefined, error: () => undefined };

describe('how long builds took', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'phasewise-durations-'));
    file = join(folder, 'state', 'durations.json');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const phase = (name: string, seconds: number) => ({ name, seconds, lines: 1 });

  it('is known to the next process, for every version of the package, as the middle of the last five', async () => {
    const first = new Durations(file, logger);
    assert.equal(first.estimate('hello-1.0'), null);
    for (const seconds of [100, 1, 9, 3, 4, 5]) {
      await first.record('hello-1.0', seconds, [phase('buildPhase', seconds / 10)]);
    }
    const estimate = new Durations(file, logger).estimate('hello-2.0-rc1');
    assert.deepEqual(estimate, { seconds: 4, phases: { buildPhase: 0.4 } });
    assert.equal(first.estimate('hello-world-1.0'), null);
  });

  it('of phases that were run alone is kept, and says nothing of the whole', async () => {
    const durations = new Durations(file, logger);
    await durations.record('hello-1.0', null, [phase('buildPhase', 3)]);
    assert.deepEqual(durations.estimate('hello-1.0'), { seconds: null, phases: { buildPhase: 3 } });
    await durations.record('hello-1.0', 8, []);
    assert.deepEqual(new Durations(file, logger).estimate('hello-1.0'), {
      seconds: 8,
      phases: { buildPhase: 3 },
    });
  });

  it('loses nothing of what two windows record, one after the other', async () => {
    const [one, two] = [new Durations(file, logger), new Durations(file, logger)];
    await one.record('a-1', 1, []);
    await two.record('b-1', 2, []);
    await Promise.all([one.record('c-1', 3, []), one.record('d-1', 4, [])]);
    const kept = Object.keys(JSON.parse(await readFile(file, 'utf8')) as object);
    assert.deepEqual(kept, ['a', 'b', 'c', 'd']);
  });

  it('keeps five hundred names, the latest, and few phases of a build that announces many', async () => {
    const durations = new Durations(file, logger);
    const phases = Array.from({ length: 5000 }, (_, n) => phase(`forged${n}`, 1));
    await durations.record('first', 1, []);
    const names = Array.from({ length: 500 }, (_, n) => [`name${n}x`, { total: [n], phases: {} }] as const);
    await writeFile(file, JSON.stringify(Object.fromEntries(names)));
    await durations.record('name504x', 1, phases);
    const kept = JSON.parse(await readFile(file, 'utf8')) as Record<string, { phases: object }>;
    assert.equal(Object.keys(kept).length, 500);
    assert.ok(!('name0x' in kept));
    assert.equal(Object.keys(kept['name504x']?.phases ?? {}).length, 40);
  });

  it('begins anew where the file is none of ours', async () => {
    await new Durations(file, logger).record('a-1', 1, []);
    for (const text of [
      '',
      '[1',
      '[]',
      '{"a":3}',
      '{"a":{"total":["x"],"phases":{}}}',
      '{"a":{"total":[]}}',
    ]) {
      await writeFile(file, text);
      assert.equal(new Durations(file, logger).estimate('a-1'), null);
    }
    await new Durations(file, logger).record('a-1', 7, []);
    assert.equal(new Durations(file, logger).estimate('a-1')?.seconds, 7);
  });

  it('costs nothing but itself where it cannot be written', async () => {
    const warnings: string[] = [];
    const durations = new Durations(join(folder, 'x'.repeat(300), 'd.json'), {
      ...logger,
      warn: (text) => warnings.push(text),
    });
    await durations.record('a-1', 1, []);
    assert.equal(warnings.length, 1);
  });
});
