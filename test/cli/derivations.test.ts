import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type {
  BuildLog,
  BuildResult,
  Derivation,
  Diagnostic,
  RunResult,
} from '../../server/src/protocol/model';
import { json, phasewise, repository } from '../support/commandLine';
import { namespacesRefused } from '../support/namespaces';
import { onDisk } from '../support/nixEnvironment';
import { derivation, makeWorkspace, type Workspace } from './workspace';

const examples = join(repository, 'examples');

describe('phasewise on derivations', () => {
  let workspace: Workspace;
  beforeEach(() => (workspace = makeWorkspace('é $x; "q" \'s\'')));
  afterEach(() => workspace.dispose());
  const call = (...args: readonly string[]) => phasewise(args, { cwd: workspace.folder, env: workspace.env });

  it('shows phases, hooks and reasons as the stdenv itself tells them', async () => {
    equal((await call('build', join(examples, 'hello'))).code, 0);
    const result = await call('phases', join(examples, 'hello'), '--json');
    equal(result.code, 0);
    const [hello] = json<{ derivations: readonly Derivation[] }>(result).derivations;
    equal(hello?.source, 'stdenv');
    equal(hello.name, 'hello-1.0');
    equal(hello.note, null);
    const names = hello.phases.map(({ name }) => name);
    deepEqual(names.slice(0, 4), ['unpackPhase', 'patchPhase', 'configurePhase', 'buildPhase']);
    const build = hello.phases.find(({ name }) => name === 'buildPhase');
    equal(build?.origin.kind, 'setup');
    const hook = build.hooks.find(({ name }) => name === 'preBuild');
    equal(hook?.origin.file, join(examples, 'hello/default.nix'));
    match(hook.body ?? '', /makeFlagsArray/);
    const dist = hello.phases.find(({ name }) => name === 'distPhase');
    deepEqual([dist?.runs, dist?.skipReason], [false, 'doDist is not set']);
  });

  it('leaves the drawing as evaluated, with a note, until the inputs are built', async () => {
    workspace.write(
      'default.nix',
      derivation(
        `  buildInputs = [ (pkgs.runCommand "late" { unique = "${process.hrtime.bigint()}"; } "mkdir $out") ];`,
      ),
    );
    const draw = async () =>
      json<{ derivations: readonly Derivation[] }>(await call('phases', '.', '--json')).derivations[0];
    const before = await draw();
    equal(before?.source, 'evaluated');
    match(before.note ?? '', /inputs are not built yet/);
    await call('run', '.', '--only', 'patchPhase');
    const after = await draw();
    deepEqual([after?.source, after?.note], ['stdenv', null]);
  });

  it('takes attribute names with spaces, quotes, $, ; and non-ASCII, and no shell sees them', async () => {
    const touched = join(dirname(workspace.folder), 'touched');
    const name = `my pkg; $(touch ${touched}) \`touch ${touched}\` 'é'`;
    workspace.write(
      'default.nix',
      `let pkgs = import ${join(examples, 'pkgs')} { }; in {
  "${name}" = pkgs.stdenv.mkDerivation { name = "odd"; dontUnpack = true; installPhase = "echo installed; echo > $out"; };
  "a.b" = 1;
}`,
    );
    for (const attr of [`"${name}"`, name]) {
      const options = ['-A', attr, '--json'];
      const drawn = json<{ derivations: readonly Derivation[] }>(await call('phases', '.', ...options));
      deepEqual(
        drawn.derivations.map((one) => [one.attr, one.name, one.range?.start]),
        [[`"${name}"`, 'odd', { line: 1, character: 2 }]],
      );
      const built = json<BuildResult>(await call('build', '.', ...options));
      ok(existsSync(onDisk(built.outputs['out'] ?? '')));
      const run = json<RunResult>(await call('run', '.', '--until', 'installPhase', ...options));
      equal(run.phases.at(-1)?.status, 'ok');
      const log = json<BuildLog>(await call('log', '.', '--phase', 'installPhase', ...options));
      ok(log.phases[0]?.lines.includes('installed'));
      equal((await call('drv', '.', ...options)).code, 0);
    }
    equal(existsSync(touched), false);
  }).timeout(60_000);

  it('says what several derivations there are, and takes one', async () => {
    const several = await call('build', join(examples, 'greeting-library'));
    equal(several.code, 2);
    match(several.stderr, /2 derivations: greeting, greeter[^]*-A greeting/);
    const one = await call('build', join(examples, 'greeting-library'), '-A', 'greeting', '--json');
    equal(one.code, 0);
    const { outputs, drvPath } = json<BuildResult>(one);
    deepEqual(Object.keys(outputs).sort(), ['dev', 'doc', 'out']);
    const again = await call('build', drvPath, '--json');
    deepEqual([again.code, json<BuildResult>(again).status], [0, 'valid']);
    const lost = await call('build', join(examples, 'greeting-library'), '-A', 'gone');
    equal(lost.code, 1);
    match(lost.stderr, /gone/);
  });

  it('builds with phases, keeps the log, and cuts it by phase', async () => {
    workspace.write(
      'default.nix',
      derivation(`  buildPhase = "echo building; printf '10%%\\\\r20%%\\\\n'; printf 'nul\\\\0 end\\\\n'";
  installPhase = "mkdir $out; echo $name > $out/name";`),
    );
    const built = await call('build', '.', '--json');
    equal(built.code, 0);
    const result = json<BuildResult>(built);
    equal(result.status, 'built');
    deepEqual(
      result.phases.map(({ name }) => name),
      ['patchPhase', 'configurePhase', 'buildPhase', 'installPhase', 'fixupPhase'],
    );
    equal(readFileSync(join(onDisk(result.outputs['out'] ?? ''), 'name'), 'utf8'), 'test\n');
    const log = json<BuildLog>(await call('log', '.', '--json'));
    equal(log.drvPath, result.drvPath);
    deepEqual(log.phases.find(({ name }) => name === 'buildPhase')?.lines, [
      'Running phase: buildPhase',
      'building',
      '20%',
      'nul\0 end',
    ]);
    equal(
      log.phases.reduce((sum, { lines }) => sum + lines.length, 0),
      result.phases.reduce((sum, { lines }) => sum + lines, 0),
    );
    const phase = await call('log', result.outputs['out'] ?? '', '--phase', 'installPhase');
    equal(phase.stdout, 'Running phase: installPhase\n');
    const unknown = await call('log', '.', '--phase', 'nosuchPhase');
    equal(unknown.code, 2);
    match(unknown.stderr, /It has .*buildPhase/);
    equal((await call('log', '.')).stdout.split('\n')[0], '=== patchPhase');
  });

  it('says that a log is empty, and why that may be', async () => {
    const text = `derivation {
  name = "quiet-${process.hrtime.bigint()}"; system = builtins.currentSystem;
  builder = "/bin/sh"; args = [ "-c" "echo > $out" ];
}`;
    workspace.write('default.nix', text);
    equal((await call('build', '.')).code, 0);
    const { code, stdout, stderr } = await call('log', '.');
    deepEqual([code, stdout], [0, '']);
    match(
      stderr,
      /^The log of quiet-\d+ is empty: its builder printed nothing, or another Nix builds it now\./,
    );
  });

  it('prints what nix-build prints', async () => {
    workspace.write(
      'default.nix',
      derivation('  outputs = [ "dev" "out" ]; installPhase = "mkdir $dev $out";'),
    );
    const { stdout, code } = await call('build', '.');
    equal(code, 0);
    match(stdout, /^\/nix\/store\/[0-9a-z]{32}-test-dev\n$/);
  });

  it('tells a failing build by phase, place and last lines', async () => {
    const file = workspace.write(
      'default.nix',
      derivation("  buildPhase = ''\n    echo before\n    false\n  '';"),
    );
    const result = await call('build', file, '--json');
    equal(result.code, 1);
    const { status, failure, phases } = json<BuildResult>(result);
    equal(status, 'failed');
    equal(phases.at(-1)?.name, 'buildPhase');
    equal(failure?.phase, 'buildPhase');
    equal(failure.file, file);
    equal(failure.range?.start.line, 5);
    equal(failure.exact, false);
    equal(failure.exitCode, 1);
    ok(failure.tail.includes('before'));
    match(result.stderr, /✗ buildPhase/);
  });

  it('names the input that cannot be built, and where it is used', async () => {
    const input = '(pkgs.runCommand "broken-input" { unique = "UNIQUE"; } "echo no; exit 7")';
    workspace.write(
      'default.nix',
      derivation(`  buildInputs = [ ${input.replace('UNIQUE', String(process.hrtime.bigint()))} ];
  installPhase = "mkdir $out";`),
    );
    const built = await call('build', '.', '--json');
    equal(built.code, 1);
    const { failure } = json<BuildResult>(built);
    match(failure?.message ?? '', /input broken-input failed.*exit code 7/);
    equal(failure?.range?.start.line, 5);
    ok(failure.tail.includes('no'));
    const run = await call('run', '.', '--all');
    equal(run.code, 1);
    match(run.stderr, /input broken-input failed/);
  });

  it('says that a private store hides the tools of the machine, and builds when it is told to show them', async () => {
    const file = workspace.write('default.nix', derivation('  installPhase = "mkdir $out";'));
    const store = ['--store', join(workspace.folder, '..', 'store')];
    const hidden = await call('build', file, '--json', ...store, '--option', 'sandbox-paths', '');
    equal(hidden.code, 1);
    const { failure } = json<BuildResult>(hidden);
    match(failure?.explanation ?? '', /sandbox hides the program/);
    ok(failure?.tail.every((line) => !line.includes('\0')));
    const sandbox = ['--option', 'sandbox', 'true', '--option', 'sandbox-paths', '/bin /usr /lib /lib64'];
    const run = await call('run', file, '--all', '--verify', '--json', ...store, ...sandbox);
    deepEqual(json<RunResult>(run).verify, { same: true, differences: [] });
    workspace.write('default.nix', derivation('  installPhase = "ls /var; mkdir $out";'));
    const more = await call('run', file, '--all', '--verify', '--json', ...store, ...sandbox);
    equal(more.code, 1);
    const { phases, verify } = json<RunResult>(more);
    // Isolated, it is hidden from the session, too; elsewhere the real build tells.
    const failed = phases.filter(({ status }) => status === 'failed').map(({ name }) => name);
    if ((await namespacesRefused()) === null) return deepEqual(failed, ['installPhase']);
    deepEqual(failed, []);
    match(verify?.differences.join() ?? '', /^The real build failed\./);
    match(verify?.notes?.join() ?? '', /^It sees its inputs and \/bin .*\/usr.*sandbox hides the rest/);
  });

  it('runs phases to the same outputs as a real build', async () => {
    workspace.write(
      'default.nix',
      derivation(`  outputs = [ "out" "doc" ];
  installPhase = "mkdir $out $doc; echo $out $doc > $out/both; ln -s $doc $out/link; echo x > $doc/x";`),
    );
    const result = await call('run', '.', '--all', '--verify', '--json', '--out', 'copies');
    equal(result.code, 0);
    const { phases, outputs, verify, session } = json<RunResult>(result);
    deepEqual(verify, { same: true, differences: [] });
    deepEqual(Object.keys(outputs).sort(), ['doc', 'out']);
    equal(outputs['out'], join(workspace.folder, 'copies/out'));
    match(
      readFileSync(join(outputs['out'], 'both'), 'utf8'),
      /^\/nix\/store\/[^ ]+-test \/nix\/store\/[^ ]+-test-doc\n$/,
    );
    ok(existsSync(session));
    equal(phases[0]?.name, 'unpackPhase');
    equal(phases[0].status, 'skipped');
  });

  it('compares a program that was linked before an edit but for its build ID, and says why', async () => {
    const text = (install: string): string =>
      derivation(`  buildPhase = ''
    echo 'int main(void) { return 0; }' > main.c
    gcc -DWHERE="\\"$out\\"" -g main.c -Wl,--build-id=sha1 -Wl,-rpath,$out/lib -o program
  '';
  dontStrip = true;
  installPhase = "mkdir $out; cp program $out/; echo ${install} > $out/note";`);
    const made = text('one');
    workspace.write('default.nix', made);
    equal((await call('run', '.', '--all', '--verify')).code, 0);
    workspace.write('default.nix', made.replace('echo one', 'echo two'));
    const result = await call('run', '.', '--all', '--verify', '--json');
    const { phases, verify } = json<RunResult>(result);
    equal(phases.find(({ name }) => name === 'buildPhase')?.reused, true);
    deepEqual([verify?.same, verify?.differences, result.code], [true, [], 0]);
    match(verify?.notes?.join() ?? '', /^out\/program has another build ID\. It hashes the output path/);
  });

  it('runs up to a phase, and refuses one that is not there', async () => {
    workspace.write('default.nix', derivation('  installPhase = "mkdir $out";'));
    const until = json<RunResult>(await call('run', '.', '--until', 'buildPhase', '--json'));
    equal(until.phases.at(-1)?.name, 'buildPhase');
    deepEqual(until.outputs, {});
    const unknown = await call('run', '.', '--only', 'nosuchPhase');
    equal(unknown.code, 2);
    match(unknown.stderr, /Its phases are .*installPhase/);
  });

  it('marks the very line whose command failed in a phase run', async () => {
    const file = workspace.write(
      'default.nix',
      derivation("  buildPhase = ''\n    echo before\n    grep -q x /dev/null # é\n    echo after\n  '';"),
    );
    const result = await call('run', '.', '--all', '--json');
    equal(result.code, 1);
    const failed = json<RunResult>(result).phases.at(-1)?.failure;
    equal(failed?.file, file);
    deepEqual(failed.range?.start, { line: 7, character: 4 });
    equal(failed.exact, true);
    equal(failed.command, 'grep -q x /dev/null');
    match(result.stderr, /default\.nix:8:5: error: buildPhase failed with exit code 1/);
  });

  it('reads the derivation as Nix shows it, and as a page', async () => {
    const file = workspace.write('default.nix', derivation('  buildPhase = "one\\ntwo";'));
    const shown = json<Readonly<Record<string, { env: { buildPhase: string }; inputDrvs: object }>>>(
      await call('drv', file, '--json'),
    );
    const [path = '', read] = Object.entries(shown)[0] ?? [];
    match(path, /^\/nix\/store\/[0-9a-z]{32}-test\.drv$/);
    equal(read?.env.buildPhase, 'one\ntwo');
    match((await call('drv', path)).stdout, /\n {2}buildPhase =\n {4}one\n {4}two\n/);
  });

  it('says in words what changed between two derivations', async () => {
    const [older, newer] = [
      workspace.write('old.nix', derivation('  doCheck = false; buildPhase = "one\\ntwo";', 'same')),
      workspace.write('new.nix', derivation('  doCheck = true; buildPhase = "one\\nthree\\nfour";', 'same')),
    ];
    const { stdout, code } = await call('drv', newer, '--against', older);
    equal(code, 0);
    equal(
      stdout,
      'The text of buildPhase changed: 1 line gone, 2 lines new.\ndoCheck changed from nothing to "1".\n',
    );
    equal((await call('drv', newer, '--against', newer)).stdout, 'Nothing changed.\n');
  });

  it('says what a function lacks, and takes it as an argument', async () => {
    const file = workspace.write(
      'default.nix',
      `{ word }: ${derivation('  installPhase = "echo ${word} > $out";')}`,
    );
    const missing = await call('build', file);
    equal(missing.code, 2);
    match(missing.stderr, /needs the argument 'word'[^]*--arg NAME EXPRESSION[^]*-I nixpkgs=PATH/);
    equal((await call('build', file, '--arg', 'word', '"w"')).code, 0);
  });

  it('says what a flake, a module and a text with a byte order mark are', async () => {
    const made = `(import ${join(examples, 'pkgs')} { }).stdenv.mkDerivation { name = "x"; }`;
    workspace.write('flake.nix', `{ outputs = { self }: { packages.x86_64-linux.default = ${made}; }; }`);
    const flake = await call('build', 'flake.nix');
    equal(flake.code, 2);
    match(flake.stderr, /This is a flake[^]*Write FOLDER#ATTRIBUTE, e\.g\. \/.*#default/);
    const drawn = await call('phases', 'flake.nix');
    match(drawn.stderr, /^note: This is a flake/);
    match(drawn.stdout, /unpackPhase/);
    workspace.write('module.nix', '{ config, lib, ... }: { options.x = lib.mkOption { }; }');
    const module = await call('build', 'module.nix');
    deepEqual([module.code, /makes no derivation/.test(module.stderr)], [2, true]);
    workspace.write('mark.nix', `\ufeff${made}`);
    const marked = await call('build', 'mark.nix');
    equal(marked.code, 1);
    match(marked.stderr, /mark\.nix:1:1: error: syntax error[^]*begins with a byte order mark/);
  });

  it('draws without Nix what the text tells; everything else says that Nix is missing', async () => {
    const env = { ...workspace.env, PATH: '/nonexistent', HOME: workspace.folder };
    const file = workspace.write('default.nix', derivation('  buildPhase = "make";'));
    const drawn = await phasewise(['phases', file, '--json'], { env });
    equal(drawn.code, 0);
    equal(json<{ derivations: readonly Derivation[] }>(drawn).derivations[0]?.source, 'static');
    for (const command of ['build', 'log', 'drv'])
      equal((await phasewise([command, file], { env })).code, 3, command);
    equal((await phasewise(['run', file, '--all'], { env })).code, 3);
  });

  it('refuses wrong usage and unreadable input with what to do', async () => {
    workspace.write('binary', Buffer.from([0, 1, 2, 3]));
    for (const args of [
      [],
      ['nosuch'],
      ['run', 'x.nix'],
      ['run', 'x.nix', '--all', '--only', 'p'],
      ['build', 'gone.nix'],
      ['build', 'binary'],
      ['build', '.'],
      ['build', 'gone#attr'],
      ['build', '--arg', 'x'],
      ['build', 'gone.drv'],
    ]) {
      const result = await call(...args);
      equal(result.code, 2, args.join(' '));
      equal(result.stdout, '');
      ok(result.stderr.length > 20);
    }
    equal((await call('--version')).stdout, '0.1.0\n');
    for (const command of ['check', 'phases', 'run', 'build', 'log', 'drv', 'lsp']) {
      const help = await call(command, '--help');
      deepEqual([help.code, help.stdout.startsWith(`Usage: phasewise ${command} `)], [0, true]);
    }
  });

  it('shows evaluation errors at the line, on standard error alone', async () => {
    const file = workspace.write('default.nix', derivation('  buildPhase = throw "no luck";'));
    const result = await call('build', file);
    equal(result.code, 1);
    equal(result.stdout, '');
    match(result.stderr, /default\.nix:6:\d+: error: no luck/);
    const checked = await call('check', '--eval', '--json', file);
    deepEqual(
      json<readonly Diagnostic[]>(checked).map(({ range }) => range.start.line),
      [5],
    );
  });
}).timeout(60_000);
