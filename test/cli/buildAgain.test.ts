import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildResult } from '../../server/src/protocol/model';
import type {
  BuildUntilResult,
  DeletePathsAnswer,
  StoredPath,
} from '../../server/src/protocol/storeMessages';
import { json, phasewise } from '../support/commandLine';
import { onDisk } from '../support/nixEnvironment';
import { derivation, makeWorkspace, type Workspace } from './workspace';

describe('phasewise on what was built already', function () {
  this.timeout(60_000);
  let workspace: Workspace;
  let unique: string;
  beforeEach(() => {
    workspace = makeWorkspace('é again');
    unique = `${process.hrtime.bigint()}`;
  });
  afterEach(() => workspace.dispose());
  const call = (...args: readonly string[]) => phasewise(args, { cwd: workspace.folder, env: workspace.env });
  const write = (attributes: string) => workspace.write('default.nix', derivation(attributes, unique));
  const outOf = (result: BuildResult): string => result.outputs['out'] ?? '';

  it('says that nothing was built, and since when it is valid', async () => {
    write('  installPhase = "echo 1 > $out";');
    const begun = Date.now();
    const first = json<BuildResult>(await call('build', '.', '--json'));
    deepEqual([first.status, first.reasons], ['built', []]);
    const again = await call('build', '.', '--json');
    const { status, since, reasons, outputs } = json<BuildResult>(again);
    deepEqual([status, reasons, outputs], ['valid', [], first.outputs]);
    // The store counts in seconds.
    ok(Math.abs(Date.parse(since ?? '') - begun) < 60_000, since ?? 'no time');
    match(
      again.stderr,
      /^test is unchanged and already valid, since \d{4}-\d\d-\d\d \d\d:\d\d: nothing is built\.$/m,
    );
  });

  it('says why it is built again, through the inputs down to what was written', async () => {
    const input = (text: string) =>
      `(pkgs.runCommand "tool" { } "mkdir $out; echo ${text} ${unique} > $out/tool")`;
    write(`  buildInputs = [ ${input('one')} ];\n  installPhase = "echo 1 > $out";`);
    equal((await call('build', '.')).code, 0);
    write(`  buildInputs = [ ${input('two')} ];\n  installPhase = "echo 2 > $out";`);
    const changed = await call('build', '.', '--json');
    const { status, reasons = [] } = json<BuildResult>(changed);
    equal(status, 'built');
    equal(reasons[0], 'installPhase changed from "echo 1 > $out" to "echo 2 > $out".');
    match(
      reasons[1] ?? '',
      /^The input tool changed: buildCommand changed from "mkdir \$out; echo one .*" to "mkdir \$out; echo two .*"\.$/,
    );
    match(changed.stderr, /^test is built again, because it changed\. installPhase changed/m);
    write(`  buildInputs = [ ${input('one')} ];\n  installPhase = "echo 1 > $out";`);
    const back = await call('build', '.');
    match(
      back.stderr,
      /^test is already valid, since .*It is not what was built last: installPhase changed from "echo 2/m,
    );
  });

  it('names the first file in which a rebuild differs, and leaves nothing but what it made', async () => {
    write(
      '  installPhase = "mkdir -p $out/share; echo same > $out/a; date +%N > $out/share/time; date +%N > $out/zoo";',
    );
    const built = json<BuildResult>(await call('build', '.', '--json'));
    const rebuilt = await call('build', '.', '--rebuild', '--json');
    equal(rebuilt.code, 1);
    const { status, comparison, failure, keptDirectory } = json<BuildResult>(rebuilt);
    deepEqual(
      [status, comparison?.same, comparison?.output, keptDirectory],
      ['failed', false, outOf(built), null],
    );
    deepEqual(comparison?.other, `${outOf(built)}.check`);
    match(
      comparison.differences[0] ?? '',
      /^out\/share\/time (?:differs from the first build at byte \d|has \d+ bytes)/,
    );
    match(failure?.message ?? '', /^test is not reproducible: out\/share\/time .* 1 more file differs\.$/);
    ok(!rebuilt.stderr.includes('build directory kept'), rebuilt.stderr);
  });

  it('says of a rebuild that is the same that it is', async () => {
    write('  installPhase = "echo same > $out";');
    equal((await call('build', '.', '--rebuild')).code, 0);
    const rebuilt = await call('build', '.', '--rebuild', '--json');
    deepEqual([rebuilt.code, json<BuildResult>(rebuilt).comparison?.same], [0, true]);
    match(rebuilt.stderr, /every output is the same, byte for byte/);
  });

  it('tells the directory of a failed build that was kept', async () => {
    write('  buildPhase = "echo kept > file; exit 3";');
    const failed = await call('build', '.', '-K', '--json');
    const { keptDirectory } = json<BuildResult>(failed);
    ok(keptDirectory != null && existsSync(keptDirectory), keptDirectory ?? 'none');
    ok(failed.stderr.includes(`Go on there: phasewise run . --adopt ${keptDirectory}\n`), failed.stderr);
    if (process.getuid?.() === 0) rmSync(keptDirectory, { recursive: true, force: true });
  });

  it('leaves result links where they are wanted, which keep the outputs, and deletes both', async () => {
    write('  outputs = [ "out" "dev" ];\n  installPhase = "mkdir $out $dev";');
    const built = json<BuildResult>(await call('build', '.', '-o', 'result', '--json'));
    const links = ['result', 'result-dev'].map((name) => join(workspace.folder, name));
    deepEqual([...(built.links ?? [])].sort(), links);
    deepEqual(
      links.map((link) => readlinkSync(link)),
      [built.outputs['out'], built.outputs['dev']],
    );
    const { paths } = json<{ paths: readonly StoredPath[] }>(await call('roots', '.', '--json'));
    deepEqual(
      paths
        .map(({ output, roots }) => [output, roots.map(({ name, kind }) => `${kind} ${name}`).sort()])
        .reverse(),
      [
        ['out', links.map((link) => `link ${link}`)],
        ['dev', [`link ${links[1] ?? ''}`]],
      ],
    );
    const refused = await call('delete', '.');
    equal(refused.code, 1);
    match(
      refused.stderr,
      /kept: \S+-test: \S+ is still in use\. Remove what keeps it[^]*\n {2}\/.*\/result\n/,
    );
    const gone = json<DeletePathsAnswer>(await call('delete', '.', '--links', '--json'));
    deepEqual([gone.deleted.length, [...gone.removedLinks].sort(), gone.kept], [2, links, []]);
    deepEqual(
      [outOf(built), ...links].map((path) => existsSync(onDisk(path))),
      [false, false, false],
    );
    const again = json<BuildResult>(await call('build', '.', '--json'));
    deepEqual([again.status, again.reasons], ['built', []]);
    match((await call('delete', '.')).stdout, /^deleted \S+-test$/m);
    match(
      (await call('build', '.')).stderr,
      /built again: it has not changed, but its outputs are no longer in the store/,
    );
  });

  it('deletes what depends on an output only when asked', async () => {
    workspace.write(
      'default.nix',
      `let base = ${derivation('  installPhase = "echo base > $out";', unique)}; in {
  inherit base;
  user = (import ${join(__dirname, '../../examples/pkgs')} { }).runCommand "user" { } "echo \${base} > $out";
}`,
    );
    const user = json<BuildResult>(await call('build', '.', '-A', 'user', '--json'));
    const listed = json<{ paths: readonly StoredPath[] }>(await call('roots', '.', '-A', 'base', '--json'));
    deepEqual(
      listed.paths.map(({ output, package: name }) => [output, name]),
      [
        ['out', 'test'],
        [null, 'user'],
      ],
    );
    const refused = await call('delete', '.', '-A', 'base');
    deepEqual([refused.code, existsSync(onDisk(outOf(user)))], [1, true]);
    const { deleted } = json<DeletePathsAnswer>(
      await call('delete', '.', '-A', 'base', '--dependents', '--json'),
    );
    equal(deleted.length, 2);
  });

  it('deletes what something keeps only when told to ignore that', async () => {
    write('  installPhase = "echo 1 > $out";');
    const root = join(workspace.folder, '..', 'store');
    const options = ['--option', 'sandbox', 'true', '--option', 'sandbox-paths', '/bin /usr /lib /lib64'];
    const store = ['--store', root, ...options];
    const built = json<BuildResult>(await call('build', '.', '-o', 'result', '--json', ...store));
    const path = outOf(built);
    const inStore = join(root, path);
    ok(existsSync(inStore), inStore);
    const kept = await call('delete', '.', '--json', ...store);
    deepEqual([kept.code, existsSync(inStore)], [1, true]);
    const gone = await call('delete', '.', '--ignore-liveness', '--json', ...store);
    deepEqual(json<DeletePathsAnswer>(gone), { deleted: [path], removedLinks: [], kept: [] });
    equal(existsSync(inStore), false);
    // The link stays, and leads nowhere.
    equal(readlinkSync(join(workspace.folder, 'result')), path);
  });

  it('leaves files that are no links into the store', async () => {
    write('  installPhase = "echo 1 > $out";');
    writeFileSync(join(workspace.folder, 'result'), 'mine');
    const built = await call('build', '.', '-o', 'result', '--json');
    deepEqual([built.code, json<BuildResult>(built).links], [0, undefined]);
    match(built.stderr, /result was not made/);
  });

  it('builds in another store, and on another machine', async () => {
    write('  installPhase = "echo 1 > $out";');
    const store = join(workspace.folder, 'other store');
    const there = json<BuildResult>(await call('build', '.', '--build-store', store, '--json'));
    equal(there.status, 'built');
    ok(existsSync(join(store, outOf(there))));
    equal(existsSync(onDisk(outOf(there))), false);
  });

  it('runs a phase as the build would, in the same directory and with the same values, and ends there', async () => {
    const more = `  outputs = [ "out" "dev" ];
  doCheck = true;
  preBuild = "pwd > where; printf %s \\"$odd\\" > odd";
  checkPhase = "touch checked";
  odd = "a\\"b\\\\c\\n$x '";
  installPhase = "touch installed; false";`;
    for (const structured of ['', '  __structuredAttrs = true;']) {
      write(`${more}\n${structured}`);
      const cut = await call('build', '.', '--until', 'checkPhase', '--json');
      const { status, folder, phases, failure } = json<BuildUntilResult>(cut);
      deepEqual([cut.code, status, failure], [0, 'reached', null], cut.stderr);
      deepEqual(
        phases.map(({ name }) => name),
        ['patchPhase', 'configurePhase', 'buildPhase', 'checkPhase'],
      );
      ok(folder !== null);
      const files = readdirSync(folder, { recursive: true }).map(String);
      ok(files.some((file) => file.endsWith('checked')) && !files.some((file) => file.endsWith('installed')));
      const odd = files.find((file) => file.endsWith('odd')) ?? '';
      equal(readFileSync(join(folder, odd), 'utf8'), 'a"b\\c\n$x \'');
      const where = files.find((file) => file.endsWith('where')) ?? '';
      match(
        readFileSync(join(folder, where), 'utf8'),
        /^\/(?:build|tmp\/nix-build-test\.drv-\d+|nix\/var\/nix\/builds\/.*)\n$/,
      );
      rmSync(folder, { recursive: true, force: true });
    }
    const failing = await call('build', '.', '--until', 'installPhase', '--json');
    const { status, failure, folder } = json<BuildUntilResult>(failing);
    deepEqual([failing.code, status, failure?.phase, failure?.exitCode], [1, 'failed', 'installPhase', 1]);
    equal(failure?.file, join(workspace.folder, 'default.nix'));
    if (folder !== null) rmSync(folder, { recursive: true, force: true });
    match(
      (await call('build', '.', '--until', 'noPhase')).stderr,
      /has no phase noPhase\.\nIt has .*buildPhase/,
    );
  });

  it('runs a phase of a fixed output as the build would, and says where there are no phases', async () => {
    write(`  outputHash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  outputHashMode = "recursive";
  installPhase = "echo x > $out";`);
    const cut = await call('build', '.', '--until', 'installPhase', '--json');
    const { status, folder } = json<BuildUntilResult>(cut);
    equal(status, 'reached', cut.stderr);
    if (folder !== null) rmSync(folder, { recursive: true, force: true });
    write('  buildCommand = "touch $out";');
    const refused = await call('build', '.', '--until', 'buildCommand');
    deepEqual([refused.code, /built by one script/.test(refused.stderr)], [1, true]);
  });

  it('prints a report of a failure for others', async () => {
    write('  buildPhase = "echo GITHUB_TOKEN=abcdefgh; nosuchprogram";');
    const failed = await call('build', '.', '--report');
    equal(failed.code, 1);
    match(
      failed.stdout,
      /^### test failed in buildPhase\n\n- Derivation: `test`\n- Store derivation: `\/nix\/store/,
    );
    match(
      failed.stdout,
      /- Nix: 2\.\d+.*\n- Phase: `buildPhase`[^]*GITHUB_TOKEN=‹hidden›\n[^]*nosuchprogram/,
    );
  });
});
