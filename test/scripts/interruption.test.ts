import { equal, match } from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { processesWith } from '../support/commandLine';
import { bareCheckout, completeCheckout, realNpm, type Checkout } from './checkout';
import { endless, ends, nothingIsLeft, slowly } from './endings';
import { ctrlC, nothingRunsWith, openTerminal, until, type Terminal } from './terminal';

describe('an interrupted script', () => {
  let checkout: Checkout | null = null;
  let terminal: Terminal | null = null;

  function start(made: Checkout, ...args: readonly string[]): Terminal {
    checkout = made;
    terminal = openTerminal([process.execPath, ...args], made.folder, made.env);
    return terminal;
  }

  afterEach(async () => {
    terminal?.close();
    await terminal?.exitCode;
    if (checkout !== null) await nothingRunsWith(checkout.folder);
    checkout?.dispose();
    checkout = terminal = null;
  });

  for (const [name, end, code] of ends) {
    it(`leaves nothing of npm ci on ${name}`, async () => {
      const seconds = endless();
      const made = bareCheckout({ npm: slowly(seconds) }, { packages: false });
      const shown = start(made, 'scripts/test.mjs');
      await shown.shows('npm ci');
      await until('npm runs', () => processesWith(`sleep\0${seconds}`).length >= 5);
      end(shown);
      equal(await shown.exitCode, code);
      await nothingRunsWith(`sleep\0${seconds}`);
      await nothingIsLeft(made, shown.text());
    }).timeout(150_000);
  }

  for (const script of ['try', 'package', 'bench', 'e2e']) {
    it(`leaves nothing of npm ci when it is ${script}.mjs`, async () => {
      const seconds = endless();
      const made = bareCheckout({ npm: slowly(seconds) }, { packages: false });
      const shown = start(made, `scripts/${script}.mjs`);
      await shown.shows('npm ci');
      await until('npm runs', () => processesWith(`sleep\0${seconds}`).length >= 5);
      shown.press(ctrlC);
      equal(await shown.exitCode, 130);
      match(shown.text(), /\^C\s+· Ending everything that was started\s*$/);
      await nothingRunsWith(`sleep\0${seconds}`);
      await nothingIsLeft(made, shown.text());
    }).timeout(150_000);
  }

  it('leaves nothing when npm started it', async () => {
    const seconds = endless();
    const made = bareCheckout({ npm: slowly(seconds) }, { packages: false });
    const shown = start(made, realNpm(), 'run', 'try');
    await shown.shows('npm ci');
    await until('npm ci runs', () => processesWith(`sleep\0${seconds}`).length >= 5);
    shown.press(ctrlC);
    equal(await shown.exitCode, 130);
    match(shown.text(), /\^C\s+· Ending everything that was started\s*$/);
    await nothingRunsWith(`sleep\0${seconds}`);
    await nothingIsLeft(made, shown.text());
  }).timeout(150_000);

  it('ends when npm, which started it, was killed', async () => {
    const seconds = endless();
    const made = (checkout = bareCheckout({ npm: slowly(seconds) }, { packages: false }));
    const npm = spawn(process.execPath, [realNpm(), 'run', 'try'], {
      cwd: made.folder,
      env: made.env,
      stdio: 'ignore',
    });
    await until('npm ci runs', () => processesWith(`sleep\0${seconds}`).length >= 5);
    npm.kill('SIGKILL');
    await nothingRunsWith(`sleep\0${seconds}`);
    await nothingIsLeft(made, '');
  }).timeout(150_000);

  it('ends what a program starts when it is told to end and then leaves behind', async () => {
    const seconds = endless();
    const npm = `trap 'env -i sleep ${seconds} & exit' TERM\necho slow\nsleep ${seconds} & wait`;
    const made = (checkout = bareCheckout({ npm }, { packages: false }));
    const shown = start(made, 'scripts/try.mjs');
    await until('npm ci runs', () => processesWith(`sleep\0${seconds}`).length > 0);
    shown.signal('SIGTERM');
    equal(await shown.exitCode, 143);
    await nothingRunsWith(`sleep\0${seconds}`);
    await nothingIsLeft(made, shown.text());
  }).timeout(150_000);

  it('goes when nobody reads what it says', async () => {
    const seconds = endless();
    const made = (checkout = bareCheckout({ npm: slowly(seconds) }, { packages: false }));
    const script = spawn(process.execPath, ['scripts/try.mjs'], {
      cwd: made.folder,
      env: made.env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    script.stdout.destroy();
    equal((await once(script, 'exit'))[0], 141);
    await nothingRunsWith(`sleep\0${seconds}`);
    await nothingIsLeft(made, '');
  }).timeout(150_000);

  describe('while the distribution installs', () => {
    /** As apt-get: downloads, or installs until the file `go` is there. */
    const apt = (folder: string, seconds: string): string =>
      `case "$*" in
        *--download-only*) [ ! -e ${folder}/slow-download ] || sleep ${seconds} ;;
        *install*) touch ${folder}/begun; until [ -e ${folder}/go ]; do sleep 0.1; done; touch ${folder}/done ;;
      esac`;

    function machine(seconds: string): Checkout {
      const made = bareCheckout({ 'apt-cache': 'echo "  Candidate: 1.0"' });
      made.program('apt-get', apt(made.folder, seconds));
      return made;
    }

    for (const [name, end, code] of ends) {
      it(`lets that end on ${name}`, async () => {
        const made = machine(endless());
        const shown = start(made, 'scripts/try.mjs');
        await until('it installs', () => made.exists('begun'));
        end(shown);
        if (['Ctrl-C', 'SIGTERM', 'SIGHUP'].includes(name)) await shown.shows('Ending everything');
        if (name === 'SIGKILL') await until('the lock is gone', () => !made.exists('.cache/set-up.lock'));
        equal(made.exists('done'), false);
        writeFileSync(made.path('go'), '');
        equal(await shown.exitCode, code);
        await until('it is installed', () => made.exists('done'));
        await nothingIsLeft(made, shown.text());
      }).timeout(150_000);
    }

    it('ends a download', async () => {
      const seconds = endless();
      const made = machine(seconds);
      writeFileSync(made.path('slow-download'), '');
      const shown = start(made, 'scripts/try.mjs');
      await until('it downloads', () => processesWith(`sleep\0${seconds}`).length > 0);
      shown.press(ctrlC);
      equal(await shown.exitCode, 130);
      equal(made.exists('begun'), false);
      await nothingIsLeft(made, shown.text());
    }).timeout(150_000);
  });

  it('does not take a half installed editor for an installed one', async () => {
    const seconds = endless();
    const present = Object.fromEntries(['python3', 'make', 'g++', 'rg'].map((name) => [name, '']));
    const made = bareCheckout({ ...present, npm: slowly(seconds) });
    for (const code of [130, 130]) {
      const shown = start(made, 'scripts/bootstrap.mjs', 'host');
      await shown.shows('Installing code-server');
      await until('npm runs', () => processesWith(`sleep\0${seconds}`).length >= 5);
      equal(made.exists('.cache/code-server/package.json'), true);
      shown.press(ctrlC);
      equal(await shown.exitCode, code);
      await nothingRunsWith(`sleep\0${seconds}`);
      await nothingIsLeft(made, shown.text());
    }
  }).timeout(150_000);

  for (const [name, end, code] of ends.filter(([one]) => /Ctrl-C$|SIGKILL/.test(one))) {
    it(`leaves nothing of a running test on ${name}`, async () => {
      const seconds = endless();
      const made = completeCheckout();
      rmSync(made.path('test/grammar'), { recursive: true });
      mkdirSync(made.path('test/grammar'));
      const test = `
        import { spawn } from 'node:child_process';
        import { mkdtempSync } from 'node:fs';
        import { tmpdir } from 'node:os';
        it('runs', (done) => {
          mkdtempSync(tmpdir() + '/phasewise-slow-');
          spawn('/bin/sh', ['-c', ${JSON.stringify(slowly(seconds))}], { detached: true }).on('exit', done);
        }).timeout(0);`;
      writeFileSync(made.path('test/grammar/slow.test.ts'), test);
      const shown = start(made, 'scripts/test.mjs', 'grammar');
      await until('the test runs', () => processesWith(`sleep\0${seconds}`).length >= 5);
      end(shown);
      equal(await shown.exitCode, code);
      await nothingRunsWith(`sleep\0${seconds}`);
      await nothingIsLeft(made, shown.text());
    }).timeout(180_000);
  }
});
