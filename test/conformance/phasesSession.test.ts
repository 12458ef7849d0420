import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rm, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { StoreDerivation } from '../../server/src/nix/derivationFile';
import { openSession } from '../../server/src/phases/session';
import type { SessionEvent } from '../../server/src/phases/sessionEvents';
import type { OpenedSession } from './phasesSupport';
import {
  closeClean,
  inBothModes,
  instantiate,
  never,
  olderSetup,
  open,
  processesOf,
  realiseInputs,
  removeScratch,
  repository,
  scratchFolder,
  sessionOptions,
  tinyStdenv,
  unwrap,
} from './phasesSupport';

/** Phases of these texts, in this order, over the examples' stdenv. */
function phases(texts: Readonly<Record<string, string>>, more = ''): Promise<StoreDerivation> {
  const quoted = Object.entries(texts).map(
    ([name, text]) => `"${name}" = ''${text.replaceAll("''", "'''").replaceAll('${', "''${")}'';`,
  );
  return instantiate([
    '-E',
    `(import ${join(repository, 'examples/pkgs')} { }).stdenv.mkDerivation {
      name = "session"; phases = [ ${Object.keys(texts)
        .filter((name) => name.endsWith('Phase'))
        .map((name) => `"${name}"`)
        .join(' ')} ]; ${quoted.join('\n')} ${more} }`,
  ]);
}

const statuses = (result: { phases: readonly { name: string; status: string; reused: boolean }[] }) =>
  result.phases.map(({ name, status, reused }) => `${name} ${status}${reused ? ' reused' : ''}`);

/** A folder with the programs that show a store of the user's own in its place, and not the one that makes a terminal. */
async function withoutScript(folder: string): Promise<string> {
  const bin = join(folder, 'no script');
  await rm(bin, { recursive: true, force: true });
  await mkdir(bin);
  for (const name of ['unshare', 'mount', 'mkdir', 'cp', 'chroot']) {
    for (const place of ['/usr/sbin', '/usr/bin']) {
      if (existsSync(join(place, name))) await symlink(join(place, name), join(bin, name));
    }
  }
  return bin;
}

inBothModes('a phase session', (isolation) => {
  let scratch = '';
  let opened: OpenedSession | null = null as OpenedSession | null;
  before(async () => (scratch = await scratchFolder()));
  after(() => removeScratch(scratch));
  afterEach(async () => {
    if (opened !== null) await closeClean(opened);
    opened = null;
  });
  async function session(texts: Readonly<Record<string, string>>, more = ''): Promise<OpenedSession> {
    opened = await open(await phases(texts, more), scratch, isolation);
    return opened;
  }
  /** Waits until this has been printed. */
  async function printed(text: string): Promise<void> {
    for (let round = 0; round < 500 && opened?.output().includes(text) !== true; round++) await delay(10);
    assert.ok(opened?.output().includes(text), opened?.output());
  }

  describe('runs what is selected', () => {
    const texts = {
      aPhase: 'echo a; x=${x-}a; echo $x > a',
      bPhase: 'echo b; x=${x-}b; cat a; echo b >> a',
      cPhase: 'echo c=$x; cat a; mkdir $out',
    };

    it('runs first what has not run, and reuses what has', async () => {
      const { run } = await session(texts);
      assert.deepEqual(statuses(await run({ selection: 'only', phase: 'bPhase' })), [
        'aPhase ok',
        'bPhase ok',
      ]);
      assert.deepEqual(statuses(await run({ selection: 'until', phase: 'bPhase' })), [
        'aPhase ok reused',
        'bPhase ok reused',
      ]);
      const all = await run({ selection: 'all', phase: null });
      assert.deepEqual(statuses(all), ['aPhase ok reused', 'bPhase ok reused', 'cPhase ok']);
      assert.equal(all.complete, true);
      assert.match(opened?.output('cPhase') ?? '', /c=ab\na\nb\n/);
    });

    it('runs a phase again from the shell and the files that it began with', async () => {
      const { run, events } = await session(texts);
      await run({ selection: 'all', phase: null });
      events.length = 0;
      const again = await run({ selection: 'only', phase: 'bPhase' });
      assert.deepEqual(statuses(again), ['aPhase ok reused', 'bPhase ok']);
      assert.equal(again.complete, false);
      assert.deepEqual(
        [...(opened?.session.statuses ?? [])],
        [
          ['aPhase', 'ok'],
          ['bPhase', 'ok'],
        ],
      );
      assert.match(opened?.output('bPhase') ?? '', /b\na\n$/);
      events.length = 0;
      assert.deepEqual(statuses(await run({ selection: 'from', phase: 'bPhase' })), [
        'aPhase ok reused',
        'bPhase ok',
        'cPhase ok',
      ]);
      assert.match(opened?.output('cPhase') ?? '', /c=ab\na\nb\n$/);
    });

    it('begins anew when asked to', async () => {
      const { run } = await session(texts);
      await run({ selection: 'until', phase: 'bPhase' });
      const fresh = await run({ selection: 'only', phase: 'aPhase', fresh: true });
      assert.deepEqual(statuses(fresh), ['aPhase ok']);
      assert.deepEqual(
        await readdir(`${opened?.session.workFolder ?? ''}/build`).then((names) => names.includes('a')),
        true,
      );
    });

    it('says which phases there are when one is unknown', async () => {
      const { session: live } = await session(texts);
      const result = await live.run(
        { selection: 'only', phase: '$(touch /tmp/x); aPhase' },
        () => undefined,
        never,
      );
      assert.equal(result.ok ? null : result.error.code, 'unknown-phase');
    });

    it('tells what happens in events', async () => {
      const { run, events } = await session(texts);
      await run({ selection: 'until', phase: 'bPhase' });
      assert.deepEqual(
        events
          .map((event) => (event.type === 'started' ? event.phases.join(' ') : event.type))
          .filter((type) => type !== 'output'),
        ['aPhase bPhase', 'phaseStarted', 'phaseFinished', 'phaseStarted', 'phaseFinished'],
      );
    });

    it('refuses a second run at the same time', async () => {
      const { session: live, run } = await session({ aPhase: 'sleep 0.3' });
      const first = run({ selection: 'all', phase: null });
      const second = await live.run({ selection: 'all', phase: null }, () => undefined, never);
      assert.equal(second.ok ? null : second.error.code, 'session-busy');
      assert.equal((await first).status, 'ok');
    });
  });

  it('says which phases stdenv skips', async () => {
    opened = await open(
      await instantiate([
        '-E',
        `(import ${join(repository, 'examples/pkgs')} { }).stdenv.mkDerivation { name = "skips"; dontUnpack = true; dontBuild = true; installPhase = "mkdir $out"; }`,
      ]),
      scratch,
      isolation,
    );
    const result = await opened.run({ selection: 'all', phase: null });
    const skipped = result.phases.filter(({ status }) => status === 'skipped').map(({ name }) => name);
    assert.deepEqual(skipped, ['unpackPhase', 'buildPhase', 'checkPhase', 'installCheckPhase', 'distPhase']);
    assert.deepEqual(
      opened.session.phases.filter(({ runs }) => !runs).map(({ name }) => name),
      skipped,
    );
  });

  it('keeps variables local to a phase as stdenv does, and runs hooks in their places', async () => {
    const { run } = await session({
      aPhase: 'local gone=1; declare alsoGone=1; kept=1; runHook preThing; echo a',
      bPhase: 'echo "${gone-no} ${alsoGone-no} $kept $fromHook"',
      preThing: 'fromHook=yes\necho hook',
    });
    await run({ selection: 'all', phase: null });
    assert.match(opened?.output('bPhase') ?? '', /no no 1 yes/);
  });

  it('names the line of a hook that failed, the first one of a statement over several', async () => {
    const { run } = await session({
      aPhase: 'echo start\nrunHook preThing\necho end',
      preThing: 'echo hook\ncat \\\n  /nonexistent/1 \\\n  /nonexistent/2\necho after',
    });
    const result = await run({ selection: 'all', phase: null });
    const failed = result.phases[0];
    assert.deepEqual(failed?.failedCommand?.place, { text: 'preThing', line: 2, endLine: 4, exact: true });
    assert.equal(failed.message, 'aPhase failed with exit code 1.');
    assert.ok(failed.failedCommand.frames.some(({ text, line }) => text === 'aPhase' && line === 2));
  });

  describe('with bad input', () => {
    it('stops a phase that hangs, and goes on afterwards', async () => {
      const { run } = await session({
        aPhase: 'echo started; echo x >> twice; if (($SECONDS < 2)); then sleep 1000; fi; grep -c x twice',
      });
      const stop = new AbortController();
      const running = run({ selection: 'all', phase: null }, stop.signal);
      await printed('started');
      const begun = Date.now();
      stop.abort();
      const result = await running;
      assert.ok(Date.now() - begun < 3000);
      assert.deepEqual([result.status, result.phases[0]?.status], ['cancelled', 'cancelled']);
      await delay(2500);
      assert.equal((await run({ selection: 'all', phase: null })).status, 'ok');
      assert.match(opened?.output() ?? '', /\n1\n$/);
    });

    it('stops what called setsid and left its parent, and what ignores SIGTERM', async () => {
      const { run, session: live } = await session({
        aPhase: `trap '' TERM INT HUP
          setsid bash -c '(trap "" TERM; while :; do sleep 1; done) & sleep 0.05' &
          for i in 1 2 3; do (sleep 1000 &) ; done
          echo started; wait; sleep 1000`,
      });
      const before = (await processesOf(live)).length;
      const stop = new AbortController();
      const running = run({ selection: 'all', phase: null }, stop.signal);
      await printed('started');
      await delay(200);
      assert.ok((await processesOf(live)).length > before + 3);
      stop.abort();
      assert.equal((await running).status, 'cancelled');
      assert.equal((await processesOf(live)).length, before);
    });

    it('ends daemons of a phase with the session', async () => {
      const { run } = await session({ aPhase: 'setsid sleep 1000 > /dev/null 2>&1 & disown; echo ok' });
      assert.equal((await run({ selection: 'all', phase: null })).status, 'ok');
    });

    it("survives a phase that kills the session's own shell, and begins anew", async () => {
      const { run } = await session({
        aPhase: 'echo a',
        bPhase: 'kill -9 $$; sleep 1000',
        cPhase: 'echo c',
      });
      const result = await run({ selection: 'all', phase: null });
      assert.deepEqual(statuses(result), ['aPhase ok', 'bPhase failed']);
      assert.equal(result.phases[1]?.exitCode, 137);
      assert.deepEqual(statuses(await run({ selection: 'only', phase: 'aPhase' })), ['aPhase ok']);
    });

    it('counts a phase that execs or leaves early as one that did not end', async () => {
      const { run } = await session({ aPhase: 'exec true' });
      const result = await run({ selection: 'all', phase: null });
      assert.deepEqual([result.phases[0]?.status, result.phases[0]?.exitCode], ['failed', 0]);
      const { session: other, run: runOther } = await open(
        await phases({ aPhase: 'exec sh -c "exit 77"' }),
        scratch,
        isolation,
      );
      assert.equal((await runOther({ selection: 'all', phase: null })).phases[0]?.exitCode, 77);
      await other.dispose();
    });

    it('passes 100 MB of output through, whole in the log', async () => {
      const { run } = await session({
        aPhase: 'head -c 100000000 /dev/zero | tr "\\\\0" x | fold -w 99; echo the end',
      });
      const result = await run({ selection: 'all', phase: null });
      const [phase] = result.phases;
      const log = await stat(phase?.logFile ?? '');
      assert.ok(log.size > 101_000_000, String(log.size));
      assert.ok((phase?.lines ?? 0) > 1_000_000);
      assert.ok(opened?.output().endsWith('the end\n'));
    });

    it('shows NULs and broken UTF-8 as characters, and whole ones that came in pieces', async () => {
      const { run } = await session({
        aPhase:
          "printf 'a\\0b\\377c\\303'; sleep 0.1; printf '\\244\\n'; echo '@nix { \"action\": \"x\" }'; echo @nix",
      });
      const result = await run({ selection: 'all', phase: null });
      assert.match(opened?.output() ?? '', /a\u2400b\ufffdcä\n@nix\n$/);
      assert.equal(await readFile(result.phases[0]?.logFile ?? '', 'utf8'), opened?.output());
    });

    it('goes on as a real build does when a phase removes its directory or reads its input', async () => {
      const { run } = await session({
        aPhase: 'mkdir d; cd d; rm -r ../d',
        bPhase: 'read -r line || echo "no input"; cat; echo b',
        cPhase:
          'cd $NIX_BUILD_TOP; echo c; set -x; set -f; IFS=x; shopt -s nullglob nocasematch; set -o noclobber',
        dPhase: 'echo d > d; [[ A == a ]] && echo "still ${IFS}"',
      });
      const result = await run({ selection: 'all', phase: null });
      assert.deepEqual(
        statuses(result),
        ['aPhase ok', 'bPhase ok', 'cPhase ok', 'dPhase ok'],
        opened?.output(),
      );
      assert.match(opened?.output() ?? '', /no input\nb\n/);
      assert.match(opened?.output('dPhase') ?? '', /still x/);
    });

    it('takes names and texts with quotes, spaces, $ and non-ASCII for what they are', async () => {
      const { run } = await session(
        { aPhase: 'echo "ä \'q\' ;"', "$x;y'Phase": 'echo never' },
        `odd = "'; touch $NIX_BUILD_TOP/injected; $(touch $NIX_BUILD_TOP/injected)'"; "odd name" = "$(x)";`,
      );
      const result = await run({ selection: 'all', phase: null });
      assert.deepEqual(statuses(result), ['aPhase ok', "$x;y'Phase failed"]);
      assert.match(opened?.output() ?? '', /\nä 'q' ;\n/);
      await assert.rejects(stat(`${opened?.session.workFolder ?? ''}/build/injected`));
    });

    it('says why when the setup script fails, and leaves nothing', async () => {
      const derivation = await phases(
        { aPhase: 'true' },
        'preHook = "echo in setup >&2; exit 7"; postHook = "echo in setup >&2; exit 7";',
      );
      const result = await openSession(sessionOptions(derivation, scratch, isolation), never);
      assert.ok(!result.ok);
      assert.match(result.error.message, /exit code 7:\n(.*\n)*in setup/);
    });

    it('stops opening when the setup script hangs', async () => {
      const derivation = await phases({ aPhase: 'true' }, 'postHook = "sleep 1000";');
      const stop = new AbortController();
      setTimeout(() => stop.abort(), 300);
      const result = await openSession(sessionOptions(derivation, scratch, isolation), stop.signal);
      assert.equal(result.ok ? null : result.error.code, 'cancelled');
    });
  });

  it('runs the phases of an older stdenv that has no runPhase', async () => {
    const attributes = `{ unpackPhase = "x=1; echo u"; buildPhase = "y=$x"; installPhase = "echo \\"$x $y\\" > $out"; }`;
    const derivation = await instantiate(['-E', tinyStdenv(olderSetup, attributes)]);
    await realiseInputs(derivation);
    opened = await open(derivation, scratch, isolation);
    const result = await opened.run({ selection: 'all', phase: null });
    assert.deepEqual(statuses(result), [
      'unpackPhase ok',
      'buildPhase ok',
      'checkPhase skipped',
      'installPhase ok',
    ]);
    const outputs = unwrap(await opened.session.outputs(null, never));
    assert.equal(await readFile(outputs['out'] ?? '', 'utf8'), '1 1\n');
  });

  it('does without a terminal where there is none to be had', async () => {
    const derivation = await phases({
      aPhase: 'echo out; echo err > /dev/stderr; [[ -t 1 ]] || echo none; false',
    });
    const options = {
      ...sessionOptions(derivation, scratch, isolation),
      environment: { PATH: await withoutScript(scratch) },
    };
    const session = unwrap(await openSession(options, never));
    let output = '';
    const onEvent = (event: SessionEvent) => (output += event.type === 'output' ? event.text : '');
    const result = unwrap(await session.run({ selection: 'all', phase: null }, onEvent, never));
    await session.dispose();
    assert.match(output, /out\nerr\nnone\n$/);
    assert.equal(result.phases[0]?.exitCode, 1);
  });

  it('closes during a run, and refuses to run then', async () => {
    const live = await open(await phases({ aPhase: 'echo started; sleep 1000' }), scratch, isolation);
    opened = live;
    const running = live.run({ selection: 'all', phase: null });
    await printed('started');
    await closeClean(live);
    assert.equal((await running).status, 'cancelled');
    const refused = await live.session.run({ selection: 'all', phase: null }, () => undefined, never);
    assert.equal(refused.ok ? null : refused.error.code, 'session-closed');
    opened = null;
  });
});
