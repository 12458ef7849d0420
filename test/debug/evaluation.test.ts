import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { makeWorkspace } from '../cli/workspace';
import { nixEnvironment } from '../support/nixEnvironment';
import { commandLinesWith, leftOver } from '../support/processes';
import { DebugClient, type Stop } from './client';

const [, major = 0, minor = 0] =
  /(\d+)\.(\d+)/.exec(execFileSync('nix', ['--version'], { env: nixEnvironment(), encoding: 'utf8' })) ?? [];
const version = Number(major) * 1000 + Number(minor);

const text = `let
  number = 20;
  make = { size, label ? "é" }:
    /* é */ builtins.break (derivation {
      name = "made\${toString size}";
      system = builtins.currentSystem;
      builder = ./builder.sh;
      inherit label;
    });
  set = { inner = [ 1 "two" (throw "never") ]; plain = x: x; };
in
make { size = number + set.more or 1; }
`;

interface Evaluated {
  readonly client: DebugClient;
  readonly file: string;
  readonly line: (words: string) => number;
}

async function evaluating(written: string, use: (evaluated: Evaluated) => Promise<void>): Promise<void> {
  const workspace = makeWorkspace();
  workspace.write('builder.sh', '');
  const file = workspace.write('package.nix', written);
  const temporary = join(workspace.folder, 'temporary');
  mkdirSync(temporary);
  const client = new DebugClient({ ...workspace.env, TMPDIR: temporary });
  const line = (words: string): number => written.split('\n').findIndex((one) => one.includes(words)) + 1;
  try {
    await use({ client, file, line });
  } catch (error) {
    throw new Error(`${(error as Error).stack ?? ''}\n${client.output()}${client.stderr}`);
  } finally {
    await client.close();
    workspace.dispose();
  }
}

async function places(client: DebugClient): Promise<readonly string[]> {
  return (await client.frames()).map(({ name, line, column }) => `${name} ${line}:${column}`);
}

async function scopeOf(client: DebugClient, name: string): Promise<readonly DebugProtocol.Variable[]> {
  return client.variables((await client.scope(name)).variablesReference);
}

/** As a client does on the user's click. */
async function valueOf(client: DebugClient, variable: DebugProtocol.Variable | undefined) {
  assert.equal(variable?.presentationHint?.lazy, true, JSON.stringify(variable));
  const [value] = await client.variables(variable.variablesReference);
  assert.ok(value);
  return value;
}

describe('an evaluation under a debugger', function () {
  it('is refused with a clear word where Nix has no debugger', async function () {
    if (version >= 2009) return;
    await evaluating(text, async ({ client, file }) => {
      await client.request('initialize', { adapterID: 'phasewise' });
      const answer = await client.ask('launch', { program: file, evaluate: true });
      assert.equal(answer.success, false);
      assert.match(
        answer.message ?? '',
        /Nix 2\.\d+\S* has no debugger of evaluations: it came with Nix 2\.9/,
      );
      assert.match(answer.message ?? '', /phasewise\.nix\.path/);
    });
  });

  if (version < 2009) return;

  it('stops at builtins.break with its stack and names, whose values are evaluated on request', () =>
    evaluating(text, async ({ client, file, line }) => {
      await client.launch({ program: file, evaluate: true });
      const [set] = await client.setLines(file, line('name ='));
      assert.equal(set?.verified, false);
      assert.match(set.message ?? '', /builtins\.break/);
      await client.begin();
      assert.equal((await client.stop()).reason, 'breakpoint');
      const stack = await places(client);
      // The column after the comment counts characters, not bytes.
      assert.equal(stack[0], `calling a function ${line('builtins.break')}:13`);
      assert.ok(
        stack.some((one) => one.endsWith(`${line('make { size')}:1`)),
        stack.join('\n'),
      );
      const [frame] = await client.frames();
      assert.equal(frame?.source?.path, file);
      const bound = await scopeOf(client, 'Bound');
      assert.deepEqual(bound.map(({ name }) => name).sort(), ['label', 'make', 'number', 'set', 'size']);
      const named = (name: string) => bound.find((one) => one.name === name);
      assert.equal((await valueOf(client, named('size'))).value, '21');
      assert.equal((await valueOf(client, named('label'))).value, '"é"');
      const whole = await valueOf(client, named('set'));
      assert.equal(whole.value, '{ 2 attributes }');
      const [inner, plain] = await client.variables(whole.variablesReference);
      assert.equal((await valueOf(client, plain)).value, '«function»');
      const list = await valueOf(client, inner);
      assert.equal(list.indexedVariables, 3);
      const [, second, third] = await client.variables(list.variablesReference);
      assert.equal((await valueOf(client, second)).value, '"two"');
      assert.equal((await valueOf(client, third)).value, 'never');
      await client.resume('continue');
      assert.equal(await client.end(), 0);
    }));

  it('evaluates expressions and commands, and nothing that would end it', () =>
    evaluating(text, async ({ client, file }) => {
      await client.launch({ program: file, evaluate: true });
      await client.begin();
      await client.stop();
      assert.equal(await client.evaluate('size * 2 # a comment', 'hover'), '42');
      assert.equal(await client.evaluate('{\n  a = size;\n}.a', 'repl'), '21');
      assert.equal(await client.evaluate('own = size + 1'), '');
      assert.equal(await client.evaluate('own'), '22');
      assert.match(await client.evaluate(':p set.plain 5'), /^5$/m);
      assert.match(await client.evaluate(':bt'), /calling a function/);
      const frameId = (await client.frames())[0]?.id;
      const refuse = async (expression: string, why: RegExp) => {
        const answer = await client.ask('evaluate', { expression, frameId, context: 'repl' });
        assert.equal(answer.success, false, JSON.stringify(answer.body));
        assert.match(answer.message ?? '', why);
      };
      await refuse('size +', /no expression/);
      await refuse(') (', /no expression/);
      await refuse('nosuch', /undefined variable 'nosuch'/);
      await refuse('throw "own words"', /^own words$/);
      await refuse(':p (size', /no expression/);
      await refuse('own = size +', /in one line/);
      await refuse(':q', /going on is for the debugger/);
      await refuse(':c', /going on is for the debugger/);
      const { targets } = await client.request<DebugProtocol.CompletionsResponse['body']>('completions', {
        frameId,
        text: 'toString num',
        column: 13,
      });
      await client.scope('Bound');
      assert.ok(Array.isArray(targets));
      await client.resume('next');
      const { reason } = await client.stop();
      assert.equal(reason, 'step');
      await client.resume('continue');
      assert.equal(await client.end(), 0);
    }));

  it('stops at an error with its words, at none that is caught or not wanted, and ends with it', () =>
    evaluating(
      `let caught = builtins.tryEval (throw "inner"); bad = n: throw "first
line \${toString n}";
in if caught.success then 1 else derivation { name = bad 3; }\n`,
      async ({ client, file }) => {
        await client.launch({ program: file, evaluate: true });
        await client.begin();
        const stop: Stop = await client.stop();
        assert.deepEqual([stop.reason, stop.text], ['exception', 'first\nline 3']);
        const info = await client.request<{ description: string }>('exceptionInfo', { threadId: 1 });
        assert.equal(info.description, 'first\nline 3');
        assert.equal(await client.evaluate('n', 'hover'), '3');
        await client.resume('continue');
        assert.equal(await client.end(), 1);
        assert.match(client.output('stderr'), /error:[^]*line 3/);
        assert.doesNotMatch(client.output(), /phasewise-|debugger$/m);
        const again = new DebugClient({});
        await again.launch({ program: file, evaluate: true, stopOnFailure: false });
        await again.begin();
        assert.equal(await again.end(), 1);
        await again.close();
      },
    ));

  it('reads the text that is not saved, and is ended while it evaluates', () =>
    evaluating(`1\n`, async ({ client, file }) => {
      const unsaved = `# a line more\nlet f = x: builtins.break (x + builtins.stringLength (builtins.readFile ./builder.sh)); loop = n: loop (n + 1); in\n builtins.seq (f 1) (loop 0)\n`;
      await client.launch({ program: file, evaluate: true, unsaved });
      await client.begin();
      await client.stop();
      const [frame] = await client.frames();
      assert.deepEqual([frame?.source?.path, frame?.line], [file, 2]);
      assert.equal(await client.evaluate('x'), '1');
      await client.resume('continue');
      const refused = await client.ask('pause', { threadId: 1 });
      assert.match(refused.message ?? '', /builtins\.break/);
      await client.request('terminate');
      assert.equal((await client.next('exited')).event, 'exited');
    }));

  it('that is ended while something is built that it needs leaves no process and no build directory', () => {
    const sleep = `sleep 3${String(process.pid).padStart(7, '0')}`;
    const script = `seq 8000 | xargs touch; ${sleep}`;
    const needed = `derivation {
      name = "needed"; system = builtins.currentSystem; builder = "/bin/sh"; PATH = "/usr/bin:/bin";
      args = [ "-c" "${script}" ]; unique = "${Date.now()}";
    }`;
    return evaluating(`builtins.seq (builtins.break 1) (import (${needed}))\n`, async ({ client, file }) => {
      await client.launch({ program: file, evaluate: true });
      await client.begin();
      await client.stop();
      await client.resume('continue');
      for (let tries = 0; commandLinesWith(sleep).every((line) => line !== sleep); tries += 1) {
        assert.ok(tries < 500, 'it is not built');
        await pause(20);
      }
      await client.request('terminate');
      await client.next('exited');
      assert.deepEqual(await leftOver(sleep), []);
      const left = readdirSync(join(dirname(file), 'temporary'));
      assert.deepEqual(
        left.filter((name) => name.startsWith('nix-build-')),
        [],
      );
    });
  });

  it('says whose error it is when the debugger itself ends', () =>
    evaluating(`builtins.break 1\n`, async ({ client, file }) => {
      await client.launch({ program: file, evaluate: true });
      await client.begin();
      await client.stop();
      const [pid] = execFileSync('pgrep', ['-f', '--', `--debugger --impure.*${file}`], {
        encoding: 'utf8',
      }).split('\n');
      process.kill(Number(pid), 'SIGABRT');
      await client.next('exited');
      assert.match(client.output('stderr'), /The debugger of Nix 2\.\S+ ended by itself \(SIGABRT\)/);
    }));
});
