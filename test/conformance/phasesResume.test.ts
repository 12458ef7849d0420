import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { StoreDerivation } from '../../server/src/nix/derivationFile';
import type { SessionOptions } from '../../server/src/phases/openChain';
import type { PhaseSession } from '../../server/src/phases/session';
import { openSession } from '../../server/src/phases/session';
import { dropSession, listSessions, tidySessions } from '../../server/src/phases/sessionStore';
import { processesOfBuild } from '../../server/src/phases/strays';
import type { SessionEvent } from '../../server/src/phases/sessionEvents';
import { dump, hash, oddState, quote } from './phasesShellTexts';
import {
  instantiate,
  isolation,
  never,
  realBuild,
  realiseInputs,
  removeScratch,
  repository,
  runner,
  scratchFolder,
  sessionOptions,
  unwrap,
} from './phasesSupport';

const examples = join(repository, 'examples');
const stdenv = `(import ${examples}/pkgs { }).stdenv`;

async function resumed(
  derivation: StoreDerivation,
  stateFolder: string,
  more: Partial<SessionOptions> = {},
): Promise<PhaseSession> {
  return unwrap(await openSession({ ...sessionOptions(derivation, stateFolder), key: 'k', ...more }, never));
}

describe('a session that lives on', function () {
  this.timeout(120000);
  let scratch = '';
  const events: SessionEvent[] = [];
  beforeEach(async () => (scratch = await scratchFolder()));
  afterEach(async () => {
    events.length = 0;
    await removeScratch(scratch);
  });
  const run = async (
    session: PhaseSession,
    selection: 'only' | 'until' | 'from' | 'all' | 'next',
    phase: string | null = null,
  ) => unwrap(await session.run({ selection, phase }, (event) => events.push(event), never));
  const notices = () => events.flatMap((event) => (event.type === 'notice' ? [event.text] : []));
  const statuses = (result: Awaited<ReturnType<typeof run>>) =>
    result.phases.map(({ name, status, reused }) => `${name} ${status}${reused ? ' reused' : ''}`);
  const text = (attributes: string) => `${stdenv}.mkDerivation { name = "lives-on"; ${attributes} }`;
  const three = (c = 'mkdir $out; cat a b > $out/f') =>
    instantiate([
      '-E',
      text(
        `phases = [ "aPhase" "bPhase" "cPhase" ]; aPhase = "echo a > a; x=1"; bPhase = "echo b$x > b"; cPhase = ${quote(c)};`,
      ),
    ]);

  for (const [title, attributes] of [
    ['a plain derivation', ''],
    ['structured attributes', '__structuredAttrs = true; list = [ "a b" "c" ]; set = { a = "b"; };'],
  ] as const) {
    it(`has the same shell live and brought back: ${title}`, async () => {
      const derivation = await instantiate([
        '-E',
        text(
          `${attributes} phases = [ "aPhase" "bPhase" ]; aPhase = ${quote(oddState)}; bPhase = "set +f; set -- dump; " + ${quote(dump)};`,
        ),
      ]);
      const live = await resumed(derivation, scratch);
      assert.equal((await run(live, 'all')).status, 'ok', JSON.stringify(events));
      const folder = join(live.workFolder, 'dump');
      const read = async () =>
        Object.fromEntries(
          await Promise.all(
            (await readdir(folder)).map(
              async (name) => [name, await readFile(join(folder, name), 'latin1')] as const,
            ),
          ),
        );
      const expected = await read();
      assert.match(expected['variables'] ?? '', /holes=\(\[3\]="a" \[7\]="b c" \[9\]=""\)/);
      await live.release();
      const again = await resumed(derivation, scratch);
      const result = await run(again, 'only', 'bPhase');
      assert.deepEqual(statuses(result), ['aPhase ok reused', 'bPhase ok'], notices().join('\n'));
      assert.deepEqual(await read(), expected);
      await again.dispose();
    });
  }

  for (const [title, args] of [
    ['a program', [join(examples, 'hello')]],
    ['a library in several outputs', [join(examples, 'greeting-library'), '-A', 'greeting']],
    [
      'structured attributes',
      [
        '-E',
        text(
          '__structuredAttrs = true; outputs = [ "out" "dev" ]; dontUnpack = true; buildPhase = "echo built > b; declare -A m=([k]=v)"; installPhase = "mkdir $out $dev; cp b $out; echo x > $dev/d";',
        ),
      ],
    ],
    ['a build command', ['-E', text('buildCommand = "mkdir $out; echo $out > $out/self";')]],
    [
      'a raw builder',
      [
        '-E',
        `derivation { name = "raw"; system = builtins.currentSystem; builder = "/bin/sh"; args = [ "-c" "echo $out > $out" ]; }`,
      ],
    ],
  ] as const) {
    it(`gives the outputs of a real build with a new shell for each phase: ${title}`, async () => {
      const derivation = await instantiate([...args]);
      await realiseInputs(derivation);
      const real = await realBuild(derivation.path);
      let session = await resumed(derivation, scratch);
      for (let index = 0; index < session.phases.length; index++) {
        const { name = '' } = session.phases[index] ?? {};
        const result = await run(session, 'until', name);
        assert.deepEqual(
          result.phases.map(({ reused }) => reused),
          result.phases.map((_, at) => at < index),
          notices().join('\n'),
        );
        await session.release();
        session = await resumed(derivation, scratch);
      }
      const outputs = unwrap(await session.outputs(null, never));
      await session.dispose();
      assert.equal(real.exitCode, 0, real.log);
      for (const [name, { path }] of Object.entries(derivation.outputs))
        assert.equal(hash(outputs[name] ?? ''), hash(path));
    });
  }

  it('survives the death of its process in the middle of a phase', async () => {
    const derivation = await instantiate([
      '-E',
      text(
        `phases = [ "aPhase" "bPhase" ]; aPhase = "echo a > a"; bPhase = "echo b >> a; echo $NIX_BUILD_TOP; [[ -e '${scratch}/go' ]] || sleep 1000; cat a";`,
      ),
    ]);
    const controller = spawn(
      process.execPath,
      [
        '--import',
        'tsx',
        join(repository, 'test/support/phasesController.ts'),
        derivation.path,
        scratch,
        '',
        'k',
      ],
      { stdio: ['ignore', 'pipe', 'inherit'], cwd: repository },
    );
    let output = '';
    controller.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    for (let round = 0; round < 1500 && !/\/build\n/.test(output); round++) await delay(10);
    const buildTop = /(\/tmp\/\w+\/build)\n/.exec(output)?.[1] ?? '';
    controller.kill('SIGKILL');
    await once(controller, 'close');
    for (let round = 0; round < 300 && (await processesOfBuild(buildTop, runner)).length > 0; round++)
      await delay(10);
    assert.deepEqual(await processesOfBuild(buildTop, runner), []);
    await writeFile(join(scratch, 'go'), '');
    const session = await resumed(derivation, scratch);
    assert.equal(`${session.workFolder}/build`, buildTop);
    const result = await run(session, 'all');
    assert.deepEqual(statuses(result), ['aPhase ok reused', 'bPhase ok']);
    assert.match(notices().join('\n'), /aPhase/);
    const shown = events.map((event) => (event.type === 'output' ? event.text : '')).join('');
    assert.match(shown, /a\nb\n$/);
    assert.doesNotMatch(shown, /b\nb\n/);
    await session.dispose();
  });

  it('is handed over when another window asks for it, but not during a run', async () => {
    const derivation = await three('sleep 1; mkdir $out');
    const first = await resumed(derivation, scratch);
    await run(first, 'until', 'bPhase');
    const second = await resumed(derivation, scratch);
    assert.equal(first.released, true);
    const running = run(second, 'all');
    await delay(100);
    const refused = await openSession({ ...sessionOptions(derivation, scratch), key: 'k' }, never);
    assert.equal(refused.ok ? null : refused.error.code, 'session-in-use');
    assert.deepEqual(statuses(await running), ['aPhase ok reused', 'bPhase ok reused', 'cPhase ok']);
    const closed = await first.run({ selection: 'all', phase: null }, () => undefined, never);
    assert.equal(closed.ok ? null : closed.error.code, 'session-closed');
    await second.dispose();
  });

  const damages: Readonly<Record<string, (session: PhaseSession) => Promise<void>>> = {
    'its record is cut': async ({ folder }) => {
      const path = join(folder, 'session.json');
      const whole = await readFile(path, 'utf8');
      await writeFile(path, whole.slice(0, whole.length / 2));
    },
    'its record names another place': async ({ folder, workFolder }) => {
      const path = join(folder, 'session.json');
      await writeFile(path, (await readFile(path, 'utf8')).replaceAll(workFolder, '/etc'));
    },
    'its record is emptied': ({ folder }) => writeFile(join(folder, 'session.json'), ''),
    'its snapshots and work directory are gone': async ({ folder, workFolder }) => {
      await rm(join(folder, 'snapshots'), { recursive: true });
      await rm(workFolder, { recursive: true });
    },
    'its work directory is gone': ({ workFolder }) => rm(workFolder, { recursive: true }),
    'its snapshots are gone': ({ folder }) => rm(join(folder, 'snapshots'), { recursive: true }),
    'its states are gone': ({ folder }) => rm(join(folder, 'states'), { recursive: true }),
    'its states are cut': async ({ folder }) => {
      for (const name of await readdir(join(folder, 'states'))) {
        const path = join(folder, 'states', name);
        const whole = await readFile(path);
        await writeFile(path, whole.subarray(0, whole.length - 20));
      }
    },
    'its state is another': async ({ folder }) => {
      const path = join(folder, 'states/2');
      await writeFile(
        path,
        (await readFile(path, 'latin1')).replace('declare -- x="1"', 'declare -- x=$(echo 5)'),
        'latin1',
      );
    },
    'its logs are gone': ({ folder }) => rm(join(folder, 'logs'), { recursive: true }),
  };
  for (const [title, damage] of Object.entries(damages)) {
    it(`still gives the right outputs when ${title}`, async () => {
      const derivation = await three();
      const first = await resumed(derivation, scratch);
      await run(first, 'until', 'bPhase');
      await first.release();
      const { workFolder } = first;
      await damage(first);
      const second = await resumed(derivation, scratch);
      const result = await run(second, 'all');
      assert.equal(result.status, 'ok', notices().join('\n'));
      assert.ok(notices().length > 0);
      const outputs = unwrap(await second.outputs(null, never));
      assert.equal(await readFile(join(outputs['out'] ?? '', 'f'), 'utf8'), 'a\nb1\n');
      await second.dispose();
      await rm(workFolder, { recursive: true, force: true });
    });
  }

  it('lets a later phase wait for a job of an earlier one, and runs that one again after a failure', async () => {
    const derivation = await instantiate([
      '-E',
      text(
        `phases = [ "aPhase" "bPhase" "cPhase" ]; aPhase = "echo x >> runs"; bPhase = "(sleep 0.3; exit 7) & job=$!"; cPhase = "wait $job || echo status $?; [[ -e '${scratch}/go' ]]; wc -l < runs; mkdir $out";`,
      ),
    ]);
    const session = await resumed(derivation, scratch);
    const shown = () => events.map((event) => (event.type === 'output' ? event.text : '')).join('');
    assert.deepEqual(statuses(await run(session, 'all')), ['aPhase ok', 'bPhase ok', 'cPhase failed']);
    assert.match(shown(), /status 7\n/);
    await writeFile(join(scratch, 'go'), '');
    events.length = 0;
    assert.deepEqual(statuses(await run(session, 'all')), ['aPhase ok reused', 'bPhase ok', 'cPhase ok']);
    assert.match(shown(), /status 7\n1\n/);
    await session.dispose();
  });

  const edits: Readonly<Record<string, readonly [string, string, string, string]>> = {
    'a late phase': [
      '',
      'cPhase',
      'mkdir $out; cat a b > $out/f',
      'mkdir $out; echo edited $out > $out/f; cat a b >> $out/f',
    ],
    'a middle phase': ['', 'bPhase', 'echo b$x > b', 'echo edited$x $out > b; echo $out/b >> b'],
    'a late phase, isolated': [
      '',
      'cPhase',
      'mkdir $out; cat a b > $out/f',
      'mkdir $out; echo isolated $out > $out/f',
    ],
    'a late phase, structured': [
      '__structuredAttrs = true;',
      'cPhase',
      'mkdir $out; cat a b > $out/f',
      'mkdir $out; echo "edited\'s" $out > $out/f',
    ],
  };
  for (const [title, [more, phase, before, after]] of Object.entries(edits)) {
    it(`goes on with an edit as a real build of it: ${title}`, async () => {
      const edited = (body: string) => {
        const bodies = {
          aPhase: 'echo a > a; x=1',
          bPhase: 'echo b$x > b',
          cPhase: 'mkdir $out; cat a b > $out/f',
          [phase]: body,
        };
        const attributes = Object.entries(bodies).map(([name, value]) => `${name} = ${quote(value)};`);
        return instantiate([
          '-E',
          text(`${more} phases = [ "aPhase" "bPhase" "cPhase" ]; ${attributes.join(' ')}`),
        ]);
      };
      const [first, second] = [await edited(before), await edited(after)];
      const mode = title.endsWith('isolated') ? { isolation } : {};
      const session = await resumed(first, scratch, mode);
      await run(session, 'all');
      const verify = async (derivation: StoreDerivation) => {
        const outputs = unwrap(await session.outputs(null, never));
        const real = await realBuild(derivation.path);
        assert.equal(hash(outputs['out'] ?? ''), hash(real.paths[0] ?? ''));
      };
      await verify(first);
      assert.equal(await session.adopt(second, phase, 'It was edited.'), null);
      assert.equal(session.stale[0]?.name, phase);
      const result = await run(session, 'all');
      assert.equal(result.phases.find(({ reused }) => !reused)?.name, phase);
      assert.deepEqual(session.stale, []);
      await verify(second);
      // An earlier shell has the edit too, and so has one that is brought back.
      assert.equal((await run(session, 'from', 'aPhase')).phases.filter(({ reused }) => reused).length, 0);
      await verify(second);
      assert.equal(await session.adopt(first, phase, 'It was edited.'), null);
      await session.release();
      const again = await resumed(first, scratch, mode);
      assert.deepEqual(again.derivation, first);
      assert.equal((await run(again, 'all')).phases.find(({ reused }) => !reused)?.name, phase);
      const outputs = unwrap(await again.outputs(null, never));
      assert.equal(hash(outputs['out'] ?? ''), hash(first.outputs['out']?.path ?? ''));
      await again.dispose();
    });
  }

  it('refuses an edit of what a phase or the setup script changed already, and says so', async () => {
    const of = (flags: string) =>
      instantiate([
        '-E',
        text(
          `flags = "${flags}"; phases = [ "aPhase" "bPhase" ]; aPhase = "flags+=x"; bPhase = "echo $flags > $out";`,
        ),
      ]);
    const session = await resumed(await of('one'), scratch);
    await run(session, 'all');
    assert.equal(await session.adopt(await of('two'), 'bPhase', ''), 'aPhase changed flags already');
    await session.begin(await of('two'));
    await run(session, 'all');
    assert.equal(await readFile(unwrap(await session.outputs(null, never))['out'] ?? '', 'utf8'), 'twox\n');
    await session.dispose();
  });

  it('is listed with its size, dropped when asked to, and the oldest when there is too much', async () => {
    const derivation = await three();
    for (const key of ['old', 'new', 'used']) {
      const session = await resumed(derivation, scratch, { key });
      await run(session, 'all');
      if (key !== 'used') await session.release();
    }
    const listed = await listSessions(scratch, runner, never);
    assert.deepEqual(
      listed.map(({ key, heldBy }) => [key, heldBy]),
      [
        ['used', process.pid],
        ['new', null],
        ['old', null],
      ],
    );
    assert.ok(listed.every(({ bytes }) => bytes > 4096));
    const [used, newer, old] = listed;
    const dropped = await tidySessions(scratch, (used?.bytes ?? 0) + (newer?.bytes ?? 0), runner, never);
    assert.deepEqual(dropped, [old?.id]);
    await assert.rejects(stat(old?.work ?? ''), { code: 'ENOENT' });
    unwrap(await dropSession(scratch, newer?.id ?? '', runner, never));
    const none = await dropSession(scratch, '../..', runner, never);
    assert.equal(none.ok ? null : none.error.code, 'no-such-session');
    unwrap(await dropSession(scratch, used?.id ?? '', runner, never));
    assert.deepEqual(await listSessions(scratch, runner, never), []);
  });

  it('bears Stop pressed twenty times', async () => {
    const session = await resumed(await three('sleep 1000'), scratch);
    for (let round = 0; round < 3; round++) {
      const stop = new AbortController();
      const running = session.run({ selection: 'all', phase: null }, () => undefined, stop.signal);
      await delay(50 * round);
      for (let press = 0; press < 20; press++) stop.abort();
      const result = await running;
      assert.ok(result.ok ? result.value.status === 'cancelled' : result.error.code === 'cancelled');
    }
    assert.deepEqual(statuses(await run(session, 'until', 'bPhase')).length, 2);
    await session.release();
    assert.deepEqual(await processesOfBuild(`${session.workFolder}/build`, runner), []);
    await stat(session.workFolder);
    await (await resumed(await three('sleep 1000'), scratch)).dispose();
  });
});
