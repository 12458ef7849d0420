import { equal } from 'node:assert/strict';
import { processesWith } from '../support/commandLine';
import { completeCheckout, type Checkout } from './checkout';
import { ends, nothingIsLeft } from './endings';
import { ctrlC, nothingRunsWith, openTerminal, type Terminal } from './terminal';

describe('an interrupted window', () => {
  let checkout: Checkout;
  let terminal: Terminal | null = null;
  beforeEach(() => (checkout = completeCheckout()));
  afterEach(async () => {
    terminal?.close();
    await terminal?.exitCode;
    await nothingRunsWith(checkout.folder);
    checkout.dispose();
  });

  function start(...args: readonly string[]): Terminal {
    return (terminal = openTerminal([process.execPath, ...args], checkout.folder, checkout.env));
  }

  for (const [name, end, code] of ends.filter(([one]) => /^(Ctrl-C|SIGKILL)$/.test(one))) {
    it(`leaves nothing of a served editor on ${name}`, async () => {
      const shown = start('scripts/try.mjs', '--web');
      await shown.shows('Ctrl-C ends it.');
      const [url] = /http:\S+/.exec(shown.text()) ?? [''];
      equal((await fetch(url)).status, 200);
      end(shown);
      equal(await shown.exitCode, code);
      await nothingIsLeft(checkout, shown.text());
    }).timeout(300_000);
  }

  it('keeps what the story runs apart from the user’s own sessions', async () => {
    const env = { ...checkout.env, XDG_STATE_HOME: checkout.path('state') };
    terminal = openTerminal([process.execPath, 'scripts/try.mjs', '--smoke'], checkout.folder, env);
    await terminal.shows('runs a phase');
    terminal.press(ctrlC);
    equal(await terminal.exitCode, 130);
    await nothingIsLeft(checkout, terminal.text());
    equal(checkout.exists('state'), false);
  }).timeout(300_000);

  for (const [name, end, code] of ends.filter(([one]) => /^(Ctrl-C|SIGKILL)$/.test(one))) {
    it(`leaves nothing of the story in a headless window on ${name}`, async () => {
      const shown = start('scripts/try.mjs', '--smoke');
      await shown.shows('An example opens');
      equal(processesWith(checkout.folder).length > 5, true);
      end(shown);
      equal(await shown.exitCode, code);
      await nothingIsLeft(checkout, shown.text());
    }).timeout(300_000);
  }
});
