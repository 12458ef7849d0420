import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { processesWith } from '../support/commandLine';
import type { DebugClient } from './client';
import { debugging } from './debugged';

const asleep = `sleep\x001000.${process.pid}`;
const sleeping = `
  buildPhase = ''
    : first
    sleep 1000.${process.pid}
  '';`;
/** The same, asked for by another program. */
const sleepingBelow = sleeping.replace(/sleep .*/, (sleep) => `sh -c '${sleep}; true'`);

/** Waits until no process is left that has this in its command line or environment. */
async function nothingLeft(text: string): Promise<void> {
  for (let tries = 0; tries < 250 && processesWith(text).length > 0; tries++) await pause(40);
  assert.deepEqual(processesWith(text), []);
}

describe('the end of a debug session', function () {
  this.timeout(60_000);

  for (const [how, end] of [
    ['the editor goes away', (client) => client.closeInput()],
    ['the adapter is killed', (client) => client.kill('SIGKILL')],
    ['the adapter is told to end', (client) => client.kill('SIGTERM')],
  ] as const satisfies readonly (readonly [string, (client: DebugClient) => void])[]) {
    it(`leaves nothing running when ${how} while a phase stands still`, () =>
      debugging(sleeping, async ({ client, file, line, folder }) => {
        await client.launch({ program: file });
        await client.setLines(file, line(': first'));
        await client.begin();
        await client.stop();
        const state = join(folder, '../state/phasewise');
        assert.notDeepEqual(processesWith(state), []);
        end(client);
        await client.exited;
        await nothingLeft(state);
      }));
  }

  it('comes on request while a program runs, which a pause shows', () =>
    debugging(sleepingBelow, async ({ client, file }) => {
      await client.launch({ program: file });
      await client.begin();
      while (!client.output().includes('Running phase: buildPhase')) await client.next('output');
      for (;;) {
        await client.resume('pause');
        assert.equal((await client.stop()).reason, 'pause');
        const names = (await client.frames()).map(({ name }) => name);
        // Each program below the one that started it.
        const at = names.findIndex((name) => /^\u00a0\u00a0sleep 1000/.test(name));
        if (at > 0 && /^sh -c sleep 1000/.test(names[at - 1] ?? '')) break;
        await client.resume('continue');
      }
      await client.request('terminate');
      assert.equal((await client.next('exited')).event, 'exited');
      await client.next('terminated');
      await nothingLeft(asleep);
    }));

  it('is no end when the phase is begun again: its files are those from before it', () =>
    debugging(
      `
  buildPhase = ''
    echo again >> count
    : here
  '';
  installPhase = "cp count $out; cat count";`,
      async ({ client, file, line, text }) => {
        await client.launch({ program: file });
        await client.setLines(file, line(': here'));
        await client.begin();
        await client.stop();
        assert.equal(await client.evaluate('cat count'), 'again');
        await client.resume('phasewise/restartPhase');
        assert.equal((await client.stop()).reason, 'entry');
        assert.equal(await text(), 'echo again >> count');
        await client.resume('continue');
        await client.stop();
        assert.equal(await client.evaluate('cat count'), 'again');
        await client.resume('continue');
        assert.equal(await client.end(), 0);
      },
    ));

  it('comes where the launch says, from the phase that it says, with a stop at its first command', () =>
    debugging(
      `
  buildPhase = ''
    : building
  '';
  installPhase = "mkdir $out";`,
      async ({ client, file, text }) => {
        await client.launch({ program: file, from: 'buildPhase', until: 'buildPhase', stopOnEntry: true });
        await client.begin();
        assert.equal((await client.stop()).reason, 'entry');
        assert.equal(await text(), ': building');
        await client.resume('next');
        assert.equal(await client.end(), 0);
        assert.doesNotMatch(client.output(), /installPhase/);
      },
    ));

  it('keeps two sessions apart', () =>
    debugging(sleeping.replace(/sleep .*/, ': second'), async (one) =>
      debugging(sleeping.replace(/sleep .*/, ': third'), async (two) => {
        for (const { client, file, line } of [one, two]) {
          await client.launch({ program: file, until: 'buildPhase' });
          await client.setLines(file, line(': first'));
          await client.begin();
        }
        for (const { client } of [one, two]) await client.stop();
        for (const [{ client, text }, last] of [
          [one, ': second'],
          [two, ': third'],
        ] as const) {
          await client.resume('next');
          await client.stop();
          assert.equal(await text(), last);
          await client.resume('continue');
          assert.equal(await client.end(), 0);
        }
      }),
    ));
});
