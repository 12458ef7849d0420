import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { StoreDerivation } from '../../server/src/nix/derivationFile';
import { quote } from './phasesShellTexts';
import {
  inBothModes,
  instantiate,
  never,
  open,
  realiseInputs,
  removeScratch,
  repository,
  scratchFolder,
} from './phasesSupport';

const execute = promisify(execFile);

async function phases(texts: Readonly<Record<string, string>>): Promise<StoreDerivation> {
  const derivation = await instantiate([
    '-E',
    `(import ${join(repository, 'examples/pkgs')} { }).stdenv.mkDerivation { name = "bad"; phases = [ ${Object.keys(
      texts,
    )
      .map((name) => `"${name}"`)
      .join(' ')} ]; ${Object.entries(texts)
      .map(([name, text]) => `${name} = ${quote(text)};`)
      .join('\n')} }`,
  ]);
  await realiseInputs(derivation);
  return derivation;
}

inBothModes('a session on bad ground', (isolation) => {
  const mode = isolation === undefined ? 'open' : 'isolated';
  let scratch = '';
  before(async () => (scratch = await scratchFolder()));
  after(() => removeScratch(scratch));

  /** Runs the phases in a process of its own, after these commands of root in a mount namespace of its own. */
  async function onMachine(
    derivation: StoreDerivation,
    commands: string,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const state = join(scratch, 'state');
    await mkdir(state, { recursive: true });
    const program = join(repository, 'test/support/phasesController.ts');
    const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
    const script = `${commands}; state=$1; shift; exec "$@"`;
    const node = [process.execPath, '--import', 'tsx', program, derivation.path, state, mode];
    const { stdout } = await execute(
      'unshare',
      [...user, '--mount', 'sh', '-ec', script, 'sh', state, ...node],
      {
        cwd: repository,
        env: { ...process.env, STATE: state, ...environment },
        maxBuffer: 1 << 26,
      },
    );
    return stdout;
  }

  it('brings back sockets, hard links, closed files and very long paths as they can be, and runs on', async () => {
    const derivation = await phases({
      aPhase: `echo one > a; ln a hard; ln -s nowhere dangling; mkfifo pipe
        perl -MIO::Socket::UNIX -e 'IO::Socket::UNIX->new(Local => "socket", Listen => 1) or die'
        here=$PWD; for i in {1..20}; do mkdir $(printf 'x%.0s' {1..200}); cd x*; done; echo deep > deep; cd $here
        mkdir closed; echo secret > closed/file; chmod 000 closed/file closed; echo -n > $'odd\\nname \\377'
        ( setsid sleep 1000 & ) > /dev/null 2>&1`,
      bPhase: `[[ a -ef hard ]]; chmod 700 closed; chmod 600 closed/file; cat closed/file; echo more >> hard; cat a
        find . -name deep -exec cat {} \\;; rm -r x* closed; ls -b; mkdir $out; wait`,
    });
    const { session, run, output, events } = await open(derivation, scratch, isolation);
    try {
      assert.equal((await run({ selection: 'all', phase: null })).status, 'ok', output());
      const first = output('bPhase');
      events.length = 0;
      const again = await run({ selection: 'from', phase: 'bPhase' });
      assert.deepEqual(
        again.phases.map(({ status, reused }) => [status, reused]),
        [
          ['ok', true],
          ['ok', false],
        ],
        output(),
      );
      assert.match(first, /^secret\none\nmore\ndeep\n/m);
      assert.equal(output('bPhase').replaceAll('socket\n', ''), first.replaceAll('socket\n', ''));
    } finally {
      await session.dispose();
    }
  });

  it('is in a removed directory again when it goes on from its folder', async () => {
    const derivation = await phases({
      aPhase: 'mkdir gone; cd gone; rmdir ../gone',
      bPhase: 'touch here 2> /dev/null || echo nowhere; mkdir $out',
    });
    const first = await open(derivation, scratch, isolation, 'gone');
    await first.run({ selection: 'until', phase: 'aPhase' });
    await first.session.release();
    const { session, run, output } = await open(derivation, scratch, isolation, 'gone');
    assert.equal((await run({ selection: 'all', phase: null })).status, 'ok');
    await session.dispose();
    assert.match(output('bPhase'), /^nowhere$/m);
  });

  it('tells once of setuid bits, which a real build may not set', async () => {
    const derivation = await phases({ aPhase: 'touch s; chmod u+s s', bPhase: 'mkdir $out; cp -p s $out/' });
    const { session, run, output, events } = await open(derivation, scratch, isolation);
    try {
      assert.equal((await run({ selection: 'all', phase: null })).status, 'ok', output());
      const notices = events.flatMap((event) => (event.type === 'notice' ? [event.text] : []));
      assert.match(notices[0] ?? '', /^A real build may stop in aPhase: .* as on s\.$/);
      assert.equal(notices.filter((text) => / aPhase: /.test(text)).length, 1);
    } finally {
      await session.dispose();
    }
  });

  it('stops endless output', async () => {
    const { session, run, output } = await open(await phases({ aPhase: 'yes' }), scratch, isolation);
    try {
      const stop = new AbortController();
      const running = run({ selection: 'all', phase: null }, stop.signal);
      while (!output().includes('y\ny\n')) await new Promise(setImmediate);
      stop.abort();
      assert.equal((await running).status, 'cancelled');
    } finally {
      await session.dispose();
    }
  });

  it('says where outputs cannot be written', async () => {
    const { session, run } = await open(await phases({ aPhase: 'mkdir $out' }), scratch, isolation);
    try {
      await run({ selection: 'all', phase: null });
      const made = await session.outputs('/proc/phasewise', never);
      assert.equal(made.ok ? null : made.error.code, 'output-not-copied');
      assert.match(made.ok ? '' : made.error.message, /\/proc\/phasewise/);
      assert.ok((await session.outputs(null, never)).ok);
    } finally {
      await session.dispose();
    }
  });

  it('runs on where the disk of the sessions is full, and says what that costs', async () => {
    const derivation = await phases({
      aPhase: 'head -c 3000000 /dev/urandom > big',
      bPhase: 'wc -c < big',
      cPhase: 'mkdir $out',
    });
    const output = await onMachine(derivation, 'mount -t tmpfs -o size=1500k full "$STATE"');
    assert.match(output, /result: aPhase ok 0\nresult: bPhase ok 0\nresult: cPhase ok 0\n/, output);
    assert.match(output, /notice: .*space.*Running bPhase again will begin further back\./);
    assert.match(output, /^3000000$/m);
  });

  it('runs where the store cannot be written', async () => {
    const output = await onMachine(
      await phases({ aPhase: 'mkdir $out; echo $out > $out/f' }),
      'mount --bind /nix /nix; mount -o remount,bind,ro /nix',
    );
    assert.match(output, /result: aPhase ok 0\n/);
    // A Nix without a daemon may be unable to say there what the inputs need: then the session says so.
    assert.match(output, isolation === undefined ? /isolation: none/ : /isolation: (?:namespace|none \S)/);
  });

  it('fails as a build does where nothing in /tmp may be executed', async () => {
    const derivation = await phases({
      aPhase: 'printf "#!/bin/sh\\necho ran\\n" > program; chmod +x program; sh program; ./program',
    });
    const output = await onMachine(
      derivation,
      // Not so the programs of the test itself, wherever they are.
      'mount --rbind /tmp /tmp; mount --bind "$PWD" "$PWD"; mount -o remount,bind,noexec /tmp',
    );
    assert.match(output, /^ran\n(.*\n)*.*Permission denied\n/m);
    assert.match(output, /result: aPhase failed 126\n/);
  });

  it('writes nothing beside its own folders', async () => {
    const [home, temporary] = [join(scratch, 'home'), join(scratch, 'temporary')];
    await mkdir(home);
    await mkdir(temporary);
    const output = await onMachine(await phases({ aPhase: 'echo $NIX_BUILD_TOP; mkdir $out' }), ':', {
      HOME: home,
      TMPDIR: temporary,
      XDG_CACHE_HOME: join(home, 'cache'),
    });
    assert.match(output, /result: aPhase ok 0\n/);
    assert.deepEqual(await readdir(home), []);
    // The program that transforms our own TypeScript keeps a folder here; the session does not.
    assert.deepEqual(
      (await readdir(temporary)).filter((name) => !/^(?:tsx-|node-compile-cache)/.test(name)),
      [],
    );
    const work = /^(\/tmp\/\w+)\/build$/m.exec(output)?.[1];
    if (work !== undefined) await assert.rejects(stat(work), { code: 'ENOENT' });
  });
});
