import { deepEqual, equal, match } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BuildResult, Failure, RunResult } from '../../server/src/protocol/model';
import { LineIndex } from '../../server/src/syntax/lineIndex';
import { replaced } from '../../server/src/syntax/replacement';
import { json, phasewise, repository } from '../support/commandLine';
import { makeWorkspace, type Workspace } from './workspace';

const examples = join(repository, 'examples');
const unique = `${Date.now()}-${process.pid}`;

/** A set in which a program, a library and a decoy can be had; it is asked, not the table of nixpkgs. */
const set = `
let
  base = import ${join(examples, 'pkgs')} { };
  tool = name: meta: (base.runCommand "\${name}-${unique}" { } ''
    mkdir -p $out/bin $out/include $out/lib/pkgconfig
    printf '#!/bin/sh\\necho %s\\n' '\${name}' > $out/bin/\${name}
    chmod +x $out/bin/\${name}
    touch $out/include/\${name}.h
  '') // { inherit meta; };
  pkgs = base // {
    inherit pkgs;
    callPackage = base.lib.callPackageWith pkgs;
    frobnicator = tool "frob" { mainProgram = "frob"; };
    other = tool "other" { mainProgram = "other"; };
    widgets = tool "zork" { };
    libsodium = tool "sodium" { };
    broken = throw "not to be had";
  };
in
pkgs
`;

describe('what failed builds are told to mend', () => {
  let workspace: Workspace;
  beforeEach(() => {
    workspace = makeWorkspace('é $x');
    workspace.write('set.nix', set);
  });
  afterEach(() => workspace.dispose());

  const call = (...args: readonly string[]) => phasewise(args, { cwd: workspace.folder, env: workspace.env });
  const file = (): string => join(workspace.folder, 'default.nix');
  const failed = async (): Promise<Failure> => {
    const { failure } = json<BuildResult>(await call('build', '.', '--json'));
    if (failure === null) throw new Error('it was built');
    return failure;
  };
  const mend = (failure: Failure): string => {
    const text = readFileSync(file(), 'utf8');
    const lines = new LineIndex(text);
    const edits = failure.edits.map(({ range, newText }) => ({
      start: lines.offsetAt(range.start),
      end: lines.offsetAt(range.end),
      newText,
    }));
    const mended = replaced(text, edits);
    writeFileSync(file(), mended);
    return mended;
  };
  const package_ = (attributes: string): string =>
    `{ pkgs ? import ./set.nix }:\n\npkgs.callPackage\n  ({ lib, stdenv }:\n\n  stdenv.mkDerivation {\n    name = "user-${unique}";\n    dontUnpack = true;\n\n${attributes}  }) { }\n`;

  it('a program: its package is found by mainProgram and added, with the argument that it needs', async () => {
    workspace.write('default.nix', package_('    installPhase = "frob > $out";\n'));
    const failure = await failed();
    equal(
      failure.explanation,
      'The program frob is not there: none of the derivation’s inputs brings it. Add frobnicator to nativeBuildInputs.',
    );
    equal(failure.fixTitle, 'Add frobnicator to nativeBuildInputs');
    const text = mend(failure);
    match(text, /\(\{ lib, stdenv, frobnicator \}:/);
    match(text, /\n {4}nativeBuildInputs = \[ frobnicator \];\n/);
    equal((await call('build', '.')).code, 0);
  });

  it('a program of a set of thousands, whatever else in it cannot be looked at', async () => {
    const many = `many = builtins.listToAttrs (builtins.genList (n: { name = "f-other-\${toString n}-b"; value = abort "\${toString n}"; }) 2500);`;
    workspace.write(
      'set.nix',
      set
        .replace('  pkgs = base // {', `  ${many}\n  pkgs = many // base // {`)
        .replace('    broken', '    fairob = abort "not to be looked at";\n    broken'),
    );
    workspace.write('default.nix', package_('    installPhase = "frob > $out";\n'));
    equal((await failed()).fixTitle, 'Add frobnicator to nativeBuildInputs');
  });

  it('a program of the set that a flake locks', async () => {
    // Nix 2.8 takes no other name in the URL of a path.
    workspace.dispose();
    workspace = makeWorkspace('plain');
    cpSync(join(examples, 'pkgs'), join(workspace.folder, 'np/pkgs'), { recursive: true });
    const systems = `builtins.listToAttrs [ { name = "\${import ./system.nix}"; value = import ./set.nix; } ]`;
    workspace.write('np/flake.nix', `{ outputs = { self }: { legacyPackages = ${systems}; }; }\n`);
    const system = execFileSync('nix-instantiate', ['--eval', '-E', 'builtins.currentSystem'], {
      env: workspace.env,
      encoding: 'utf8',
    }).trim();
    workspace.write('np/system.nix', system);
    workspace.write(
      'np/set.nix',
      set.replace(join(examples, 'pkgs'), './pkgs').replace('{ };', `{ system = ${system}; };`),
    );
    workspace.write(
      'f/flake.nix',
      `{\n  inputs.nixpkgs.url = "path:${workspace.folder}/np";\n  outputs = { self, nixpkgs }: { packages.${system}.default = nixpkgs.legacyPackages.${system}.callPackage ./package.nix { }; };\n}\n`,
    );
    workspace.write(
      'f/package.nix',
      `{ stdenv }:\n\nstdenv.mkDerivation {\n  name = "user-${unique}";\n  dontUnpack = true;\n  installPhase = "frob > $out";\n}\n`,
    );
    execFileSync('nix', [
      ...['--extra-experimental-features', 'nix-command flakes'],
      ...['flake', 'lock', join(workspace.folder, 'f')],
    ]);
    const built = await phasewise(['build', `${join(workspace.folder, 'f')}#default`, '--json'], {
      cwd: workspace.folder,
      env: { ...workspace.env, NIX_PATH: '' },
    });
    equal(json<BuildResult>(built).failure?.fixTitle, 'Add frobnicator to nativeBuildInputs', built.stderr);
  });

  it('a program that only an installed index knows, as far as the set has the package', async () => {
    workspace.write('default.nix', package_('    installPhase = "zork > $out";\n'));
    const index = workspace.write(
      'bin/nix-locate',
      '#!/bin/sh\nprintf "%s\\n" zork-of-old.out widgets.out\n',
    );
    chmodSync(index, 0o755);
    const env = { ...workspace.env, PATH: `${dirname(index)}:${process.env['PATH'] ?? ''}` };
    const built = await phasewise(['build', '.', '--json'], { cwd: workspace.folder, env });
    equal(json<BuildResult>(built).failure?.fixTitle, 'Add widgets to nativeBuildInputs');
  });

  it('a header: the set has the library that the table names', async () => {
    workspace.write(
      'default.nix',
      package_(`    buildPhase = ''
      echo '#include <sodium.h>' > main.c
      $CC -c main.c
    '';
    installPhase = "touch $out";
`),
    );
    const failure = await failed();
    equal(failure.fixTitle, 'Add libsodium to buildInputs');
    match(mend(failure), /buildInputs = \[ libsodium \];/);
  });

  it('nothing is added that the set does not have', async () => {
    workspace.write('default.nix', package_('    installPhase = "frob-nothere > $out";\n'));
    const failure = await failed();
    match(failure.explanation ?? '', /^The program frob-nothere is not there.*Add the package that has it/);
    deepEqual([failure.edits, failure.fixTitle], [[], null]);
  });

  it('a phase run is told the same', async () => {
    workspace.write('default.nix', package_('    installPhase = "frob > $out";\n'));
    const result = json<RunResult>(await call('run', '.', '--only', 'installPhase', '--json'));
    const failure = result.phases.find(({ name }) => name === 'installPhase')?.failure;
    equal(failure?.fixTitle, 'Add frobnicator to nativeBuildInputs');
    equal(failure.exact, true);
  });

  it('a script with another machine’s interpreter is patched before it is run', async () => {
    const script = 'printf "#!/nowhere/bin/sh\\necho made > $out\\n" > make-it; chmod +x make-it; ./make-it';
    workspace.write('default.nix', package_(`    buildCommand = ''${script}'';\n`));
    const failure = await failed();
    match(
      failure.explanation ?? '',
      /^\.\/make-it cannot be started: .* Run patchShebangs on make-it in postPatch\.$/,
    );
    match(mend(failure), /postPatch = ''\n {6}patchShebangs make-it\n {4}'';/);
  });

  it('what the text alone is enough for is mended, and the build goes on', async () => {
    const source = (attributes: string): string =>
      package_(attributes).replace('    dontUnpack = true;\n', '    src = ./src;\n');
    workspace.write('src/configure', '#!/bin/sh\nprintf "all:\\n" > Makefile\n');
    workspace.write(
      'default.nix',
      source('    outputs = [ "out" "spare" ];\n    installPhase = "./configure; touch $out";\n'),
    );
    // Not executable, and then an output that is not made.
    let failure = await failed();
    match(failure.explanation ?? '', /may not be run.* Make configure executable in postPatch\.$/);
    match(mend(failure), /postPatch = ''\n {6}chmod \+x configure\n {4}'';/);
    failure = await failed();
    equal(failure.fixTitle, 'Take spare out of outputs');
    match(mend(failure), /outputs = \[ "out" \];/);
    equal((await call('build', '.')).code, 0);
  });

  it('a source without a folder around it, and a patch that is in it already', async () => {
    workspace.write('f/x', 'one\ntwo\n');
    execFileSync('tar', ['cf', join(workspace.folder, 's.tar'), '-C', join(workspace.folder, 'f'), 'x']);
    workspace.write('done.patch', '--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n one\n-zwei\n+two\n');
    workspace.write(
      'default.nix',
      package_('    patches = [ ./done.patch ];\n    installPhase = "cp x $out";\n').replace(
        '    dontUnpack = true;\n',
        '    src = ./s.tar;\n',
      ),
    );
    let failure = await failed();
    equal(failure.fixTitle, 'Set sourceRoot = "."');
    mend(failure);
    failure = await failed();
    equal(failure.fixTitle, 'Take done.patch out of patches');
    equal(/patches/.test(mend(failure)), false);
    equal((await call('build', '.')).code, 0);
  });

  it('a hook is added where the set has it', async () => {
    workspace.write('default.nix', package_('    installPhase = "./configure; touch $out";\n'));
    const before = await failed();
    match(before.explanation ?? '', /has no \.\/configure.*autoreconfHook/);
    deepEqual([before.edits, before.fixTitle], [[], null]);
    workspace.write(
      'set.nix',
      set.replace('frobnicator =', 'autoreconfHook = tool "hook" { }; frobnicator ='),
    );
    const failure = await failed();
    equal(failure.fixTitle, 'Add autoreconfHook to nativeBuildInputs');
    match(mend(failure), /nativeBuildInputs = \[ autoreconfHook \];/);
  });

  it('a hash is replaced where it is written, and the build goes on', async () => {
    workspace.write('upstream', `${unique}\n`);
    workspace.write(
      'default.nix',
      package_(
        `    src = (import ${join(examples, 'pkgs')} { }).fetchurl { url = "file://\${./upstream}"; hash = lib.fakeHash; };
    installPhase = "cp $src $out";
`,
      ),
    );
    const failure = await failed();
    match(failure.fixTitle ?? '', /^Replace the hash by sha256-[A-Za-z0-9+/]{43}=$/);
    match(mend(failure), /hash = "sha256-[A-Za-z0-9+/]{43}="; \};/);
    equal((await call('build', '.')).code, 0);
  });

  it('an output that nothing made, and a patch that does not fit, are named', async () => {
    workspace.write('default.nix', package_('    installPhase = "echo done";\n'));
    match((await failed()).explanation ?? '', /has not made its output out/);
    workspace.write('fix.patch', '--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n');
    workspace.write('src/x', 'one\nzwei\nthree\n');
    workspace.write(
      'default.nix',
      package_('    src = ./src;\n    patches = [ ./fix.patch ];\n    installPhase = "cp x $out";\n').replace(
        '    dontUnpack = true;\n',
        '',
      ),
    );
    const failure = await failed();
    match(failure.explanation ?? '', /^The patch fix\.patch does not fit x: hunk 1 \(line 1 of x\)/);
    const [line = ''] = readFileSync(file(), 'utf8').split('\n').slice(failure.range?.start.line);
    match(line, /patches = /);
  });
});
