import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RunResult } from '../../server/src/protocol/model';
import type { DropSessionsAnswer, SessionList } from '../../server/src/protocol/sessionMessages';
import { json, phasewise, startPhasewise, type Finished } from '../support/commandLine';
import { namespacesRefused } from '../support/namespaces';
import { derivation, makeWorkspace, type Workspace } from './workspace';

describe('phasewise sessions', function () {
  this.timeout(120_000);
  let workspace: Workspace;
  const file = () => join(workspace.folder, 'default.nix');

  beforeEach(() => (workspace = makeWorkspace()));
  afterEach(() => workspace.dispose());

  const call = (...args: string[]): Promise<Finished> =>
    phasewise(args, { cwd: workspace.folder, env: workspace.env });
  const list = async () => json<SessionList>(await call('sessions', '--json')).sessions;

  it('lists what runs left, with size and last use, and drops it', async () => {
    equal((await call('sessions')).stdout, '');
    workspace.write('default.nix', derivation('  installPhase = "echo > $out";'));
    workspace.write('other/default.nix', derivation('  installPhase = "echo > $out";'));
    await call('run', '.', '--all');
    await call('run', 'other', '--next');
    const [latest, first] = await list();
    deepEqual([first?.file, first?.attr, first?.resumable, first?.heldBy], [file(), '', true, null]);
    ok((first?.bytes ?? 0) > 0 && Math.abs(Date.parse(first?.used ?? '') - Date.now()) < 600_000);
    const said = await call('sessions');
    ok(existsSync(join(first?.buildDirectory ?? '/', 'env-vars')));
    match(said.stdout, /test-\S+ {2}\d+(\.\d)? kB, used \d{4}-\d\d-\d\d/);
    match(said.stderr, /2 sessions, \d.* of at most 5\.0 GB/);
    const dropped = await call('sessions', 'drop', first?.id ?? '', '--json');
    deepEqual(json<DropSessionsAnswer>(dropped), { dropped: [first?.id], kept: [] });
    ok(!existsSync(first?.folder ?? '/') && !existsSync(first?.buildDirectory ?? '/'));
    deepEqual(
      (await list()).map(({ id }) => id),
      [latest?.id],
    );
    equal((await call('sessions', 'drop', '--all')).stdout, `dropped ${latest?.id ?? ''}\n`);
    deepEqual(await list(), []);
  });

  it('refuses to drop what is not there, and wrong usage', async () => {
    const unknown = await call('sessions', 'drop', '../..');
    equal(unknown.code, 1);
    match(unknown.stderr, /There is no session \.\.\/\.\./);
    for (const args of [['drop'], ['drop', 'x', '--all'], ['dorp'], ['--nonsense']])
      equal((await call('sessions', ...args)).code, 2, args.join(' '));
  });

  it('tells of a session whose file is gone, and drops it', async () => {
    workspace.write('default.nix', derivation('  installPhase = "echo > $out";'));
    await call('run', '.', '--next');
    rmSync(file());
    const [gone] = await list();
    deepEqual([gone?.resumable, gone?.reason], [false, 'Its file is gone.']);
    match((await call('sessions')).stdout, /Its file is gone\./);
    equal((await call('sessions', 'drop', gone?.id ?? '')).code, 0);
    deepEqual(await list(), []);
  });

  it('says who runs phases in the session of a second command, which takes it over afterwards', async () => {
    workspace.write('default.nix', derivation('  installPhase = "echo begun; sleep 86394.75; echo > $out";'));
    const first = startPhasewise(['run', '.', '--all'], { cwd: workspace.folder, env: workspace.env });
    await first.said('begun');
    const second = await call('run', '.', '--all');
    equal(second.code, 1);
    match(second.stderr, new RegExp(`Another process \\(${first.pid}\\) is running phases in this session`));
    match(second.stderr, /Wait for the end of that run, or stop it/);
    equal((await list())[0]?.heldBy, first.pid);
    equal((await call('sessions', 'drop', '--all')).code, 1);
    first.signal('SIGINT');
    await first.finished;
    const third = json<RunResult>(await call('run', '.', '--only', 'buildPhase', '--json'));
    equal(third.phases.at(-1)?.name, 'buildPhase');
    equal(third.phases.at(0)?.reused, true);
  });

  it('runs the next phase each time', async () => {
    workspace.write('default.nix', derivation('  installPhase = "echo > $out";'));
    const next = async () => {
      const { phases } = json<RunResult>(await call('run', '.', '--next', '--json'));
      return phases.filter(({ reused, status }) => !reused && status === 'ok').map(({ name }) => name);
    };
    const [one, two] = [await next(), await next()];
    equal(one.length, 1);
    equal(two.length, 1);
    notEqual(one[0], two[0]);
    equal((await call('run', '.', '--next', '--all')).code, 2);
  });

  it('says of what is kept only what does not run again', async () => {
    const told = async (check: string, name = 'x') => {
      const lines = `name = "${name}"; phases = [ "aPhase" "bPhase" ]; aPhase = ":"; bPhase = "${check} > $out";`;
      workspace.write('default.nix', derivation(`  ${lines}`, 'same').replace('  name = "test";\n', ''));
      const { stderr } = await call('run', '.', '--all');
      return /^Kept .*$/m.exec(stderr)?.[0] ?? null;
    };
    deepEqual(
      [await told('echo 1'), await told('echo 2'), await told('echo 2'), await told('echo 2', 'other')],
      [null, 'Kept from an earlier run: aPhase.', 'Kept from an earlier run: aPhase, bPhase.', null],
    );
  });

  it('begins anew, and says why, where isolation was turned off since', async () => {
    workspace.write('default.nix', derivation('  installPhase = "echo > $out";'));
    await call('run', '.', '--all');
    const { code, stderr } = await call('run', '.', '--from', 'installPhase', '--no-isolation');
    equal(code, 0);
    equal(/isolated otherwise than when they ran/.test(stderr), (await namespacesRefused()) === null);
    match(stderr, /the phases ran without isolation/);
  });

  it('lists a session by the name that its derivation has now', async () => {
    const named = (name: string) =>
      derivation('  installPhase = "echo > $out";', 'same').replace('"test"', `"${name}"`);
    for (const name of ['tool-1.0', 'tool-1.1']) {
      workspace.write('default.nix', named(name));
      await call('run', '.', '--next');
    }
    deepEqual(
      (await list()).map(({ name }) => name),
      ['tool-1.1'],
    );
    match((await call('sessions')).stdout, /^tool-1\.0-\S+ {2}tool-1\.1, \d/);
  });

  it('runs a hook alone in the present state and leaves the session as it was', async () => {
    const hook = (text: string) =>
      derivation(
        `  preBuild = ''${text}'';\n  buildPhase = "runHook preBuild; ls; cp seen $out";\n  installPhase = ":";`,
      );
    workspace.write(
      'default.nix',
      hook('echo "here is $curPhase"; counted=$((counted + 1)); echo $counted >> seen'),
    );
    await call('run', '.', '--until', 'configurePhase');
    for (const time of ['once', 'twice']) {
      const ran = await call('run', '.', '--hook', 'preBuild', '--json');
      const { phases } = json<RunResult>(ran);
      deepEqual([phases.at(-1)?.name, phases.at(-1)?.status], ['preBuild', 'ok'], time);
      match(ran.stderr, /here is /);
    }
    const built = json<RunResult>(await call('run', '.', '--all', '--json'));
    equal(built.phases.find(({ name }) => name === 'configurePhase')?.reused, true);
    equal(readFileSync(built.outputs['out'] ?? '', 'utf8'), '1\n');
    const after = json<RunResult>(await call('run', '.', '--hook', 'preBuild', '--json'));
    equal(after.phases.at(-1)?.status, 'ok');
    const again = json<RunResult>(await call('run', '.', '--all', '--json'));
    ok(again.phases.every(({ reused }) => reused));
    equal(readFileSync(again.outputs['out'] ?? '', 'utf8'), '1\n');
    workspace.write('default.nix', hook('echo broken; false'));
    const broken = json<RunResult>(await call('run', '.', '--hook', 'preBuild', '--json'));
    equal(broken.phases.at(-1)?.status, 'failed');
    equal(broken.phases.at(-1)?.failure?.command, 'false');
    const unknown = await call('run', '.', '--hook', 'ls');
    equal(unknown.code, 1);
    match(unknown.stderr, /There is no hook ls/);
  });
});
