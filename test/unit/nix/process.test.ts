import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createProcessRunner,
  descendantsOf,
  endDescendants,
  spawnChild,
} from '../../../server/src/nix/process';
import { procTable, psTable } from '../../../server/src/nix/processTree';
import { commandLinesWith, leftOver } from '../../support/processes';

const runner = createProcessRunner();

/** A number of seconds that marks the processes of one test. */
let counter = 0;
function mark(): string {
  counter += 1;
  return `9${process.pid}${counter}`;
}

function running(text: string): readonly string[] {
  return commandLinesWith(`sleep ${text}`);
}

async function appears(text: string, count: number): Promise<void> {
  for (let tries = 0; running(text).length < count; tries += 1) {
    assert.ok(tries < 100, `${count} × sleep ${text}`);
    await sleep(20);
  }
}

describe('the process runner', () => {
  it('gives output, exit code and signal', async () => {
    const result = await runner.run('sh', ['-c', 'echo out; echo err >&2; exit 3']);
    assert.deepEqual(
      [result.stdout, result.stderr, result.exitCode, result.ended],
      ['out\n', 'err\n', 3, 'exit'],
    );
    const killed = await runner.run('sh', ['-c', 'kill -USR1 $$']);
    assert.deepEqual([killed.exitCode, killed.signal], [null, 'SIGUSR1']);
  });

  it('hands arguments, folder and environment over as they are', async () => {
    const args = ['a b', '$HOME', '"\'', ';', '', 'é'];
    const result = await runner.run(
      'sh',
      ['-c', 'for x; do echo "<$x>"; done; pwd; echo "$ONLY"; env | wc -l', 'sh', ...args],
      {
        cwd: '/',
        env: { ONLY: 'one', PATH: process.env['PATH'] ?? '' },
      },
    );
    assert.equal(
      result.stdout.split('\n').slice(0, 8).join('\n'),
      [...args.map((arg) => `<${arg}>`), '/', 'one'].join('\n'),
    );
  });

  it('says why a program never started, for every way to fail', async () => {
    assert.equal((await runner.run('/nosuch/program', [])).startError, 'ENOENT');
    assert.equal((await runner.run('/etc/passwd', [])).startError, 'EACCES');
    assert.equal((await runner.run('sh', ['-c', 'true'], { cwd: '/nosuch' })).startError, 'ENOENT');
    assert.equal((await runner.run('echo', ['nul\u0000byte'])).startError, 'ERR_INVALID_ARG_VALUE');
    assert.equal((await runner.run('echo', ['x'.repeat(3 << 20)])).startError, 'E2BIG');
  });

  it('feeds standard input and survives a child that does not read it', async () => {
    assert.equal((await runner.run('cat', [], { stdin: 'é\n' })).stdout, 'é\n');
    assert.equal((await runner.run('true', [], { stdin: 'x'.repeat(1 << 22) })).exitCode, 0);
    assert.equal((await runner.run('cat', [])).stdout, '');
  });

  it('keeps a bounded output, or gives every chunk to a listener', async () => {
    const result = await runner.run('sh', ['-c', 'yes | head -c 100000'], { maxOutputBytes: 10 });
    assert.deepEqual([result.stdout, result.truncated], ['y\ny\ny\ny\ny\n', true]);
    let bytes = 0;
    const heard = await runner.run('sh', ['-c', 'yes | head -c 100000000'], {
      onStdout: (chunk) => {
        bytes += chunk.length;
      },
    });
    assert.deepEqual([bytes, heard.stdout, heard.truncated], [100_000_000, '', false]);
  });

  it('reads what comes in bulk in large pieces, all of it and in order, and what comes alone at once', async () => {
    const pieces: string[] = [];
    const result = await runner.run('sh', ['-c', 'echo begin >&2; seq 1 300000 >&2; echo end >&2; exit 3'], {
      bulkStderr: true,
      onStderr: (chunk) => pieces.push(String(chunk)),
    });
    const lines = pieces.join('').split('\n');
    assert.deepEqual([result.exitCode, lines.length, lines[0], lines.at(-2)], [3, 300_003, 'begin', 'end']);
    assert.ok(lines.slice(1, 300_001).every((line, index) => line === String(index + 1)));
    const seconds = mark();
    const controller = new AbortController();
    const cancelled = await runner.run('sh', ['-c', `echo alone >&2; sleep ${seconds}`], {
      bulkStderr: true,
      onStderr: () => controller.abort(),
      signal: controller.signal,
    });
    assert.equal(cancelled.ended, 'cancelled');
    assert.deepEqual(await leftOver(`sleep ${seconds}`), []);
    const never = await runner.run('/nosuch/program', [], { bulkStderr: true });
    assert.equal(never.startError, 'ENOENT');
    const left = await runner.run('sh', ['-c', `sleep ${seconds} & echo done >&2`], { bulkStderr: true });
    assert.equal(left.stderr, 'done\n');
    assert.deepEqual(await leftOver(`sleep ${seconds}`), []);
  });

  it('ends the whole tree when the time is over: other groups, other sessions, deaf ones', async () => {
    const seconds = mark();
    const script = `setsid sleep ${seconds} & (trap '' TERM; sleep ${seconds} & wait; sleep ${seconds}) & trap '' TERM; while :; do sleep ${seconds}; done`;
    const asked = runner.run('bash', ['-c', script], { timeoutMs: 700, graceMs: 200 });
    await appears(seconds, 3);
    const result = await asked;
    assert.equal(result.ended, 'timeout');
    assert.deepEqual(await leftOver(`sleep ${seconds}`), []);
  });

  it('lets a child end by itself after SIGTERM', async () => {
    const result = await runner.run(
      'bash',
      ['-c', 'trap "echo bye; exit 7" TERM; while :; do sleep 0.05; done'],
      {
        timeoutMs: 300,
      },
    );
    assert.deepEqual([result.stdout, result.exitCode, result.ended], ['bye\n', 7, 'timeout']);
  });

  it('ends on cancellation, before the start and after', async () => {
    const seconds = mark();
    assert.equal((await runner.run('sleep', [seconds], { signal: AbortSignal.abort() })).ended, 'cancelled');
    const controller = new AbortController();
    const asked = runner.run('sleep', [seconds], { signal: controller.signal });
    await appears(seconds, 1);
    controller.abort();
    assert.equal((await asked).ended, 'cancelled');
    assert.deepEqual(await leftOver(`sleep ${seconds}`), []);
  });

  it('ends a child that needs too much memory', async () => {
    const script = 'x=0123456789abcdef; while :; do x=$x$x; sleep 0.02; done';
    const result = await runner.run('bash', ['-c', script], {
      maxResidentBytes: 64 << 20,
      graceMs: 0,
      timeoutMs: 15_000,
    });
    assert.equal(result.ended, 'memory');
  });

  it('does not wait for what a child left behind with its output', async () => {
    const seconds = mark();
    const result = await runner.run('sh', ['-c', `sleep ${seconds} & echo done`]);
    assert.equal(result.stdout, 'done\n');
    assert.deepEqual(await leftOver(`sleep ${seconds}`), []);
  });

  it('runs many at once', async () => {
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) => runner.run('echo', [String(index)])),
    );
    assert.deepEqual(
      results.map(({ stdout }) => stdout.trim()),
      Array.from({ length: 20 }, (_, index) => String(index)),
    );
  });
});

describe('a long-lived child', () => {
  it('talks over its pipes, takes signals, and ends with all it started', async () => {
    const seconds = mark();
    const started = await spawnChild(
      'bash',
      [
        '-c',
        `setsid sleep ${seconds} & trap 'echo hup' HUP; while :; do read -r -t 1 line && echo "got $line"; done`,
      ],
      {
        stdio: ['pipe', 'pipe', 'ignore'],
      },
    );
    assert.ok(started.ok);
    const child = started.value;
    child.stdin?.write('hello\n');
    const [chunk] = (await once(child.stdout!, 'data')) as [Buffer];
    assert.equal(chunk.toString(), 'got hello\n');
    assert.equal(child.signal('SIGHUP'), true);
    assert.equal(String(((await once(child.stdout!, 'data')) as [Buffer])[0]), 'hup\n');
    await appears(seconds, 1);
    assert.ok((await descendantsOf(child.pid)).length >= 1);
    await child.kill();
    assert.deepEqual(await child.exited, { exitCode: null, signal: 'SIGKILL' });
    assert.deepEqual(await leftOver(`sleep ${seconds}`), []);
    assert.equal(child.signal('SIGTERM'), false);
    await child.kill();
  });

  it('keeps running while what it started is ended', async () => {
    const seconds = mark();
    const started = await spawnChild(
      'bash',
      ['-c', `sleep ${seconds} & sleep ${seconds} & wait; echo alone; exit 5`],
      {
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    assert.ok(started.ok);
    await appears(seconds, 2);
    await endDescendants(started.value.pid, 500);
    assert.deepEqual(await started.value.exited, { exitCode: 5, signal: null });
  });

  it('that cannot start is a value', async () => {
    const started = await spawnChild('/nosuch', []);
    assert.equal(!started.ok && started.error.code, 'ENOENT');
  });
});

describe('the table of processes', () => {
  it('of ps finds descendants and memory, whatever the columns look like', async () => {
    const listing =
      '    1     0   900\n   10     1  2048\n   11    10    12\n   12    11     8\n   13     1     4\ngarbage\n';
    const table = psTable(
      () => Promise.resolve(listing),
      (pid) => pid === 11,
    );
    assert.deepEqual(
      (await table.descendants([10])).map(({ pid }) => pid),
      [11, 12],
    );
    assert.equal(await table.residentBytes(10), 2048 * 1024);
    assert.equal(await table.residentBytes(99), null);
    assert.ok(table.identify(11) !== null && table.identify(12) === null);
  });

  it('of Linux reads names with parentheses and spaces, and knows the dead', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'phasewise proc '));
    try {
      const stat = (state: string) => `7 (a) b (c) ${state} 1 7 7 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 4242 0 0`;
      mkdirSync(join(folder, '7/task/7'), { recursive: true });
      writeFileSync(join(folder, '7/stat'), stat('S'));
      writeFileSync(join(folder, '7/task/7/children'), '8 9 ');
      assert.deepEqual(procTable(folder).identify(7), { pid: 7, startTime: '4242' });
      assert.deepEqual(await procTable(folder).descendants([7]), []);
      writeFileSync(join(folder, '7/stat'), stat('Z'));
      assert.equal(procTable(folder).identify(7), null);
      assert.equal(await procTable(folder).residentBytes(7), null);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
