import assert from 'node:assert/strict';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { DebugClient } from './client';
import { debugging, type Debugged } from './debugged';

async function choose(
  client: DebugClient,
  filters: readonly string[],
  filterOptions: readonly DebugProtocol.ExceptionFilterOptions[] = [],
): Promise<readonly DebugProtocol.Breakpoint[]> {
  type Body = { readonly breakpoints: DebugProtocol.Breakpoint[] };
  return (await client.request<Body>('setExceptionBreakpoints', { filters, filterOptions })).breakpoints;
}

/** Runs to the stop that a filter makes, with only that filter chosen; its line, null where bash does not tell it, and text. */
async function stopsFor(filter: string, { client, file, text }: Debugged): Promise<readonly unknown[]> {
  await client.launch({ program: file });
  await choose(client, [filter]);
  await client.begin();
  const stop = await client.stop();
  assert.equal(stop.reason, 'exception');
  const [frame] = await client.frames(stop.threadId);
  return [frame?.source === undefined ? null : await text(stop.threadId), stop.text];
}

/** What the innermost function has of its own. */
async function locals(client: DebugClient): Promise<readonly string[]> {
  const { variablesReference } = await client.scope('Locals');
  return (await client.variables(variablesReference)).map(({ name, value }) => `${name}=${value}`);
}

const leaving = `
  buildPhase = ''
    leave() {
      local why=$1
      ( exit 4 ) || echo "subshell $?"
      if [[ $why == nothing ]]; then exit 0; fi
      [[ -z $why ]] || exit 7
      echo "went on"
    }
    leave wish
  '';
  installPhase = "mkdir $out";`;

describe('filters of the Exceptions view', function () {
  this.timeout(60_000);

  it('stop at exit in the function that calls it, where it can be skipped', () =>
    debugging(leaving, async (debugged) => {
      const { client } = debugged;
      const found = await stopsFor('exit', debugged);
      assert.deepEqual(found, ['[[ -z $why ]] || exit 7', 'exit 7']);
      assert.deepEqual(await locals(client), ['why=wish']);
      const info = await client.request<{ exceptionId: string }>('exceptionInfo', { threadId: 1 });
      assert.equal(info.exceptionId, 'exit 7');
      await client.resume('phasewise/ignoreFailure');
      assert.equal(await client.end(), 0);
      assert.match(client.output('stdout'), /subshell 4\nwent on\n/);
    }));

  it('stop once at an exit, also at one that no text shows, and end with its status', () =>
    debugging(
      `
  buildPhase = ''
    final=set
    eval "ex""it 5"
  '';`,
      async (debugged) => {
        const { client } = debugged;
        assert.deepEqual(await stopsFor('exit', debugged), [null, 'exit 5']);
        assert.equal(await client.evaluate('echo $final'), 'set');
        const refused = await client.ask('phasewise/ignoreFailure', { threadId: 1 });
        assert.equal(refused.success, false);
        assert.match(refused.message ?? '', /is ending/);
        await client.resume('continue');
        assert.equal(await client.end(), 5);
      },
    ));

  it('stop at an unset variable with the locals of its function', () =>
    debugging(
      `
  buildPhase = ''
    set -u
    helper() {
      local inside=$1
      echo "$missing"
    }
    echo "$HOME" > /dev/null
    helper value
  '';`,
      async (debugged) => {
        const { client } = debugged;
        const found = await stopsFor('unset', debugged);
        assert.deepEqual(found, ['echo "$missing"', 'missing: unbound variable']);
        assert.deepEqual(await locals(client), ['inside=value']);
        await client.resume('continue');
        assert.equal(await client.end(), 1);
      },
    ));

  it('stop at a syntax error, at the line that bash names', () =>
    debugging(
      `
  buildPhase = ''
    echo before
    if true; then
      echo inside
    done
  '';`,
      async (debugged) => {
        const { client } = debugged;
        const [line, text] = await stopsFor('syntax', debugged);
        assert.equal(line, 'done');
        assert.match(String(text), /syntax error near unexpected token/);
        await client.resume('continue');
        assert.notEqual(await client.end(), 0);
      },
    ));

  it('stop at a command after output that matches a pattern, and refuse what is none', () =>
    debugging(
      `
  buildPhase = ''
    echo fine
    echo -e "\\033[31mwarning: odd\\033[0m" >&2
    until [[ -e ready ]]; do sleep 0.05; done
  '';
  installPhase = "mkdir $out";`,
      async ({ client, file }) => {
        await client.launch({ program: file, from: 'buildPhase' });
        const refused = await choose(client, ['output'], [{ filterId: 'output', condition: '(' }]);
        assert.deepEqual(
          refused.map(({ verified }) => verified),
          [false, false],
        );
        const set = await choose(client, [], [{ filterId: 'output', condition: '^warning: o' }]);
        assert.equal(set[0]?.verified, true);
        await client.begin();
        const stop = await client.stop();
        assert.deepEqual([stop.reason, stop.text], ['exception', 'warning: odd']);
        await choose(client, []);
        await client.evaluate('touch ready');
        await client.resume('continue');
        assert.equal(await client.end(), 0);
      },
    ));

  it('stop for a text that ends with a status of failure, and none of them when none is chosen', () =>
    debugging(
      `
  buildPhase = ''
    : first
    [[ -n "" ]] && echo never
  '';`,
      async ({ client, file, text }) => {
        await client.launch({ program: file });
        await client.begin();
        const stop = await client.stop();
        assert.equal(stop.reason, 'exception');
        assert.equal(await text(), '[[ -n "" ]] && echo never');
        await choose(client, []);
        await client.resume('phasewise/restartPhase');
        assert.equal((await client.stop()).reason, 'entry');
        await client.resume('continue');
        assert.equal(await client.end(), 1);
      },
    ));
});
