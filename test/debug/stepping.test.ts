import assert from 'node:assert/strict';
import { debugging } from './debugged';

const attributes = `
  buildPhase = ''
    runHook preBuild
    helper one; echo same line
    twice "$(echo substituted)"
    printf '%s\\n' a b | while read -r entry; do
      seen=$entry
    done
    ( inside=1
      : $inside
    )
    last=1
  '';
  preBuild = ''
    : in the hook
    helper() {
      local inside=$1
      echo "helper $inside"
    }
    twice() { helper "$1"; helper "$1"; }
  '';
  installPhase = ''
    mkdir $out
  '';`;

describe('stepping', function () {
  this.timeout(60_000);

  it('goes over, into and out of functions and hooks, and on into the next phase', () =>
    debugging(attributes, async ({ client, file, text }) => {
      await client.launch({ program: file });
      await client.setFunctions('buildPhase');
      await client.begin();
      await client.stop();
      assert.equal(await text(), 'runHook preBuild');
      const steps: string[] = [];
      let thread = 1;
      const step = async (how: string): Promise<void> => {
        await client.resume(how, thread);
        const { reason, threadId } = await client.stop();
        assert.equal(reason, 'step');
        thread = threadId;
        steps.push(`${how}: ${thread === 1 ? '' : 'subshell: '}${await text(thread)}`);
      };
      // Into a hook, past stdenv's runHook.
      await step('stepIn');
      const names = (await client.frames()).map(({ name }) => name).filter((name) => !name.startsWith('_'));
      assert.deepEqual(names, ['preBuild', 'runHook', 'buildPhase', 'runPhase']);
      for (const how of ['stepOut', 'stepIn', 'next', 'next', 'next', 'stepIn']) await step(how);
      for (const how of ['next', 'stepOut', 'next', 'next']) await step(how);
      assert.deepEqual(steps, [
        'stepIn: : in the hook',
        'stepOut: helper one; echo same line',
        'stepIn: local inside=$1',
        'next: echo "helper $inside"',
        'next: helper one; echo same line',
        'next: twice "$(echo substituted)"',
        'stepIn: subshell: twice "$(echo substituted)"',
        'next: twice() { helper "$1"; helper "$1"; }',
        "stepOut: printf '%s\\n' a b | while read -r entry; do",
        'next: last=1',
        'next: mkdir $out',
      ]);
      await client.resume('continue');
      assert.equal(await client.end(), 0);
    }));

  it('tells each stopped subshell as a thread of its own', () =>
    debugging(attributes, async ({ client, file, line, text }) => {
      await client.launch({ program: file });
      await client.setLines(file, line('seen=$entry'), line(': $inside'));
      await client.begin();
      const seen: string[] = [];
      for (let count = 0; count < 3; count++) {
        const { threadId } = await client.stop();
        assert.notEqual(threadId, 1);
        const { threads } = await client.request<{ threads: { id: number; name: string }[] }>('threads');
        assert.deepEqual(
          threads.map(({ name }) => name),
          ['buildPhase', `subshell ${threadId}`],
        );
        seen.push(
          `${await text(threadId)} ${await client.evaluate('echo $entry $inside', 'repl', threadId)}`,
        );
        await client.resume('continue', threadId);
      }
      assert.deepEqual(seen, ['seen=$entry a', 'seen=$entry b', ': $inside 1']);
      assert.equal(await client.end(), 0);
    }));
});
