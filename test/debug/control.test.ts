import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { debugging } from './debugged';

const attributes = `
  dontConfigure = true;
  patchPhase = ''
    echo patched >> steps
    : in patch
  '';
  buildPhase = ''
    echo built >> steps
    for i in 1 2 3; do
      : in build $i
    done
    : after the loop
  '';
  installPhase = ''
    : in install
    cp steps $out
    cat steps
  '';`;

describe('control of a debugged run', function () {
  this.timeout(60_000);

  it('goes to a phase again, back to one before, on to a later one, and to the cursor', () =>
    debugging(attributes, async ({ client, file, line, text }) => {
      await client.launch({ program: file });
      await client.setLines(file, line(': in build'));
      await client.begin();
      await client.stop();
      assert.equal(await text(), ': in build $i');
      // To the cursor, as an editor does it: a breakpoint for a moment.
      await client.setLines(file, line(': after the loop'));
      await client.resume('continue');
      assert.equal((await client.stop()).reason, 'breakpoint');
      assert.equal(await text(), ': after the loop');
      await client.setLines(file);

      const [frame] = await client.frames();
      await client.request('restartFrame', { frameId: frame?.id });
      assert.equal((await client.stop()).reason, 'entry');
      assert.equal(await text(), 'echo built >> steps');
      await client.resume('next');
      await client.stop();
      await client.resume('stepBack');
      await client.stop();
      assert.equal(await text(), 'echo built >> steps');
      assert.equal(await client.evaluate('cat steps'), 'patched');
      await client.resume('stepBack');
      await client.stop();
      assert.equal(await text(), 'echo patched >> steps');
      assert.equal(await client.evaluate('[[ -e steps ]] || echo none'), 'none');

      const targets = async (words: string) => {
        const args = { source: { path: file }, line: line(words) };
        return (await client.request<DebugProtocol.GotoTargetsResponse['body']>('gotoTargets', args)).targets;
      };
      assert.deepEqual(await targets('name ='), []);
      const [install] = await targets(': in install');
      assert.equal(install?.label, 'Go on to installPhase');
      await client.request('goto', { threadId: 1, targetId: install.id });
      assert.equal((await client.stop()).reason, 'goto');
      assert.equal(await text(), ': in install');
      const [build] = await targets(': after the loop');
      assert.equal(build?.label, 'Begin buildPhase again');
      await client.request('goto', { threadId: 1, targetId: build.id });
      assert.equal((await client.stop()).reason, 'goto');
      assert.equal(await text(), 'echo built >> steps');
      await client.resume('continue');
      assert.equal(await client.end(), 0);
      assert.doesNotMatch(client.output(), /Killed/);
      assert.match(client.output('stdout'), /patched\nbuilt\n/);
    }));

  it('begins a failed phase again with what was edited, and keeps where it is when that cannot be evaluated', () =>
    debugging(
      `
  buildPhase = ''
    echo begun
    cat missing > result
    : afterwards
  '';
  installPhase = "cp result $out; cat result";`,
      async ({ client, file, line, text }) => {
        await client.launch({ program: file });
        await client.setLines(file, line(': afterwards'));
        await client.begin();
        assert.equal((await client.stop()).reason, 'exception');
        const before = readFileSync(file, 'utf8');
        writeFileSync(file, before.replace('cat missing', 'cat ${'));
        const refused = await client.ask('phasewise/restartPhase', { threadId: 1 });
        assert.equal(refused.success, false);
        assert.match(refused.message ?? '', /syntax error/);
        assert.equal(await text(), 'cat missing > result');
        const edited = before.replace('cat missing', '\n    echo mended');
        writeFileSync(file, edited);
        await client.resume('phasewise/restartPhase');
        const moved = (await client.next('breakpoint')) as DebugProtocol.BreakpointEvent;
        assert.equal(moved.body.breakpoint.verified, true);
        assert.equal((await client.stop()).reason, 'entry');
        // The breakpoint's line is another statement's now.
        await client.resume('continue');
        assert.equal((await client.stop()).reason, 'breakpoint');
        const here = (await client.frames())[0]?.line ?? 0;
        assert.equal(edited.split('\n')[here - 1]?.trim(), 'echo mended > result');
        await client.resume('continue');
        assert.equal(await client.end(), 0);
        assert.match(client.output('stdout'), /mended\n/);
      },
    ));
});
