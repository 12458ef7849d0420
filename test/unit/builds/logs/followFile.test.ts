import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { followFile } from '../../../../server/src/builds/logs/followFile';

const never = new AbortController().signal;

describe('a file that grows', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'phasewise-follow-'));
    path = join(folder, 'log');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is read from its beginning to what was written before its end was told, characters whole', async () => {
    const lines = Array.from({ length: 40_000 }, (_, n) => `line ${n} é\n`);
    const bytes = Buffer.from(lines.join(''));
    const cuts = [0, 7, 300_001, 300_002, bytes.length];
    await writeFile(path, '');
    let read = '';
    let ended = false;
    const reading = followFile(
      path,
      { onText: (text) => void (read += text), goesOn: () => Promise.resolve(!ended) },
      never,
    );
    for (const [index, cut] of cuts.slice(1).entries()) {
      await appendFile(path, bytes.subarray(cuts[index], cut));
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    ended = true;
    assert.equal(await reading, true);
    assert.equal(read, lines.join(''));
  });

  it('waits until each piece was taken', async () => {
    await writeFile(path, 'x'.repeat(1_000_000));
    let going = 0;
    const taken = await followFile(
      path,
      {
        onText: async () => {
          assert.equal(going++, 0);
          await new Promise((resolve) => setTimeout(resolve, 5));
          going--;
        },
        goesOn: () => Promise.resolve(false),
      },
      never,
    );
    assert.equal(taken, true);
  });

  it('is left when nobody reads on, and is none when it is not there', async () => {
    await writeFile(path, 'text');
    const gone = new AbortController();
    const reader = { onText: () => gone.abort(), goesOn: () => Promise.resolve(true) };
    assert.equal(await followFile(path, reader, gone.signal), true);
    assert.equal(await followFile(join(folder, 'none'), reader, never), false);
  });
});
