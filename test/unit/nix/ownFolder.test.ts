import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeOwnFolder, removeAbandonedFolders } from '../../../server/src/nix/ownFolder';

describe('our folders among the temporary files', () => {
  it('are removed an hour after the process that made them was killed, and no others', async () => {
    const gone = execFileSync('/bin/sh', ['-c', 'echo $$'], { encoding: 'utf8' }).trim();
    const abandoned = await mkdtemp(join(tmpdir(), `phasewise-evaluator-${gone}-`));
    const stranger = await mkdtemp(join(tmpdir(), `phasewise-${gone}-`));
    const own = await makeOwnFolder('evaluator');
    try {
      await writeFile(join(abandoned, 'request-0'), '');
      await removeAbandonedFolders();
      assert.ok(existsSync(abandoned), 'it may be of a process that cannot be seen from here');
      await removeAbandonedFolders(Date.now() + 2 * 60 * 60_000);
      assert.deepEqual([abandoned, stranger, own].map(existsSync), [false, true, true]);
    } finally {
      for (const folder of [abandoned, stranger, own]) await rm(folder, { recursive: true, force: true });
    }
  });
});
