import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createGuardedRunner } from '../../../server/src/nix/guardian';
import { createProcessRunner } from '../../../server/src/nix/process';
import { commandLines } from '../../support/processes';

/** A number of seconds that no other process's arguments hold. */
const night = String(40_000 + Math.floor(Math.random() * 1_000_000) / 1_000_000);

function running(): readonly string[] {
  return commandLines().filter((line) => line === `sleep ${night}`);
}

async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!holds()) {
    assert.ok(Date.now() < deadline, 'waited in vain');
    await pause(20);
  }
}

describe('a guarded runner', () => {
  const program = (trap: string) => `
    const { createGuardedRunner } = require(${JSON.stringify(join(__dirname, '../../../server/src/nix/guardian.ts'))});
    const { createProcessRunner } = require(${JSON.stringify(join(__dirname, '../../../server/src/nix/process.ts'))});
    const runner = createGuardedRunner(createProcessRunner());
    runner.run('true', []);
    runner.run('sh', ['-c', ${JSON.stringify(`${trap} sleep ${night} & wait`)}]);
  `;

  for (const [what, trap] of [
    ['its children and what they started', ''],
    ['children that do not listen', 'trap "" TERM;'],
  ] as const) {
    it(`ends ${what} when its process is killed`, async () => {
      const own = spawn(process.execPath, ['--import', 'tsx', '-e', program(trap)], { stdio: 'inherit' });
      await until(() => running().length > 0);
      own.kill('SIGKILL');
      await until(() => running().length === 0);
    });
  }

  it('runs as the runner it guards does', async () => {
    const runner = createGuardedRunner(createProcessRunner());
    const pids: number[] = [];
    const result = await runner.run('sh', ['-c', 'echo out; exit 3'], { onStarted: (pid) => pids.push(pid) });
    assert.deepEqual([result.exitCode, result.stdout, pids.length], [3, 'out\n', 1]);
    const missing = await runner.run('/nowhere/program', []);
    assert.equal(missing.ended, 'notStarted');
  });
});
