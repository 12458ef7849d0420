import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { debugging } from './debugged';

describe('failures of a debugged phase', function () {
  this.timeout(60_000);

  it('stop with the locals alive, and are ignored on request, in a function too', () =>
    debugging(
      `
  buildPhase = ''
    helper() {
      local inside=$1
      false
      result=$inside
    }
    helper value
    cat missing-file
    echo "result is $result, errexit is $-"
    set +e
    false
    set -e
  '';
  installPhase = ''echo "$result" > $out'';`,
      async ({ client, file, text }) => {
        await client.launch({ program: file });
        await client.begin();
        const first = await client.stop();
        assert.deepEqual([first.reason, first.text], ['exception', 'exit code 1 from: false']);
        assert.equal(await text(), 'false');
        const some = { threadId: 1, startFrame: 0, levels: 20 };
        const stack = await client.request<{ stackFrames: unknown[]; totalFrames: number }>(
          'stackTrace',
          some,
        );
        assert.equal(stack.totalFrames, stack.stackFrames.length);
        const locals = await client.variables((await client.scope('Locals')).variablesReference);
        assert.deepEqual(
          locals.map(({ name, value }) => [name, value]),
          [['inside', 'value']],
        );
        const info = await client.request<{ exceptionId: string }>('exceptionInfo', { threadId: 1 });
        assert.equal(info.exceptionId, 'exit code 1');
        await client.resume('phasewise/ignoreFailure');
        const second = await client.stop();
        assert.equal(second.reason, 'exception');
        assert.equal(await text(), 'cat missing-file');
        await client.resume('phasewise/ignoreFailure');
        assert.equal(await client.end(), 0);
        assert.match(client.output('stdout'), /result is value, errexit is \S*e/);
      },
    ));

  it('end the phase when they are not ignored, with its status and one stop for one failure', () =>
    debugging(
      `
  buildPhase = ''
    x=$(exit 3)
    echo not reached
  '';`,
      async ({ client, file, text }) => {
        await client.launch({ program: file });
        await client.begin();
        const stop = await client.stop();
        assert.equal(stop.reason, 'exception');
        assert.equal(await text(stop.threadId), 'x=$(exit 3)');
        await client.resume('continue', stop.threadId);
        assert.equal(await client.end(), 3);
        assert.doesNotMatch(client.output('stdout'), /not reached/);
      },
    ));

  it('in a subshell stop once', () =>
    debugging(
      `
  buildPhase = ''
    ( cd /
      false )
    echo not reached
  '';`,
      async ({ client, file, text }) => {
        await client.launch({ program: file });
        await client.begin();
        const stop = await client.stop();
        assert.notEqual(stop.threadId, 1);
        assert.equal(await text(stop.threadId), 'false )');
        await client.resume('continue', stop.threadId);
        assert.equal(await client.end(), 1);
      },
    ));

  it('do not stop when that is not wanted, nor where a script takes care of them', () =>
    debugging(
      `
  buildPhase = ''
    if false; then :; fi
    false || true
    ! true
    while false; do :; done
    false && true
    set +e; false; set -e
    false | true
  '';
  installPhase = "mkdir $out; false";`,
      async ({ client, file }) => {
        await client.launch({ program: file, stopOnFailure: false });
        await client.begin();
        assert.equal(await client.end(), 1);
      },
    ));

  it('are avoided by skipping a command', () =>
    debugging(
      `
  buildPhase = ''
    before=1
    before=2
    exit 9
    after=1
  '';
  installPhase = ''echo $before $after $- > $out'';`,
      async ({ client, file, line, text, folder }) => {
        await client.launch({ program: file });
        await client.setLines(file, line('before=2'), line('exit 9'));
        await client.begin();
        for (const here of ['before=2', 'exit 9']) {
          await client.stop();
          assert.equal(await text(), here);
          await client.resume('phasewise/skipCommand');
        }
        assert.equal(await client.end(), 0);
        const path = /^out: (.*)$/m.exec(client.output('console'))?.[1] ?? folder;
        assert.match(readFileSync(path, 'utf8'), /^1 1 \S*e/);
      },
    ));

  it('of the builder are refused where there is no bash', () =>
    debugging('', async ({ client, folder }) => {
      const file = `${folder}/raw.nix`;
      const { writeFileSync } = await import('node:fs');
      writeFileSync(
        file,
        'derivation { name = "raw"; system = builtins.currentSystem; builder = "/bin/sh"; args = [ "-c" "echo > $out" ]; }',
      );
      await client.request('initialize', { adapterID: 'phasewise' });
      const answer = await client.ask('launch', { program: file });
      assert.equal(answer.success, false);
      assert.match(answer.message ?? '', /no phases that could be stopped/);
      const missing = await client.ask('launch', { program: `${folder}/missing.nix` });
      assert.match(missing.message ?? '', /no file/);
      const wrong = await client.ask('launch', { program: 5 });
      assert.match(wrong.message ?? '', /"program"/);
    }));
});
