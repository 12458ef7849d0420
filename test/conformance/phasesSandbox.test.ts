import assert from 'node:assert/strict';
import { realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import type { StoreDerivation } from '../../server/src/nix/derivationFile';
import { outsideProgram } from '../../server/src/phases/outsideProgram';
import type { SessionIsolation } from '../../server/src/phases/sessionView';
import { prepareShell } from '../../server/src/phases/shells/prepareShell';
import { readShellRecord, removeShellFiles } from '../../server/src/phases/shells/shellFolder';
import { namespacesRefused } from '../support/namespaces';
import { nixConfig, nixEnvironment } from '../support/nixEnvironment';
import {
  closeClean,
  instantiate,
  isolation,
  never,
  nixWith,
  open,
  realBuild,
  realiseInputs,
  removeScratch,
  runner,
  scratchFolder,
  sessionOptions,
  tinyStdenv,
  unwrap,
  type OpenedSession,
} from './phasesSupport';

/** Nothing of the machine but a bash and what loads it. */
async function sandboxPaths(): Promise<readonly string[]> {
  const bash = await outsideProgram('/bin/bash', runner, never);
  const loader = bash?.loader ?? null;
  assert.ok(bash !== null && loader !== null);
  const listed = await runner.run(loader.path, ['--list', bash.program]);
  const libraries = [...listed.stdout.matchAll(/ => (\/\S+)/g)].map(([, path = '']) => path);
  const interpreters = [...listed.stdout.matchAll(/^\s*(\/\S+)/gm)].map(([, path = '']) => path);
  const named = ['/lib64/ld-linux-x86-64.so.2', '/lib/ld-linux-aarch64.so.1', ...libraries, ...interpreters];
  const paths = new Map([
    ['/bin/bash', bash.program],
    ['/bin/sh', bash.program],
  ]);
  for (const path of named) {
    const real = await realpath(path).catch(() => null);
    if (real !== null) paths.set(path, real);
  }
  return [...paths].map(([target, source]) => `${target}=${source}`);
}

/** What a phase sees, a line each. Builtins alone: there is no other program. */
const look = String.raw`
  say() { echo "| $*"; }
  list() { for file in "$@"; do if [[ -L $file ]]; then say link $file; elif [[ -d $file ]]; then say folder $file; elif [[ -c $file ]]; then say device $file; else say file $file; fi; done; }
  shopt -s dotglob nullglob
  list /* /bin/* /lib/* /lib64/* /etc/* /etc/ssl/* /nix/* /tmp/* /build/* /dev/pts/* /dev/shm/*
  shopt -u dotglob
  list /dev/*
  for file in /etc/passwd /etc/group /etc/hosts /etc/nsswitch.conf; do if [[ -e $file ]]; then while read -r line; do say $file: $line; done < $file; fi; done
  while read -r name value; do case $name in Uid: | Gid: | CapEff:) say $name $value ;; esac; done < /proc/self/status
  read -r inside outside count < /proc/self/uid_map; say users $inside $count
  say kernel $(< /proc/self/personality) core $(ulimit -Sc)
  say host $HOSTNAME in $PWD as $UID mask $(umask) home $HOME; for file in /nix/store/*; do [[ $file == $out ]] || say $file; done
  while read -r _ _ _ _ place _; do case $place in /nix/store/* | /proc/* | /dev/.phasewise/* | /tmp) ;; *) say mounted $place ;; esac; done < /proc/self/mountinfo
  for folder in /tmp /build /nix/store /dev/shm; do if [[ -w $folder ]]; then say writable $folder; fi; done`;

const setup = `
  runHook() { :; }
  runPhase() { eval "''\${!curPhase:-$curPhase}"; }
  definePhases() { :; }
  genericBuild() { for curPhase in $phases; do runPhase $curPhase; done; }`;

describe("a session where real builds have Nix's sandbox", function () {
  this.timeout(60000);
  let scratch = '';
  let opened: OpenedSession | null = null;
  let environment = nixEnvironment();
  let sandboxed: SessionIsolation = isolation;
  /** Without namespaces, or without a sandbox of Nix: what builds see sessions see, too. */
  let hasSandbox = false;
  before(async () => {
    scratch = await scratchFolder();
    const paths = (await sandboxPaths()).join(' ');
    environment = nixEnvironment(
      `${nixConfig}\nsandbox = true\nsandbox-fallback = false\nsandbox-paths = ${paths}\n`,
    );
    if (process.platform !== 'linux' || (await namespacesRefused()) !== null) return;
    // A daemon has the sandbox that it has, and some machines give Nix none.
    const probe = await phase(`[[ ! -e /usr/bin ]]; echo ${process.pid} > $out`);
    hasSandbox = (await realBuild(probe.path, environment)).exitCode === 0;
    const nix = unwrap(await nixWith(environment));
    if (hasSandbox) sandboxed = { ...isolation, sandbox: (signal) => nix.sandbox(signal) };
  });
  after(() => removeScratch(scratch));
  afterEach(async () => {
    if (opened !== null) await closeClean(opened);
    opened = null;
  });

  async function phase(text: string, more = ''): Promise<StoreDerivation> {
    const quoted = text.replaceAll("''", "'''").replaceAll('${', "''${");
    const derivation = await instantiate([
      '-E',
      tinyStdenv(setup, `{ phases = "onePhase"; onePhase = ''${quoted}''; ${more} }`),
    ]);
    await realiseInputs(derivation);
    return derivation;
  }

  async function session(derivation: StoreDerivation): Promise<OpenedSession> {
    opened = await open(derivation, scratch, sandboxed);
    assert.deepEqual([opened.session.isolation, opened.session.isolationNote], ['namespace', null]);
    return opened;
  }

  function inSandbox(title: string, test: () => Promise<void>): void {
    it(title, () => (hasSandbox ? test() : seesMachine()));
  }

  async function seesMachine(): Promise<void> {
    opened = await open(await phase('[[ -e /usr/bin ]]; echo > $out'), scratch, isolation);
    const { run, output } = opened;
    assert.equal((await run({ selection: 'all', phase: null })).status, 'ok', output());
  }

  inSandbox('names the hook that Nix would ask for more', async () => {
    const nix = unwrap(await nixWith(environment));
    const asked = async (signal: AbortSignal) => ({
      ...(await nix.sandbox(signal)),
      preBuildHook: '/the/hook',
    });
    opened = await open(await phase('echo > $out'), scratch, { ...sandboxed, sandbox: asked });
    assert.match(opened.session.isolationNote ?? '', /pre-build-hook \/the\/hook may add/);
  });

  const fixed =
    'outputHashMode = "flat"; outputHashAlgo = "sha256"; outputHash = builtins.hashString "sha256" "${nonce}\\n";';
  for (const [title, more] of [
    ['a build', ''],
    ['a fixed-output derivation', fixed],
    ...(process.arch === 'x64' ? [['a build of 32 bits', 'system = "i686-linux";'] as const] : []),
  ] as const) {
    inSandbox(`shows what the sandbox shows ${title}, and nothing else`, async () => {
      const nonce = `${process.pid}-${Date.now()}`;
      const attributes = `nonce = "${nonce}"; ${more.replace('${nonce}', nonce)}`;
      const derivation = await phase(`${look}\necho $nonce > $out`, attributes);
      const real = await realBuild(derivation.path, environment);
      assert.equal(real.exitCode, 0, real.log);
      const { run, output } = await session(derivation);
      assert.equal((await run({ selection: 'all', phase: null })).status, 'ok', output());
      const told = (text: string) => text.split('\n').filter((line) => line.startsWith('| '));
      assert.ok(told(real.log).length > 50, real.log);
      assert.deepEqual(told(output()).sort(), told(real.log).sort());
    });
  }

  for (const text of ['read -r line < /etc/shadow', `[[ -e ${homedir()} ]]`, '/usr/bin/env', 'mkdir $out']) {
    inSandbox(`fails as a real build where a phase has: ${text}`, async () => {
      const derivation = await phase(text);
      const real = await realBuild(derivation.path, environment);
      const { run, output } = await session(derivation);
      const { status, phases } = await run({ selection: 'all', phase: null });
      assert.equal(status, 'failed', output());
      assert.notEqual(real.exitCode, 0);
      assert.match(real.log, new RegExp(`failed with exit code ${phases[0]?.exitCode}\\b`));
      assert.equal(phases[0]?.failedCommand?.place?.line, 1, output());
    });
  }

  inSandbox('gives a raw builder its environment and its name', async () => {
    const text = 'echo $0; while IFS= read -r -d "" line; do echo "env $line"; done < /proc/self/environ';
    const derivation = await instantiate([
      '-E',
      `derivation { name = "raw"; system = builtins.currentSystem; builder = "/bin/bash"; args = [ "-c" ${JSON.stringify(text)} ];
        "odd.name" = "x y"; LD_LIBRARY_PATH = "/nonexistent"; BASH_ENV = "/nonexistent"; SHLVL = "7"; lines = "one\\ntwo"; }`,
    ]);
    const real = await realBuild(derivation.path, environment);
    const { run, output } = await session(derivation);
    await run({ selection: 'all', phase: null });
    const variables = (log: string) => log.split('\n').filter((line) => /^(?:env |two$)/.test(line));
    assert.ok(variables(output()).includes('env odd.name=x y'), output());
    assert.deepEqual(variables(output()).sort(), variables(real.log).sort());
  });

  inSandbox(
    'sees the machine where builds have no sandbox, and, with the reason, where the view cannot be had',
    async () => {
      const derivation = await phase('[[ -e /usr/bin && -e /etc/os-release ]]; echo > $out');
      const embedded = { paths: ['/bin/sh=__embedded_sandbox_shell__'] };
      for (const [over, note] of [
        [{ mode: 'off' }, /^null$/],
        [embedded, /^phases see more of this machine than Nix's sandbox shows: .* within the Nix program$/],
      ] as const) {
        const configured: SessionIsolation = {
          ...sandboxed,
          sandbox: async (signal) => ({ ...(await sandboxed.sandbox(signal)), ...over }),
        };
        opened = await open(derivation, scratch, configured);
        const { session: live, run, output } = opened;
        assert.equal((await run({ selection: 'all', phase: null })).status, 'ok', output());
        assert.deepEqual([live.isolation, live.seesMachine], ['namespace', true]);
        assert.match(String(live.isolationNote), note);
        await closeClean(opened);
        opened = null;
      }
    },
  );

  inSandbox('begins anew when the sandbox is another than when its phases ran', async () => {
    const derivation = await phase('[[ ! -e /usr/bin ]]; echo > $out');
    opened = await open(derivation, scratch, sandboxed, 'changed');
    assert.equal((await opened.run({ selection: 'all', phase: null })).status, 'ok');
    await opened.session.release();
    const off: SessionIsolation = {
      ...sandboxed,
      sandbox: async (signal) => ({ ...(await sandboxed.sandbox(signal)), mode: 'off' }),
    };
    opened = await open(derivation, scratch, off, 'changed');
    const { phases } = await opened.run({ selection: 'from', phase: 'onePhase' });
    assert.deepEqual(
      phases.map(({ status, reused }) => [status, reused]),
      [['failed', false]],
    );
  });

  /** What a shell says at this moment of the session that reads these commands. */
  async function inShell({ session: live }: OpenedSession, phase: string, commands: string): Promise<string> {
    const moment = unwrap(await live.moment({ phase, entry: false }));
    assert.ok(moment.kind !== 'phasesLeft');
    const environment = { ...process.env, SHELL: '/bin/bash' };
    const options = { ...sessionOptions(live.derivation, scratch, sandboxed), environment };
    const shell = unwrap(await prepareShell(options, live, moment, { interactive: false }, never));
    try {
      const record = await readShellRecord(shell.folder);
      const { program, args = [], env, cwd } = record?.command ?? { program: '' };
      const ran = await runner.run(program, args, { env, cwd, stdin: commands });
      return ran.stdout + ran.stderr;
    } finally {
      await removeShellFiles(shell.folder, shell.work, runner);
    }
  }

  const hidden = '[[ -e /root || -e /usr/bin ]] || echo hidden; ls';

  inSandbox('goes on from its folder, and has a shell where a phase failed', async () => {
    const derivation = await phase('x=kept; echo file > file; false');
    const first = await open(derivation, scratch, sandboxed, 'kept');
    await first.run({ selection: 'all', phase: null });
    await first.session.release();
    opened = await open(derivation, scratch, sandboxed, 'kept');
    const said = await inShell(
      opened,
      'onePhase',
      `echo "$x $PWD"; read -r l < file; echo "$l"; ${hidden}\n`,
    );
    assert.match(said, /^kept \/build\nfile\nhidden\n.*ls: command not found\n$/);
    const { phases } = await opened.run({ selection: 'all', phase: null });
    assert.deepEqual(
      phases.map(({ status, exitCode }) => [status, exitCode]),
      [['failed', 1]],
    );
  });

  inSandbox("lends a builder that is no bash the machine's, of which nothing else is seen", async () => {
    const derivation = await instantiate([
      '-E',
      `derivation { name = "raw"; system = builtins.currentSystem; builder = "/bin/sh"; args = [ "-c" "echo $0" ]; x = "y"; }`,
    ]);
    const live = await session(derivation);
    const look =
      'echo "$x $PWD ${BASH_VERSION:+bash}"; for fd in /proc/self/fd/*; do [[ ! -d $fd ]] || echo folder; done';
    const said = await inShell(live, 'builder', `${look}; ${hidden}\n`);
    assert.match(said, /^y \/build bash\nhidden\n.*ls: command not found\n$/);
  });
});
