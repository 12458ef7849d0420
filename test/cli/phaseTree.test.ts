import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { join } from 'node:path';
import type { Derivation, Phase } from '../../server/src/protocol/model';
import { json, phasewise, repository } from '../support/commandLine';
import { makeWorkspace, type Workspace } from './workspace';

const packages = join(repository, 'examples/pkgs');

describe('phasewise phases', () => {
  let workspace: Workspace;
  beforeEach(() => (workspace = makeWorkspace()));
  before(async () => {
    const elsewhere = makeWorkspace();
    equal((await phasewise(['build', packages, '-A', 'stdenv'], { env: elsewhere.env })).code, 0);
    elsewhere.dispose();
  });
  afterEach(() => workspace.dispose());
  const call = (...args: readonly string[]) =>
    phasewise(['phases', ...args], { cwd: workspace.folder, env: workspace.env });

  async function drawn(...args: readonly string[]): Promise<Derivation> {
    const result = await call(...args, '--json');
    equal(result.code, 0, result.stderr);
    const [first] = json<{ derivations: readonly Derivation[] }>(result).derivations;
    ok(first !== undefined && first.source === 'stdenv', first?.note ?? 'no derivation');
    return first;
  }
  const phase = (derivation: Derivation, name: string): Phase | undefined =>
    derivation.phases.find((one) => one.name === name);
  const place = (derivation: Derivation, name: string): string => {
    const { file, range } = phase(derivation, name)?.origin ?? {};
    return `${file?.slice(workspace.folder.length + 1) ?? ''}:${(range?.start.line ?? -1) + 1}`;
  };

  it('places attributes through overrideAttrs, finalAttrs and functions of other files', async () => {
    workspace.write(
      'helpers.nix',
      `{
  make = pkgs: args: pkgs.stdenv.mkDerivation ({
    installPhase = "mkdir $out";
  } // args);
  change = old: {
    buildPhase = "echo theirs";
  };
  withCheck = drv: drv.overrideAttrs (old: {
    doCheck = true;
    checkPhase = "true";
  });
}
`,
    );
    workspace.write(
      'default.nix',
      `let pkgs = import ${packages} { }; helpers = import ./helpers.nix; in {
  made = helpers.withCheck ((helpers.make pkgs {
    name = "made";
    dontUnpack = true;
    buildPhase = "echo mine";
  }).overrideAttrs (old: {
    fixupPhase = "echo fix";
  }));
  changed = (pkgs.stdenv.mkDerivation {
    name = "changed";
    buildPhase = "echo mine";
    installPhase = "mkdir $out";
  }).overrideAttrs helpers.change;
  final = (pkgs.stdenv.mkDerivation (finalAttrs: {
    name = "final";
    buildPhase = "echo \${finalAttrs.name}";
    installPhase = "mkdir $out";
  })).overrideAttrs (finalAttrs: old: {
    installPhase = old.installPhase + "; echo \${finalAttrs.name}";
  });
}
`,
    );
    const made = await drawn('.', '-A', 'made');
    deepEqual(
      ['buildPhase', 'checkPhase', 'installPhase', 'fixupPhase'].map((name) => place(made, name)),
      ['default.nix:5', 'helpers.nix:10', 'helpers.nix:3', 'default.nix:7'],
    );
    const changed = await drawn('.', '-A', 'changed');
    deepEqual(
      [place(changed, 'buildPhase'), place(changed, 'installPhase')],
      ['helpers.nix:6', 'default.nix:12'],
    );
    const final = await drawn('.', '-A', 'final');
    deepEqual(
      [place(final, 'buildPhase'), place(final, 'installPhase')],
      ['default.nix:16', 'default.nix:19'],
    );
    match(phase(final, 'installPhase')?.body ?? '', /; echo final$/);
  });

  it('tells flags, idle hooks, stdenv’s own function and setup hooks, and draws a .drv the same', async () => {
    workspace.write(
      'default.nix',
      `let pkgs = import ${packages} { }; in pkgs.stdenv.mkDerivation {
  name = "told";
  dontUnpack = true;
  outputs = [ "out" "doc" ];
  makeFlags = [ "A=1" "B=2" ];
  preBuild = "echo never";
  buildPhase = "echo $makeFlags";
  nativeBuildInputs = [ (pkgs.makeSetupHook { name = "teller"; } (builtins.toFile "hook.sh" ''
    export tellerHome=$doc/teller
    installPhase=tellerInstall
    tellerInstall() { runHook preInstall; mkdir "$out" "$doc"; echo "$tellerHome"; }
    preInstallHooks+=("echo text")
  '')) ];
}
`,
    );
    equal((await phasewise(['build', '.'], { cwd: workspace.folder, env: workspace.env })).code, 0);
    const told = await drawn('.');
    deepEqual(phase(told, 'buildPhase')?.flags, [{ name: 'makeFlags', value: 'A=1 B=2' }]);
    const [idle] = phase(told, 'buildPhase')?.hooks ?? [];
    deepEqual(
      [idle?.name, idle?.runs, idle?.reason],
      ['preBuild', false, 'buildPhase does not call runHook preBuild'],
    );
    const install = phase(told, 'installPhase');
    match(install?.body ?? '', /^tellerInstall \(\)/);
    match(install?.origin.input ?? '', /-teller$/);
    match(install?.stdenvDefault?.file ?? '', /\/setup$/);
    deepEqual(install?.flags, [{ name: 'tellerHome', value: `${told.outputs['doc'] ?? ''}/teller` }]);
    deepEqual(
      install.hooks.map(({ name, origin }) => [name, origin.kind]),
      [['echo text', 'setupHook']],
    );
    const teller = told.setupHooks?.find(({ name }) => name === 'teller');
    deepEqual(
      [teller?.phasesReplaced, teller?.hooksAdded, teller?.variables.map(({ name }) => name)],
      [['installPhase'], [{ array: 'preInstallHooks', entry: 'echo text' }], ['tellerHome']],
    );
    const fromStore = await drawn(told.drvPath ?? '');
    deepEqual(
      fromStore.phases.map(({ name, runs, body }) => [name, runs, body]),
      told.phases.map(({ name, runs, body }) => [name, runs, body]),
    );
    deepEqual(fromStore.setupHooks, told.setupHooks);
    const text = await call('.');
    match(text.stdout, /teller +replaces installPhase; adds echo text to preInstallHooks; sets tellerHome/);
    match(text.stdout, /pre +preBuild +does not run: buildPhase does not call runHook preBuild/);
  });

  it('shows hooks that run inside phases, at setup, on failure and at exit, whatever they are called', async () => {
    const hooks = [
      ...['unpackPhase during unpackCmd', 'fixupPhase during fixupOutput', 'buildPhase during halfway'],
      ...['unpackPhase setup postHook', 'fixupPhase failure failureHook', 'fixupPhase exit exitHook'],
    ];
    const attributes = hooks.map((hook) => `  ${hook.split(' ')[2] ?? ''} = "true";`);
    workspace.write(
      'default.nix',
      `let pkgs = import ${packages} { }; in pkgs.stdenv.mkDerivation {
  name = "hooked";
  src = ./default.nix;
${attributes.join('\n')}
  buildPhase = "runHook halfway";
  installPhase = "touch $out";
}
`,
    );
    const { phases } = await drawn('.');
    const found = hooks.map((wanted) => {
      const [name, when, hook] = wanted.split(' ');
      const one = phases.find((each) => each.name === name)?.hooks.find((each) => each.name === hook);
      return [wanted, one?.when === when, one?.body, one?.origin.range?.start.line];
    });
    deepEqual(
      found,
      hooks.map((wanted, index) => [wanted, true, 'true', 3 + index]),
    );
  });

  it('tells what a builder script of the package sets, hooks that attributes list, and phases that setup hooks bring', async () => {
    workspace.write(
      'builder.sh',
      `source $stdenv/setup
ownPhase() { runHook preOwn; mkdir "$out"; }
  export thenPhase="echo then"
phases="broughtPhase ownPhase thenPhase"
genericBuild
`,
    );
    workspace.write(
      'default.nix',
      `let pkgs = import ${packages} { }; in pkgs.stdenv.mkDerivation {
  name = "own";
  builder = ./builder.sh;
  preOwnHooks = [ "echo listed" ];
  nativeBuildInputs = [ (pkgs.makeSetupHook { name = "bringer"; } (builtins.toFile "hook.sh" ''
    prePhases+=" broughtPhase"
    broughtPhase() { :; }
    preOwnHooks+=("echo added")
  '')) ];
}
`,
    );
    equal((await phasewise(['build', '.'], { cwd: workspace.folder, env: workspace.env })).code, 0);
    const own = await drawn('.');
    const told = ({ origin }: { origin: Phase['origin'] }) =>
      `${origin.kind} ${origin.file?.replace(/^.*\/(?:.{32}-)?/, '') ?? ''}:${(origin.range?.start.line ?? -1) + 1}`;
    deepEqual(
      own.phases.map((one) => [one.name, told(one)]),
      [
        ['broughtPhase', 'setupHook setup-hook:2'],
        ['ownPhase', 'attribute builder.sh:2'],
        ['thenPhase', 'attribute builder.sh:3'],
      ],
    );
    // The script sources setup a second time.
    deepEqual(
      phase(own, 'ownPhase')?.hooks.map((hook) => [hook.name, told(hook).split(':')[0]]),
      [
        ['echo listed', 'attribute default.nix'],
        ['echo added', 'setupHook setup-hook'],
        ['echo added', 'setupHook setup-hook'],
      ],
    );
    const bringers = own.setupHooks?.filter(({ name }) => name === 'bringer') ?? [];
    deepEqual(
      bringers.map(({ phasesReplaced, phasesAdded, hooksAdded }) => [
        phasesReplaced,
        phasesAdded,
        hooksAdded,
      ]),
      [[[], ['broughtPhase'], [{ array: 'preOwnHooks', entry: 'echo added' }]]],
    );
    match((await call('.')).stdout, /bringer +brings broughtPhase; adds echo added to preOwnHooks/);
  });

  it('ends as the other commands do when the file makes no derivation', async () => {
    workspace.write('set.nix', '{ one = 1; }');
    const options = { cwd: workspace.folder, env: workspace.env };
    for (const command of [['phases'], ['build'], ['run', '--all']]) {
      const result = await phasewise([...command, 'set.nix'], options);
      deepEqual([command[0], result.code], [command[0], 2]);
      match(result.stderr, /set without derivations/);
    }
    const listed = await phasewise(['phases', 'set.nix', '--json'], options);
    deepEqual([json(listed), listed.code], [{ derivations: [] }, 2]);
  });

  it('shows a build command and a raw builder as what they are', async () => {
    workspace.write(
      'default.nix',
      `let pkgs = import ${packages} { }; in {
  command = pkgs.runCommand "command" { } "echo hi > $out";
  raw = derivation { name = "raw"; system = builtins.currentSystem; builder = "/bin/sh"; args = [ "-c" "echo > $out" ]; };
  program = derivation { name = "program"; system = builtins.currentSystem; builder = "/bin/cp"; args = [ "a b" "c" ]; };
}
`,
    );
    const shapes = await Promise.all(['command', 'raw', 'program'].map((attr) => drawn('.', '-A', attr)));
    deepEqual(
      shapes.map(({ structure, phases }) => [
        structure,
        ...phases.map(({ name, body }) => `${name}: ${body ?? ''}`),
      ]),
      [
        ['buildCommand', 'buildCommand: echo hi > $out'],
        ['builder', 'builder: echo > $out'],
        ['builder', "builder: /bin/cp 'a b' c"],
      ],
    );
  });
});
