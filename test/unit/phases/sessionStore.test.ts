import assert from 'node:assert/strict';
import { access, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProcessRunner, type ProcessRunner } from '../../../server/src/nix/process';
import { lockSession, type SessionLock } from '../../../server/src/phases/sessionLock';
import { dropSession } from '../../../server/src/phases/sessionStore';

const never = new AbortController().signal;
const id = 'hello-0123';

describe('dropping a session', () => {
  let state: string;
  let folder: string;
  beforeEach(async () => {
    state = await mkdtemp(join(tmpdir(), 'phasewise-drop-'));
    folder = join(state, 'sessions', id);
    // More than is removed in our own process: `rm` is started for it.
    const logs = join(folder, 'logs');
    await mkdir(logs, { recursive: true });
    await Promise.all(Array.from({ length: 200 }, (_, n) => writeFile(join(logs, `${n}`), '')));
  });
  afterEach(() => rm(state, { recursive: true, force: true }));

  it('leaves nothing of it', async () => {
    assert.ok((await dropSession(state, id, createProcessRunner(), never)).ok);
    assert.deepEqual(await readdir(join(state, 'sessions')), []);
  });

  it('lets nobody begin in it whose files would go with it', async () => {
    const begun: SessionLock[] = [];
    let asked = 0;
    const real = createProcessRunner();
    const runner: ProcessRunner = {
      run: async (program, args, options) => {
        asked++;
        const lock = await lockSession(folder, never);
        if (lock.ok) begun.push(lock.value);
        if (lock.ok) await writeFile(join(folder, 'begun'), '');
        return real.run(program, args, options);
      },
    };
    await dropSession(state, id, runner, never);
    assert.ok(asked > 0);
    if (begun.length > 0) await access(join(folder, 'begun'));
    for (const lock of begun) await lock.release();
  });
});
