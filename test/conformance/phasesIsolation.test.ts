import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdir, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { StoreDerivation } from '../../server/src/nix/derivationFile';
import type { PhaseSession } from '../../server/src/phases/session';
import { openSession } from '../../server/src/phases/session';
import { startTime } from '../../server/src/phases/strays';
import { namespacesRefused } from '../support/namespaces';
import { onDisk } from '../support/nixEnvironment';
import type { OpenedSession } from './phasesSupport';
import {
  closeClean,
  instantiate,
  isolation,
  modes,
  never,
  open,
  processesOf,
  realBuild,
  realBuildDirectory,
  realiseInputs,
  removeScratch,
  repository,
  scratchFolder,
  sessionOptions,
  unwrap,
} from './phasesSupport';

const pkgs = `(import ${join(repository, 'examples/pkgs')} { })`;

const execute = promisify(execFile);

/** Of names, contents, executable bits and link targets. */
async function archiveHash(path: string): Promise<string> {
  return (await execute('nix-hash', ['--type', 'sha256', path])).stdout;
}

/** A derivation of one phase. */
function phase(text: string, more = ''): Promise<StoreDerivation> {
  const quoted = text.replaceAll("''", "'''").replaceAll('${', "''${");
  return instantiate([
    '-E',
    `${pkgs}.stdenv.mkDerivation { name = "isolated"; phases = [ "onePhase" ]; onePhase = ''${quoted}''; ${more} }`,
  ]);
}

/** Where there are no namespaces a session says so, and why. */
function assertIsolationSaid(
  { isolation: given, isolationNote }: PhaseSession,
  refused: string | null,
): void {
  if (refused === null) return assert.equal(given, 'namespace', isolationNote ?? '');
  assert.equal(given, 'none');
  assert.ok(isolationNote?.includes(refused), `${isolationNote} (${refused})`);
}

describe('a session isolated as far as the machine allows', function () {
  this.timeout(60000);
  let scratch = '';
  let opened: OpenedSession | null = null;
  /** Why there are no namespaces, where there are none: texts that harm what is not protected must not run there. */
  let refused: string | null = null;
  before(async () => {
    refused = await namespacesRefused();
    scratch = await scratchFolder();
  });
  after(() => removeScratch(scratch));
  afterEach(async () => {
    if (opened !== null) await closeClean(opened);
    opened = null;
  });
  async function session(derivation: StoreDerivation): Promise<OpenedSession> {
    await realiseInputs(derivation);
    opened = await open(derivation, scratch, isolation);
    assertIsolationSaid(opened.session, refused);
    return opened;
  }
  /** What the one phase prints. */
  async function printed(derivation: StoreDerivation): Promise<string> {
    const { run, output } = await session(derivation);
    const result = await run({ selection: 'all', phase: null });
    assert.equal(result.status, 'ok', output());
    return output();
  }

  it('gives a raw builder the very environment of a real build, names that no shell knows too', async () => {
    const derivation = await instantiate([
      '-E',
      `derivation { name = "env"; system = builtins.currentSystem; builder = "/usr/bin/env"; "odd.name" = "x y"; "a-b" = "1";
        shell = "/s"; PATH = "p"; SHLVL = "7"; BASH_ENV = "/nonexistent"; ENV = "e"; plan = "q"; lines = "one\\ntwo"; IFS = "x"; }`,
    ]);
    const real = await realBuild(derivation.path);
    const { run, output, session: live } = await session(derivation);
    await run({ selection: 'all', phase: null });
    const top = await realBuildDirectory(derivation);
    const told =
      refused === null
        ? output()
        : output().replaceAll(`${live.workFolder}/build`, top).replaceAll(live.workFolder, '/nix/store');
    const wanted = /^(\w[\w.-]*=|two$)/;
    const lines = (text: string) =>
      text
        .split('\n')
        .filter((line) => wanted.test(line))
        .sort();
    assert.ok(lines(told).includes('odd.name=x y'), told);
    // What a newer Nix names at random has the name of its sandbox's.
    const log = real.log.replaceAll(/\/nix\/var\/nix\/builds\/[^/\n]+/g, '/build');
    assert.deepEqual(lines(told), lines(log.replaceAll(/\.drv-\d+/g, '.drv-0')));
  });

  /** The outputs are made elsewhere, and are in the end those of a real build. */
  async function assertRedirected(): Promise<void> {
    const derivation = await phase('mkdir $out; ln -s $out/file $out/link; echo $out | tee $out/file');
    const output = await printed(derivation);
    const live = opened?.session;
    assert.ok(live !== undefined && output.includes(`\n${live.workFolder}/`), output);
    const outputs = unwrap(await live.outputs(null, never));
    const [real = ''] = (await realBuild(derivation.path)).paths;
    assert.equal(await archiveHash(outputs['out'] ?? ''), await archiveHash(onDisk(real)));
  }

  it('shows in the store what the derivation needs, and its outputs at their true paths', async () => {
    const unrelated = await instantiate([
      '-E',
      `derivation { name = "unrelated"; system = builtins.currentSystem; builder = "/bin/sh"; args = [ "-c" "echo > $out" ]; }`,
    ]);
    if (refused !== null) return assertRedirected();
    const other = (await realBuild(unrelated.path)).paths[0] ?? '';
    const text = `[[ -e ${other} ]] || echo "not there"
      [[ $out == $NIX_STORE/* ]]; mkdir -p $out; touch $out/file; ln -s $out/file $out/link; ln -s $dep/x $out/dep
      [[ -e $out/link && -e $stdenv/setup ]]; ln -s $out/nothing $out/broken; [[ ! -e $out/broken ]]
      (echo x > $stdenv/setup) 2>&1 || echo "not written"
      rm -rf $stdenv 2>/dev/null || echo "not removed"; [[ -s $stdenv/setup ]]`;
    assert.match(await printed(await phase(text)), /not there\n(.*\n)*.*not written\nnot removed\n/);
  });

  it('lets nothing outside be written', async () => {
    const name = `phasewise-written-${process.pid}`;
    if (refused !== null) {
      await printed(await phase(`echo x > "${scratch}/${name}"`));
      return assert.equal(await readFile(join(scratch, name), 'utf8'), 'x\n');
    }
    const folders = [
      '/',
      '/etc',
      '/usr',
      '/var/tmp',
      '/dev',
      '/run',
      '/home',
      '/root',
      homedir(),
      '/nix',
      '/nix/var',
      '/tmp',
      '/dev/shm',
      '/nix/store',
      repository,
    ];
    const text = folders.map((folder) => `echo x > ${folder}/${name} || echo "no ${folder}"`).join('\n');
    const output = await printed(
      await phase(
        `{ ${text}\n} 2>/dev/null; echo 1 > /proc/sys/vm/swappiness || echo "no sysctl"; umount /etc 2>/dev/null || echo "no umount"`,
      ),
    );
    // Of some folders an ordinary user does not see what is in them.
    for (const folder of folders) await assert.rejects(stat(join(folder, name)), /ENOENT|EACCES/, folder);
    for (const folder of folders.slice(0, -4))
      assert.ok(output.includes(`no ${folder}\n`), `${folder}: ${output}`);
    assert.match(output, /no sysctl\nno umount\n/);
  });

  it('hides the home folder and the files of others', async () => {
    const file = join(scratch, 'secret');
    await writeFile(file, 'secret');
    const output = await printed(
      await phase(
        `ls -A ${homedir()} /root /tmp /run || true; cat '${file}' || echo hidden; ls / > /dev/null`,
      ),
    );
    if (refused !== null) return assert.match(output, /^secret/m);
    const entries = (await readdir(homedir())).filter(
      (entry) => entry !== 'dep' && !repository.startsWith(join(homedir(), entry)),
    );
    for (const entry of entries) assert.ok(!output.split('\n').includes(entry), entry);
    assert.match(output, /hidden\n/);
  });

  describe('with a server on this machine', () => {
    const server = createServer((socket) => socket.end('reached\n'));
    let port = 0;
    before(async () => {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      port = (server.address() as AddressInfo).port;
    });
    after(() => server.close());
    const connect = () => `{ exec 5<>/dev/tcp/127.0.0.1/${port} && cat <&5; } || echo "no network"`;

    it('has no network', async () => {
      assert.match(
        await printed(await phase(`(${connect()}) 2>/dev/null`)),
        refused === null ? /no network\n/ : /reached\n/,
      );
    });

    it('can talk to itself', async () => {
      const output = await printed(await phase('(exec 5<>/dev/tcp/127.0.0.1/9) 2>&1 || true'));
      assert.match(output, /Connection refused/);
    });

    it('has the network for a fixed-output derivation', async () => {
      const fixed =
        'outputHashMode = "flat"; outputHashAlgo = "sha256"; outputHash = builtins.hashString "sha256" "x";';
      assert.match(await printed(await phase(`(${connect()})`, fixed)), /reached\n/);
    });
  });

  it('sees its own processes only', async () => {
    const output = await printed(
      await phase('for p in /proc/[0-9]*; do echo "process $(basename $p) $(cat $p/comm)"; done 2>/dev/null'),
    );
    const names = output.split('\n').filter((line) => line.startsWith('process'));
    if (refused !== null) return assert.ok(output.includes(`process ${process.pid} `), output);
    assert.ok(names.length > 1 && names.length < 10, output);
    assert.ok(!output.includes('node'));
  });

  it('ends what called setsid when a phase is stopped, and keeps what earlier phases started', async () => {
    const derivation = await instantiate([
      '-E',
      `${pkgs}.stdenv.mkDerivation { name = "daemons"; phases = [ "aPhase" "bPhase" ];
        aPhase = "setsid sleep 1111 > /dev/null 2>&1 & sleep 0.1; disown -a";
        bPhase = "setsid setsid sleep 2222 & (setsid bash -c 'trap \\"\\" TERM; while :; do sleep 1; done' &) ; sleep 0.1; echo started; sleep 1000"; }`,
    ]);
    const { run, output, session: live } = await session(derivation);
    await run({ selection: 'only', phase: 'aPhase' });
    const before = await processesOf(live);
    const stop = new AbortController();
    const running = run({ selection: 'all', phase: null }, stop.signal);
    for (let round = 0; round < 500 && !output().includes('started'); round++) await delay(10);
    const during = await processesOf(live);
    assert.ok(during.length >= before.length + 3, `${during.length} after ${before.length}`);
    stop.abort();
    assert.equal((await running).status, 'cancelled');
    assert.deepEqual([...(await processesOf(live))].sort(), [...before].sort());
    const commands = await Promise.all(before.map((pid) => readFile(`/proc/${pid}/cmdline`, 'latin1')));
    assert.ok(commands.some((command) => command.includes('1111')));
  });

  it('brings files back before a phase is run again, beside what is mounted', async () => {
    const derivation = await instantiate([
      '-E',
      `${pkgs}.stdenv.mkDerivation { name = "again"; phases = [ "aPhase" "bPhase" ];
        aPhase = "mkdir $out; echo a > $out/a; echo a > a"; bPhase = "cat $out/a a; ls $stdenv; echo b >> $out/a; echo b >> a; chmod -R a-w $out"; }`,
    ]);
    const { run, output, session: live } = await session(derivation);
    await run({ selection: 'all', phase: null });
    await run({ selection: 'from', phase: 'bPhase' });
    assert.match(output('bPhase'), /^(Running phase: bPhase\na\na\nsetup\n){2}$/);
    const outputs = unwrap(await live.outputs(null, never));
    assert.equal(await readFile(join(outputs['out'] ?? '', 'a'), 'utf8'), 'a\nb\n');
  });

  it('shows what an edit adds to the inputs, and no longer what it takes away', async () => {
    const of = (text: string) =>
      instantiate([
        '-E',
        `${pkgs}.stdenv.mkDerivation { name = "edited"; phases = [ "aPhase" "bPhase" ]; word = builtins.toFile "word" "${text}";
          aPhase = "x=a"; bPhase = "ls $NIX_STORE | grep -c -e -word; echo $x $(cat $word)"; }`,
      ]);
    const { run, output, session: live } = await session(await of('one'));
    await run({ selection: 'all', phase: null });
    const second = await of('two');
    assert.equal(await live.adopt(second, 'bPhase', 'It was edited.'), null);
    const { phases } = await run({ selection: 'all', phase: null });
    assert.deepEqual(
      phases.map(({ status, reused }) => [status, reused]),
      [
        ['ok', true],
        ['ok', false],
      ],
      output(),
    );
    // Nothing is hidden of the machine's own store.
    const counts = refused === null ? '1' : String.raw`\d+`;
    assert.match(output('bPhase'), new RegExp(String.raw`\n${counts}\na one\n(.*\n)*${counts}\na two\n$`));
  });

  it('is not there, and says why, where a program that makes it is missing', async () => {
    const bin = join(scratch, 'bin');
    await mkdir(bin);
    for (const folder of ['/usr/bin', '/bin', '/usr/sbin', '/sbin']) {
      for (const name of await readdir(folder).catch(() => [])) {
        if (name !== 'unshare') await symlink(join(folder, name), join(bin, name)).catch(() => undefined);
      }
    }
    const derivation = await phase('echo $NIX_BUILD_TOP; mkdir $out');
    const options = sessionOptions(derivation, scratch, isolation);
    const live = unwrap(await openSession({ ...options, environment: { PATH: bin } }, never));
    const result = unwrap(await live.run({ selection: 'all', phase: null }, () => undefined, never));
    assert.deepEqual([live.isolation, result.status], ['none', 'ok']);
    assert.match(live.isolationNote ?? '', /unshare/);
    await live.dispose();
    await rm(bin, { recursive: true });
  });
});

for (const { mode } of modes) {
  describe(`a session whose controller is killed, ${mode}`, function () {
    this.timeout(60000);
    let scratch = '';
    before(async () => (scratch = await scratchFolder()));
    after(() => removeScratch(scratch));

    it('ends with all its processes and leaves its files', async () => {
      const derivation = await phase('setsid sleep 1000 & sleep 0.1; echo started; sleep 1000');
      await realiseInputs(derivation);
      const program = join(repository, 'test/support/phasesController.ts');
      const controller = spawn(
        process.execPath,
        ['--import', 'tsx', program, derivation.path, scratch, mode],
        {
          stdio: ['ignore', 'pipe', 'inherit'],
          cwd: repository,
        },
      );
      let text = '';
      controller.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
      for (let round = 0; round < 1500 && !text.includes('started'); round++) await delay(10);
      const [id = ''] = await readdir(join(scratch, 'sessions'));
      const folder = join(scratch, 'sessions', id);
      const { work } = JSON.parse(await readFile(join(folder, 'session.json'), 'utf8')) as { work: string };
      const left = () => processesOf({ folder, workFolder: work });
      const before = await left();
      assert.ok(before.length >= 4, `${before.length}: ${text}`);
      const times = await Promise.all(before.map(startTime));
      controller.kill('SIGKILL');
      const gone = async () =>
        (await left()).length === 0 &&
        (await Promise.all(before.map(startTime))).every((time, index) => time !== times[index]);
      for (let round = 0; round < 500 && !(await gone()); round++) await delay(10);
      assert.ok(await gone(), String(await left()));
      await stat(work);
      await rm(work, { recursive: true });
    });
  });
}
