import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const source = join(__dirname, '../../../server/src/nix/bulkPipe');

describe('pipes for many lines', () => {
  it('leave nothing when our process ends while one is made', async function () {
    this.timeout(20_000);
    const folder = await mkdtemp(join(tmpdir(), 'phasewise-pipes-'));
    try {
      const program = `
        const { BulkPipes } = require(${JSON.stringify(source)});
        const { readdirSync } = require('node:fs');
        new BulkPipes(() => {
          console.log(readdirSync(${JSON.stringify(folder)}).join());
          process.exit(0);
        }).take();
      `;
      const env = { ...process.env, TMPDIR: folder };
      const args = ['--import', 'tsx', '-e', program];
      const { stdout } = await promisify(execFile)(process.execPath, args, { env });
      assert.match(stdout, /phasewise-pipe-/);
      assert.deepEqual(
        (await readdir(folder)).filter((name) => name.startsWith('phasewise-')),
        [],
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
