import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rewriteBytes } from '../../../server/src/phases/outputRewriting';
import { copyOutput } from '../../../server/src/phases/outputs';

const rewrite = (text: string) => rewriteBytes(Buffer.from(text), '/tmp/abcde', '/nix/store').toString();

describe('rewriting outputs', () => {
  it('puts the store directory back and leaves the build directory', () => {
    assert.equal(rewrite('x/tmp/abcde/h-n:/tmp/abcde'), 'x/nix/store/h-n:/nix/store');
    assert.equal(rewrite('/tmp/abcde/build/x /tmp/abcde/build'), '/tmp/abcde/build/x /tmp/abcde/build');
    assert.equal(rewrite('/tmp/abcde/buildings'), '/nix/store/buildings');
    assert.equal(rewrite('/tmp/abcdf'), '/tmp/abcdf');
  });

  it('finds every place in a large file, wherever its pieces are cut', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rewriting-'));
    try {
      const unit = '/tmp/abcde/aaaa-x /tmp/abcde/build \u0000\u00ff/tmp/abc ';
      const text = unit.repeat(Math.ceil(9_000_000 / unit.length)) + '/tmp/abcde';
      await writeFile(join(folder, 'in'), text, 'latin1');
      const copied = await copyOutput(
        join(folder, 'in'),
        join(folder, 'out'),
        { redirect: { work: '/tmp/abcde', store: '/nix/store' }, hashes: [] },
        new AbortController().signal,
      );
      assert.equal(copied.ok, true);
      const expected = text
        .replaceAll('/tmp/abcde/aaaa', '/nix/store/aaaa')
        .replace(/\/tmp\/abcde$/, '/nix/store');
      assert.ok((await readFile(join(folder, 'out'), 'latin1')) === expected);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
