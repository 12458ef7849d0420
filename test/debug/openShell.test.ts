import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenShellAnswer } from '../../server/src/protocol/debug';
import { program } from '../support/commandLine';
import { nixEnvironment } from '../support/nixEnvironment';
import type { DebugClient } from './client';
import { debugging } from './debugged';

/** What a shell where a thread stands says to these commands. */
async function say(
  client: DebugClient,
  commands: string,
  threadId = 1,
): Promise<{ readonly said: readonly string[]; readonly copy: string }> {
  const { command, env } = await client.request<OpenShellAnswer>('phasewise/openShell', {
    threadId,
    interactive: false,
  });
  const [node = '', ...args] = command;
  const folder = args.at(-1) ?? '';
  const copy = readFileSync(join(folder, 'work'), 'utf8');
  const ran = spawnSync(node, args, {
    env: { ...nixEnvironment(), ...env },
    input: commands,
    encoding: 'utf8',
  });
  assert.equal(ran.stderr.replaceAll(/^@nix .*\n/gm, ''), '');
  assert.ok(!existsSync(folder), 'nothing is left of the shell');
  assert.ok(!existsSync(copy), 'nor of its files');
  return { said: ran.stdout.trimEnd().split('\n'), copy };
}

describe('a shell where a phase stands still', function () {
  this.timeout(60_000);

  for (const isolation of ['auto', 'off'])
    it(`has all of that moment, and disturbs nothing (isolation ${isolation})`, () =>
      debugging(
        `
  buildPhase = ''
    helper() { echo "helped $1"; }
    work() {
      local inner="of the frame" list=(1 "2 3")
      plain=1
      mkdir -p sub; cd sub
      echo unsaved > file
      : stop here
      echo "$inner $plain $(< file) $PWD" | sed "s|$NIX_BUILD_TOP|TOP|" > ../result
      helper again >> ../result
    }
    set -f
    work one "two three"
    cat ../result
  '';
  installPhase = "cp ../result $out";`,
        async ({ client, file, line, text }) => {
          await client.launch({ program: file, settings: { isolation } });
          await client.setLines(file, line(': stop here'));
          await client.begin();
          await client.stop();
          const { said } = await say(
            client,
            `declare -p inner list plain; helper me; printf '<%s>' "$@"; echo; cat file; echo "\${PWD#"$NIX_BUILD_TOP"}"; trap -p DEBUG URG; shopt -qo functrace || shopt -o noglob; type -t wait
           inner=other; plain=2; helper() { :; }; echo changed > file; cd ..; rm -r sub; echo "$curPhase"; [[ -e sub ]] || echo gone\n`,
          );
          assert.deepEqual(said, [
            'declare -- inner="of the frame"',
            'declare -a list=([0]="1" [1]="2 3")',
            'declare -- plain="1"',
            'helped me',
            '<one><two three>',
            'unsaved',
            '/sub',
            'noglob         \ton',
            'builtin',
            'buildPhase',
            'gone',
          ]);
          assert.equal(await text(), ': stop here');
          assert.equal(
            await client.evaluate('echo $inner $plain $(< file) ${PWD##*/}'),
            'of the frame 1 unsaved sub',
          );
          await client.resume('next');
          await client.stop();
          await client.resume('continue');
          assert.equal(await client.end(), 0);
          assert.match(client.output('stdout'), /^of the frame 1 unsaved TOP\/sub\r?\nhelped again\r?$/m);
        },
      ));

  it('stands at a failing command, and in a subshell', () =>
    debugging(
      `
  buildPhase = ''
    work() {
      local inner=deep
      ( cd /
        : in a subshell )
      echo made > file
      grep -q other file
      echo after the failure
    }
    work
  '';
  installPhase = "mkdir $out";`,
      async ({ client, file, line }) => {
        await client.launch({ program: file });
        await client.setLines(file, line('in a subshell'));
        await client.begin();
        const stop = await client.stop();
        assert.notEqual(stop.threadId, 1);
        const inSubshell = await say(client, 'echo "$inner $PWD"\n', stop.threadId);
        assert.deepEqual(inSubshell.said, ['deep /']);
        await client.resume('continue', stop.threadId);
        assert.equal((await client.stop()).reason, 'exception');
        const failed = await say(
          client,
          'cat file; echo "$inner ${PWD##*/}"; [[ $- != *e* ]] && echo stays\n',
        );
        assert.deepEqual(failed.said, ['made', 'deep build', 'stays']);
        await client.resume('phasewise/ignoreFailure');
        assert.equal(await client.end(), 0);
        assert.match(client.output('stdout'), /^after the failure\r?$/m);
      },
    ));

  it('has none of the debugger when it is opened after a debugged phase failed', () =>
    debugging(
      `
  buildPhase = ''
    : stop here
    x=2; false
  '';
  installPhase = "mkdir $out";`,
      async ({ client, file, line, env }) => {
        await client.launch({ program: file, stopOnFailure: false });
        await client.setLines(file, line(': stop here'));
        await client.begin();
        await client.stop();
        await client.resume('continue');
        assert.equal(await client.end(), 1);
        await client.close();
        const args = [program, 'shell', file, '--phase', 'buildPhase'];
        const ran = spawnSync(process.execPath, args, {
          env: { ...nixEnvironment(), NIX_PATH: '', ...env },
          input: 'trap -p DEBUG URG; echo $x\n',
          encoding: 'utf8',
        });
        assert.equal(ran.stdout, '2\n', ran.stderr);
      },
    ));

  it('is refused while the phase runs, and gone with the debugger when nobody entered it', async () => {
    let left: readonly string[] = [];
    await debugging(
      `
  buildPhase = ''
    : stop here
    sleep 1
  '';
  installPhase = "mkdir $out";`,
      async ({ client, file, line }) => {
        await client.launch({ program: file });
        await client.setLines(file, line(': stop here'));
        await client.begin();
        await client.stop();
        const { command } = await client.request<OpenShellAnswer>('phasewise/openShell', { threadId: 1 });
        const folder = command.at(-1) ?? '';
        left = [folder, readFileSync(join(folder, 'work'), 'utf8')];
        assert.deepEqual(
          left.filter((path) => !existsSync(path)),
          [],
        );
        await client.resume('continue');
        const refused = await client.ask('phasewise/openShell', { threadId: 1 });
        assert.match(refused.message ?? '', /runs/);
        assert.equal(await client.end(), 0);
      },
    );
    assert.deepEqual(
      left.filter((path) => existsSync(path)),
      [],
    );
  });
});
