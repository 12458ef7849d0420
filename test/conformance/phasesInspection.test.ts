import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StdenvInspection } from '../../server/src/derivation/inspection';
import { inspectStdenv } from '../../server/src/phases/inspect';
import type { Result } from '../../server/src/result';
import { onDisk } from '../support/nixEnvironment';
import {
  driverFolder,
  instantiate,
  never,
  nullLogger,
  realiseInputs,
  removeScratch,
  repository,
  runner,
  olderSetup,
  scratchFolder,
  tinyStdenv,
  unwrap,
} from './phasesSupport';

const pkgs = join(repository, 'examples/pkgs');

async function inspect(
  expression: string,
  signal = never,
  timeoutMs = 20_000,
): Promise<Result<StdenvInspection>> {
  const derivation = await instantiate(['-E', expression]);
  await realiseInputs(derivation);
  return inspectStdenv(
    {
      derivation,
      nix: { storeDir: '/nix/store', physicalStoreDir: onDisk('/nix/store') },
      driverFolder,
      logger: nullLogger,
      runner,
      timeoutMs,
    },
    signal,
  );
}

const phasesWithRuns = (inspection: StdenvInspection) =>
  inspection.phases.map(({ name, runs }) => `${name} ${runs ? 'runs' : 'is skipped'}`);

describe('the inspection of a stdenv', function () {
  this.timeout(60000);
  let scratch = '';
  before(async () => (scratch = await scratchFolder()));
  after(() => removeScratch(scratch));
  afterEach(() => {
    assert.deepEqual(
      readdirSync(tmpdir()).filter((name) => name.startsWith('phasewise-inspect-')),
      [],
    );
  });

  it('lists the phases that its own printPhases prints, and which of them run', async () => {
    const text = `(import ${pkgs} { }).stdenv.mkDerivation { name = "x"; dontBuild = true; doCheck = true; preInstallPhases = [ "extraPhase" ]; extraPhase = "echo extra"; %}`;
    const found = unwrap(await inspect(text.replace('%', '')));
    const derivation = await instantiate(['-E', text.replace('%', '')]);
    const setup = join(derivation.env['stdenv'] ?? '', 'setup');
    const printed = execFileSync(
      'bash',
      ['-c', 'source "$1" > /dev/null; printPhases', 'bash', onDisk(setup)],
      {
        env: { ...derivation.env, NIX_BUILD_TOP: scratch, PATH: process.env['PATH'] ?? '' },
        cwd: scratch,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    assert.deepEqual(
      found.phases.map(({ name }) => name),
      printed.trim().split('\n'),
    );
    assert.deepEqual(
      found.phases.filter(({ runs }) => !runs).map(({ name, flags }) => [name, flags]),
      [
        ['buildPhase', [{ name: 'dontBuild', runsWhen: 'unset' }]],
        ['installCheckPhase', [{ name: 'doInstallCheck', runsWhen: 'set' }]],
        ['distPhase', [{ name: 'doDist', runsWhen: 'set' }]],
      ],
    );
    assert.equal(found.variables['extraPhase'], 'echo extra');
    assert.equal(found.setupFile, setup);
    const buildPhase = found.functions.find(({ name }) => name === 'buildPhase');
    const line = execFileSync('grep', ['-n', '^buildPhase() {', onDisk(setup)], { encoding: 'utf8' }).split(
      ':',
    )[0];
    assert.deepEqual([buildPhase?.file, String(buildPhase?.line)], [setup, line]);
    assert.match(buildPhase?.body ?? '', /^buildPhase \(\)\s+\{/);
    assert.ok(found.functions.every(({ name, body }) => !`${name}${body}`.includes('__phasewise')));
  });

  it('tells hook arrays in order, also with newlines and quotes, and what setup hooks of inputs define', async () => {
    const found = unwrap(
      await inspect(`let p = import ${pkgs} { }; in p.stdenv.mkDerivation { name = "x";
        nativeBuildInputs = [ (p.makeSetupHook { name = "hook"; } (builtins.toFile "hook.sh" ''
          myHook() { echo "hook's"; }
          preBuildHooks+=(myHook "echo 'a
          b'" "")
        '')) ]; preBuild = "echo attribute"; }`),
    );
    assert.deepEqual(found.hookArrays['preBuildHooks'], ['myHook', "echo 'a\nb'", '']);
    assert.equal(found.variables['preBuild'], 'echo attribute');
    const hook = found.functions.find(({ name }) => name === 'myHook');
    assert.match(hook?.file ?? '', /^\/nix\/store\/.*-hook\/nix-support\/setup-hook$/);
    assert.equal(hook?.line, 1);
  });

  it('is one phase for a build command, and one step for a raw builder', async () => {
    const command = unwrap(await inspect(`(import ${pkgs} { }).runCommand "x" { } "echo $out"`));
    assert.deepEqual([command.structure, phasesWithRuns(command)], ['buildCommand', ['buildCommand runs']]);
    assert.match(
      command.variables['buildCommand'] ?? command.variables['buildCommandPath'] ?? '',
      /echo|\.attr/,
    );
    const raw = unwrap(
      await inspect('derivation { name = "raw"; system = builtins.currentSystem; builder = "/bin/sh"; }'),
    );
    assert.deepEqual([raw.structure, phasesWithRuns(raw)], ['builder', ['builder runs']]);
  });

  it('reads the list of an older stdenv whose genericBuild has it inside', async () => {
    const found = unwrap(
      await inspect(
        tinyStdenv(
          olderSetup,
          '{ prePhases = "firstPhase"; unpackPhase = "echo u"; firstPhase = "x"; installPhase = "x"; checkPhase = "x"; }',
        ),
      ),
    );
    assert.deepEqual(phasesWithRuns(found), [
      'firstPhase runs',
      'unpackPhase runs',
      'buildPhase runs',
      'checkPhase is skipped',
      'installPhase runs',
    ]);
    assert.deepEqual(found.phases[3]?.flags, [{ name: 'doCheck', runsWhen: 'set' }]);
    assert.deepEqual(found.phases[2]?.flags, [{ name: 'dontBuild', runsWhen: 'unset' }]);
  });

  const setups: Readonly<Record<string, string>> = {
    'no definePhases': `runPhase() { eval "''\${!1:-$1}"; }
      genericBuild() { if [ -z "$phases" ]; then phases="onePhase twoPhase"; fi
        for curPhase in $phases; do runPhase "$curPhase"; done; }`,
    'no runPhase': `definePhases() { phases="onePhase twoPhase"; }
      genericBuild() { definePhases; for curPhase in $phases; do eval "''\${!curPhase:-$curPhase}"; done; }`,
    'no list but in genericBuild': `genericBuild() { phases=(onePhase twoPhase); local curPhase
        for curPhase in "''\${phases[@]}"; do showPhaseHeader "$curPhase"; eval "''\${!curPhase:-$curPhase}"; done; }
      showPhaseHeader() { echo "$1"; }`,
  };
  for (const [title, setup] of Object.entries(setups)) {
    it(`gives the true list of a setup script with ${title}`, async () => {
      const found = unwrap(
        await inspect(
          tinyStdenv(`PATH=/usr/bin:/bin; ${setup}`, '{ onePhase = "echo 1"; twoPhase = "echo 2 > $out"; }'),
        ),
      );
      assert.deepEqual(
        found.phases.map(({ name }) => name),
        ['onePhase', 'twoPhase'],
      );
    });
  }

  it('tells what each sourced setup hook changed, in the scope and with the parameters that it would have', async () => {
    const found = unwrap(
      await inspect(`let p = import ${pkgs} { }; hook = name: text: p.makeSetupHook { inherit name; } (builtins.toFile "hook.sh" text);
        in p.stdenv.mkDerivation { name = "x"; before = "old"; nativeBuildInputs = [
          (hook "first" ''
            before=new
            export told="$1 ''\${2-} $pkg $hostOffset"
            configurePhase=firstConfigure
            firstConfigure() { runHook preConfigure; }
            declare local=gone
            . ''\${BASH_SOURCE[0]%/*}/nosuch 2> /dev/null || nested=$?
            source <(echo 'inner=1')
          '')
          (hook "second" ''
            list+=(a "b c")
            preBuildHooks+=("echo 'text'")
            addEnvHooks 0 secondEnv
            secondEnv() { :; }
            if [[ -n "''\${local-}" ]]; then echo leaked; exit 1; fi
            return 0
          '')
        ]; }`),
    );
    const [first, second] = (found.setupHooks ?? []).filter(({ file }) => /-(first|second)\//.test(file));
    const input = first?.file.replace('/nix-support/setup-hook', '') ?? '';
    const changed = Object.fromEntries((first?.variables ?? []).map((one) => [one.name, one]));
    assert.deepEqual(changed['before'], { name: 'before', before: 'old', after: 'new' });
    assert.equal(changed['told']?.after, `${input} -1 ${input} -1`);
    assert.equal(changed['configurePhase']?.after, 'firstConfigure');
    assert.deepEqual([changed['nested']?.after, changed['inner']?.after], ['1', '1']);
    // At its top level, too, where no function tells of it.
    for (const name of ['genericBuild', 'firstConfigure', 'leaked']) assert.ok(found.named?.has(name), name);
    // What it binds itself is no attribute.
    assert.ok(!found.optional.includes('local'));
    assert.deepEqual(second?.entries, [
      { array: 'envHostTargetHooks', entry: 'secondEnv' },
      { array: 'preBuildHooks', entry: "echo 'text'" },
    ]);
    assert.deepEqual(second.variables, [{ name: 'list', before: null, after: 'a b c' }]);
    assert.equal(found.values['local'], undefined);
    assert.match(
      found.functions.find(({ name }) => name === 'activatePackage')?.body ?? '',
      /^\s+source "\$pkg/m,
    );
  });

  it('cannot see what a setup sources by other words, and says so', async () => {
    const setup = `. /dev/null; builtin source $input; genericBuild() { :; }; definePhases() { phases=aPhase; }; aPhase() { :; }`;
    const hidden = unwrap(
      await inspect(tinyStdenv(setup, '{ input = builtins.toFile "hook" "fromHook() { :; }"; }')),
    );
    assert.deepEqual(hidden.setupHooks?.map(({ file }) => file) ?? null, ['/dev/null']);
    const unseen = unwrap(
      await inspect(
        tinyStdenv(
          setup.replace('. /dev/null;', ''),
          '{ input = builtins.toFile "hook" "fromHook() { :; }"; }',
        ),
      ),
    );
    assert.equal(unseen.setupHooks, null);
    assert.equal(unseen.named, null);
  });

  it('has phases in their order that a list names, that variables insert, and that a setup hook inserts', async () => {
    const named = unwrap(
      await inspect(
        `(import ${pkgs} { }).stdenv.mkDerivation { name = "x"; phases = [ "onePhase" "buildPhase" ]; prePhases = [ "neverPhase" ]; onePhase = "x"; }`,
      ),
    );
    assert.deepEqual(phasesWithRuns(named), ['onePhase runs', 'buildPhase runs']);
    const inserted = unwrap(
      await inspect(`let p = import ${pkgs} { }; in p.stdenv.mkDerivation { name = "x"; prePhases = [ "firstPhase" ];
        preConfigurePhases = "a b"; postPhases = [ "lastPhase" ]; firstPhase = "x"; a = "x"; b = "x"; lastPhase = "x";
        nativeBuildInputs = [ (p.makeSetupHook { name = "hook"; } (builtins.toFile "hook.sh" ''
          preInstallPhases+=" hookPhase"
          hookPhase() { :; }
        '')) ]; }`),
    );
    assert.deepEqual(
      inserted.phases.map(({ name }) => name),
      'firstPhase unpackPhase patchPhase a b configurePhase buildPhase checkPhase hookPhase installPhase fixupPhase installCheckPhase distPhase lastPhase'.split(
        ' ',
      ),
    );
    const older = unwrap(
      await inspect(
        tinyStdenv(
          `${olderSetup}; source $hook`,
          '{ hook = builtins.toFile "hook" "prePhases=hookPhase; hookPhase() { :; }"; phases = ""; }',
        ),
      ),
    );
    assert.deepEqual(
      older.phases.map(({ name }) => name),
      ['hookPhase', 'unpackPhase', 'buildPhase', 'checkPhase', 'installPhase'],
    );
    assert.equal(older.setupHooks?.length, 1);
  });

  it('says why when the setup script ends early, prints much, or hangs; and can be stopped', async () => {
    const failing = await inspect(tinyStdenv('echo some words; echo more >&2; exit 3', '{ }'));
    assert.equal(failing.ok ? null : failing.error.code, 'setup-failed');
    assert.match(failing.ok ? '' : failing.error.message, /exit code 3:\nsome words\nmore/);
    const noisy = unwrap(
      await inspect(
        tinyStdenv(
          `for i in {1..20000}; do echo "noise $i"; echo "more $i" >&2; done
           definePhases() { phases="aPhase"; }; genericBuild() { :; }; runPhase() { eval "''\${!curPhase:-$curPhase}"; }`,
          '{ aPhase = "x"; }',
        ),
      ),
    );
    assert.deepEqual(phasesWithRuns(noisy), ['aPhase runs']);
    const hanging = tinyStdenv('/bin/sleep 1000 & wait', '{ }');
    const slow = await inspect(hanging, never, 500);
    assert.equal(slow.ok ? null : slow.error.code, 'inspection-timeout');
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 500);
    const stopped = await inspect(hanging, stop.signal);
    assert.equal(stopped.ok ? null : stopped.error.code, 'cancelled');
  });
});
