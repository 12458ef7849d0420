import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BuildResult, RunResult } from '../../server/src/protocol/model';
import type { BuildUntilResult } from '../../server/src/protocol/storeMessages';
import { namespacesRefused, namespacesRefusedToOrdinaryUser } from '../support/namespaces';
import { canStartDaemon, NixDaemon } from '../support/nixDaemon';
import { ordinaryUsersFolder, publishCommandLine, triedAsOrdinaryUser } from '../support/ordinaryUser';
import { removeWorkFolders } from '../support/workFolders';

/** Programs of this machine that the builds of tests are made of. */
const shown = ['/bin', '/usr', '/lib', '/lib64'].filter((folder) => existsSync(folder));
const configuration = [
  ...['substituters =', 'build-users-group =', 'sandbox = true', 'sandbox-fallback = false'],
  `sandbox-paths = ${shown.join(' ')}`,
].join('\n');

const whenDaemon: (title: string, tests: (this: Mocha.Suite) => void) => void = canStartDaemon
  ? describe
  : () => undefined;

whenDaemon('an ordinary user behind a daemon whose builds are sandboxed', function () {
  this.timeout(120_000);
  let daemon: NixDaemon;
  let top: string;
  let file: string;
  let noSandbox: string | null;
  const kept: string[] = [];
  before(async () => {
    noSandbox = await namespacesRefused();
    daemon = await NixDaemon.open(configuration);
    top = await mkdtemp(join(tmpdir(), 'phasewise-user-'));
    await chmod(top, 0o755);
    await mkdir(join(top, 'published'));
    await publishCommandLine(join(top, 'published'));
    await ordinaryUsersFolder(join(top, 'home'));
    file = join(top, 'home/default.nix');
  });
  after(async () => {
    removeWorkFolders(join(top, 'home/state'));
    for (const folder of [...kept, top]) await rm(folder, { recursive: true, force: true });
    await daemon.close();
  });

  let count = 0;
  const write = (attributes: string) =>
    writeFile(
      file,
      `let pkgs = import ${join(top, 'published/examples/pkgs')} { }; in
pkgs.stdenv.mkDerivation {
  name = "test";
  unique = "${Date.now()}-${process.pid}-${++count}";
  dontUnpack = true;
${attributes}
}
`,
    );
  const call = (command: string, ...args: readonly string[]) =>
    triedAsOrdinaryUser(
      join(top, 'published/node'),
      [join(top, 'published/phasewise.js'), command, file, ...args],
      {
        ...daemon.variables,
        ...{ HOME: join(top, 'home'), XDG_STATE_HOME: join(top, 'home/state'), TMPDIR: '/tmp', NIX_PATH: '' },
      },
    );
  /** What it answers; whether its folder was kept is remembered, to remove it. */
  async function asked<T extends object>(command: string, ...args: readonly string[]) {
    const { code, stdout, stderr } = await call(command, '--json', ...args);
    const answer = JSON.parse(stdout) as T & { keptDirectory?: string | null; folder?: string | null };
    const folder = answer.keptDirectory ?? answer.folder ?? null;
    if (folder !== null) kept.push(folder);
    return { ...answer, code, stderr, directory: folder ?? '' };
  }
  /** Where the kernel gives root no namespaces nothing is built at all: that is what is to be said. */
  const sandboxed = (title: string, test: () => Promise<void>) =>
    it(title, async () => {
      if (noSandbox === null) return test();
      await write('  installPhase = "echo > $out";');
      const { code, status, failure } = await asked<BuildResult>('build');
      deepEqual([code, status], [1, 'failed'], noSandbox);
      match(failure?.explanation ?? '', /^The build sandbox cannot be set up here.*sandbox = false/);
    });

  sandboxed('builds in it, and reads the log', async () => {
    await write('  buildPhase = "id -u; pwd; ls -d /home || true"; installPhase = "echo 1 > $out";');
    const { code, status, stderr } = await asked<BuildResult>('build');
    deepEqual([code, status], [0, 'built'], stderr);
    const { stdout } = await call('log', '--phase', 'buildPhase');
    match(stdout, /^1000\n\/build\nls: cannot access '\/home'/m);
  });

  sandboxed(
    'goes on in the directory that the daemon kept, and is told what of it is not theirs',
    async () => {
      await write(
        '  preBuild = "export early=1; echo x > file; umask 077; echo y > secret"; buildPhase = "runHook preBuild; nosuchprogram";',
      );
      const failed = await asked<BuildResult>('build', '--keep-failed', '--replay');
      deepEqual([failed.code, failed.failure?.phase], [1, 'buildPhase'], failed.stderr);
      deepEqual([failed.failure?.exact, failed.failure?.command], [true, 'nosuchprogram']);
      match(failed.failure?.explanation ?? '', /nosuchprogram is not there/);
      const { directory } = failed;
      equal(statSync(directory).uid, 0);
      const adopted = await call('run', '--adopt', directory);
      equal(adopted.code, 0, adopted.stderr);
      ok(!adopted.stderr.includes('/./'), adopted.stderr);
      const theirs = readdirSync(directory, { recursive: true }).map((name) => join(directory, String(name)));
      for (const name of ['secret', 'env-vars'])
        ok(adopted.stderr.includes(theirs.find((path) => path.endsWith(`/${name}`)) ?? '-'), adopted.stderr);
      match(adopted.stderr, /Not yours to read.*`sudo chmod -R a\+rX '\/\S+'` lets you/);
      match(adopted.stderr, /variables are as they are after setup/);
    },
  );

  sandboxed(
    'deletes what nothing keeps, and is told the command for what the daemon leaves to root',
    async () => {
      await write('  installPhase = "echo 1 > $out";');
      const link = join(top, 'home/result');
      const { outputs, stderr } = await asked<BuildResult>('build', '-o', link);
      const path = outputs['out'] ?? '';
      ok(existsSync(path), stderr);
      const refused = await call('delete', '--ignore-liveness');
      equal(refused.code, 1);
      match(refused.stderr, /you are not allowed to ignore liveness/);
      ok(refused.stderr.includes(`sudo nix-store --delete --ignore-liveness ${path};`), refused.stderr);
      const rooted = await call('delete');
      equal(rooted.code, 1);
      ok(rooted.stderr.includes(`${path} is still in use`) && rooted.stderr.includes(link), rooted.stderr);
      equal((await call('delete', '--links')).code, 0);
      deepEqual([existsSync(path), existsSync(link)], [false, false]);
    },
  );

  sandboxed('runs a phase as the build would, in the real sandbox', async () => {
    await write('  doCheck = true; checkPhase = "pwd > where; id -u >> where"; installPhase = "false";');
    const { code, status, directory, stderr } = await asked<BuildUntilResult>(
      'build',
      '--until',
      'checkPhase',
    );
    deepEqual([code, status], [0, 'reached'], stderr);
    const where = readdirSync(directory, { recursive: true }).find((name) => String(name).endsWith('where'));
    ok(where !== undefined, 'it is theirs to read');
  });

  sandboxed('compares a build with another', async () => {
    await write('  installPhase = "mkdir $out; echo same > $out/a; date +%N > $out/time";');
    equal((await asked<BuildResult>('build')).code, 0);
    const { code, comparison, failure, stderr } = await asked<BuildResult>('build', '--rebuild');
    deepEqual([code, comparison?.same], [1, false]);
    const directory = /not yours to remove: `sudo rm -r '(\S+)'`/.exec(stderr)?.[1];
    ok(directory !== undefined && existsSync(directory), stderr);
    kept.push(directory);
    match(failure?.message ?? '', /^test is not reproducible: out\/time differs/);
    await write('  installPhase = "echo same > $out";');
    equal((await asked<BuildResult>('build')).code, 0);
    equal((await asked<BuildResult>('build', '--rebuild')).comparison?.same, true);
  });

  sandboxed('runs the phases in a session, isolated where the kernel gives them namespaces', async () => {
    await write('  buildPhase = "id -u"; installPhase = "echo 1 > $out";');
    const { code, isolation, stderr } = await asked<RunResult>('run', '--all');
    equal(code, 0, stderr);
    equal(isolation, (await namespacesRefusedToOrdinaryUser()) === null ? 'namespace' : 'none');
  });
});
