import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { printDerivation } from '../../server/src/nix/derivationFile';
import { openSession } from '../../server/src/phases/session';
import type { SessionRunResult } from '../../server/src/phases/sessionResults';
import { processesOfBuild } from '../../server/src/phases/strays';
import type { Problem } from '../../server/src/result';
import { namespacesRefusedToOrdinaryUser } from '../support/namespaces';
import { asOrdinaryUser, ordinaryUsersFolder, publishProgram } from '../support/ordinaryUser';
import { never, removeScratch, repository, runner, scratchFolder, sessionOptions } from './phasesSupport';

const execute = promisify(execFile);

function asUser(program: string, args: readonly string[], home: string): Promise<string> {
  return asOrdinaryUser(program, args, { HOME: home, NIX_CONFIG: 'substituters =\n' });
}

interface Answer {
  /** Of the inspection and of the session; when there are any the answer has nothing else. */
  readonly problems: readonly (Problem | null)[];
  readonly inspection: readonly string[];
  readonly result: SessionRunResult;
  readonly output: string;
  readonly work: string;
  /** Whether it is isolated, why not or less, and whether it sees the machine. */
  readonly view: readonly unknown[];
  readonly outputs: Readonly<Record<string, string>>;
}

/** The program, the driver and the examples where every user may read them. */
async function publish(folder: string): Promise<void> {
  await cp(join(repository, 'server/src/phases/driver'), join(folder, 'driver'), { recursive: true });
  await cp(join(repository, 'examples'), join(folder, 'examples'), { recursive: true });
  await publishProgram('test/support/phasesPrivateStore.ts', folder);
}

async function runSession(published: string, args: readonly string[], home: string): Promise<Answer> {
  const words = [join(published, 'program.js'), join(published, 'driver'), ...args];
  return JSON.parse(await asUser(join(published, 'node'), words, home)) as Answer;
}

/** Neither the stdenv can be asked nor a session opened, and the Problem says why and what to do. */
function assertUnavailable({ problems }: Answer, reason: string): void {
  assert.equal(problems.length, 2);
  for (const problem of problems) {
    assert.equal(problem?.code, 'namespaces-unavailable');
    assert.ok(problem.message.includes(reason), `${problem.message} (${reason})`);
    assert.match(problem.advice ?? '', /user namespaces/);
  }
}

describe('a session in a private store, as an ordinary user', function () {
  this.timeout(120000);
  let scratch = '';
  let published = '';
  let refused: string | null = null;
  before(async () => {
    refused = await namespacesRefusedToOrdinaryUser();
    scratch = await scratchFolder();
    await chmod(scratch, 0o755);
    published = join(scratch, 'published');
    await mkdir(published);
    await publish(published);
    for (const folder of ['home', 'store', 'state']) await ordinaryUsersFolder(join(scratch, folder));
  });
  after(() => removeScratch(scratch));

  it('gives the outputs that nix-build gives there, or says that it can have no namespaces', async () => {
    const home = join(scratch, 'home');
    const store = ['--store', join(scratch, 'store')];
    const sandbox = ['--option', 'sandbox', 'true', '--option', 'sandbox-paths', '/bin /usr /lib /lib64'];
    const file = join(published, 'examples/hello/default.nix');
    const drv = await asUser('nix-instantiate', [...store, file], home);
    const drvPath = drv.trim();
    const physical = join(scratch, 'store/nix/store');
    const session = () =>
      runSession(published, [drvPath, '/nix/store', physical, join(scratch, 'state')], home);
    // Nix itself can build nothing in such a store then.
    if (refused !== null) return assertUnavailable(await session(), refused);
    const built = await asUser('nix-store', [...store, ...sandbox, '--realise', drvPath], home);
    const answer = await session();
    assert.equal(answer.result.status, 'ok', answer.output);
    assert.ok(answer.inspection.includes('configurePhase'));
    const hash = async (path: string) => (await execute('nix-hash', ['--type', 'sha256', path])).stdout;
    const realPath = physical + built.trim().slice('/nix/store'.length);
    assert.equal(await hash(answer.outputs['out'] ?? ''), await hash(realPath));
  });

  it('runs where the store directory does not exist on the machine, if there are namespaces', async () => {
    const storeDir = '/nosuchroot/store';
    const physical = join(scratch, 'elsewhere');
    await mkdir(join(physical, 'stdenv'), { recursive: true });
    await writeFile(join(physical, 'builder.sh'), 'source $stdenv/setup\ngenericBuild\n');
    await writeFile(
      join(physical, 'stdenv/setup'),
      'export PATH=/usr/bin:/bin\ndefinePhases() { phases="onePhase twoPhase"; }\nrunPhase() { eval "${!curPhase:-$curPhase}"; }\ngenericBuild() { :; }\n',
    );
    const path = `${storeDir}/00000000000000000000000000000000-x.drv`;
    const out = `${storeDir}/11111111111111111111111111111111-x`;
    const derivation = {
      path,
      name: 'x',
      outputs: { out: { path: out, hashAlgo: '', hash: '' } },
      inputDerivations: {},
      inputSources: [],
      system: 'x86_64-linux',
      builder: '/bin/bash',
      args: ['-e', `${storeDir}/builder.sh`],
      env: {
        out,
        stdenv: `${storeDir}/stdenv`,
        name: 'x',
        // Names that a script around the builder may have for its own.
        ...{ store: 'a', real: 'b', root: 'c', cwd: 'd', entry: 'e', tool: 'f', SHLVL: '7', 'odd.name': 'g' },
        onePhase: 'printf "%s\\n" /*; pwd; x=1; echo $store$real$root$cwd$entry$tool $SHLVL; env | grep ^odd',
        twoPhase:
          'echo "$x" > $out; cat $stdenv/setup; setsid sleep 1000 & echo words > /dev/stderr; [[ -t 1 ]]',
      },
    };
    await writeFile(join(physical, path.slice(storeDir.length + 1)), printDerivation(derivation));
    await execute('chmod', ['-R', 'a+rX', physical]);
    const words = [path, storeDir, physical, join(scratch, 'state')];
    const session = (...more: readonly string[]) =>
      runSession(published, [...words, ...more], join(scratch, 'home'));
    const assertRan = async (answer: Answer) => {
      assert.equal(answer.result.status, 'ok', JSON.stringify(answer));
      assert.match(answer.output, /^\/nosuchroot$/m);
      assert.match(answer.output, /^abcdef 8\nodd.name=g$/m);
      assert.equal(await readFile(answer.outputs['out'] ?? '', 'utf8'), '1\n');
      assert.deepEqual(await processesOfBuild(`${answer.work}/build`, runner), []);
      await assert.rejects(stat(answer.work), { code: 'ENOENT' });
    };
    const beside = await session();
    if (refused !== null) return assertUnavailable(beside, refused);
    await assertRan(beside);
    const shown = ['/bin', '/lib', '/lib64', '/usr'].filter((folder) => existsSync(folder));
    const sandboxed = await session(shown.join(' '), `${storeDir}/stdenv`, `${storeDir}/builder.sh`);
    await assertRan(sandboxed);
    assert.deepEqual(sandboxed.view, ['namespace', null, false]);
    const own = ['/build', '/dev', '/etc', '/nosuchroot', '/proc', '/tmp'];
    const listed = sandboxed.output.match(/^\/[a-z0-9]+$/gm) ?? [];
    assert.deepEqual(listed, [...own, ...shown].sort().concat('/build'));
  });

  it('says what to do where there are no namespaces', async () => {
    const bin = join(scratch, 'bin');
    await mkdir(bin);
    await writeFile(
      join(bin, 'unshare'),
      '#!/bin/sh\necho "unshare: Operation not permitted" >&2\nexit 1\n',
      { mode: 0o755 },
    );
    const derivation = {
      path: '/nix/store/x.drv',
      name: 'x',
      outputs: {},
      inputDerivations: {},
      inputSources: [],
      system: 's',
      builder: '/bin/sh',
      args: [],
      env: {},
    };
    const environment = { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` };
    const options = { ...sessionOptions(derivation, join(scratch, 'state2')), environment };
    const result = await openSession(
      { ...options, nix: { storeDir: '/nix/store', physicalStoreDir: '/elsewhere' } },
      never,
    );
    assert.equal(result.ok ? null : result.error.code, 'namespaces-unavailable');
    assert.match(result.ok ? '' : result.error.message, /Operation not permitted/);
  });
});
