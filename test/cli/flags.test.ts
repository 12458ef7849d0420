import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildResult, Derivation, RunResult } from '../../server/src/protocol/model';
import { json, phasewise, repository } from '../support/commandLine';
import { derivation, makeWorkspace, type Workspace } from './workspace';

const packages = join(repository, 'examples/pkgs');

describe('flags of the command line', () => {
  let workspace: Workspace;
  beforeEach(() => (workspace = makeWorkspace()));
  afterEach(() => workspace.dispose());
  const call = (...args: readonly string[]) => phasewise(args, { cwd: workspace.folder, env: workspace.env });

  it('fill a package function from the set that -I names, and not with --call-package off', async () => {
    workspace.write(
      'package.nix',
      '{ stdenv, word ? "w" }: stdenv.mkDerivation { name = word; dontUnpack = true; installPhase = "touch $out"; }',
    );
    const search = ['-I', `nixpkgs=${packages}`];
    const named = await call('drv', 'package.nix', ...search, '--argstr', 'word', 'given');
    match(named.stdout, /^given\n/);
    const off = await call('drv', 'package.nix', ...search, '--call-package', 'off');
    equal(off.code, 2);
    match(off.stderr, /needs the argument 'stdenv'\./);
  });

  it('run what is asked for again: --from what follows, --fresh all', async () => {
    workspace.write('default.nix', derivation('  installPhase = "touch $out";'));
    const reused = async (...args: readonly string[]) =>
      json<RunResult>(await call('run', '.', ...args, '--json'))
        .phases.filter(({ status, reused }) => status === 'ok' && reused)
        .map(({ name }) => name);
    deepEqual(await reused('--all'), []);
    deepEqual(await reused('--from', 'installPhase'), ['patchPhase', 'configurePhase', 'buildPhase']);
    deepEqual(await reused('--until', 'buildPhase', '--fresh'), []);
  });

  it('build again and tell what differs, blaming no phase; keep what failed', async () => {
    workspace.write('default.nix', derivation('  installPhase = "date +%s%N > $out";'));
    equal((await call('build', '.')).code, 0);
    const again = await call('build', '.', '--rebuild', '--json');
    equal(again.code, 1);
    const { failure, phases } = json<BuildResult>(again);
    match(failure?.message ?? '', /is not reproducible: out differs/);
    deepEqual([failure?.phase, phases.at(-1)?.name], [null, 'fixupPhase']);
    workspace.write('fails.nix', derivation('  buildPhase = "false";'));
    const kept = await call('build', 'fails.nix', '--keep-failed');
    const [, folder = ''] = /build directory kept in (\/.+)\n/.exec(kept.stderr) ?? [];
    ok(statSync(folder).isDirectory());
    rmSync(folder, { recursive: true });
  }).timeout(40_000);

  it('compare derivations for programs, too', async () => {
    const older = workspace.write('old.nix', derivation('  doCheck = false;', 'same'));
    const newer = workspace.write('new.nix', derivation('  doCheck = true;', 'same'));
    const { changes } = json<{ changes: readonly object[] }>(
      await call('drv', newer, '--against', older, '--json'),
    );
    deepEqual(changes, [
      { what: 'environment doCheck', from: '', to: '1', words: 'doCheck changed from nothing to "1".' },
    ]);
  });

  it('say where a daemon is down: what only evaluates goes on, the rest ends with 3 and what to do', async () => {
    const env = { NIX_REMOTE: 'daemon', NIX_DAEMON_SOCKET_PATH: join(workspace.folder, 'no socket') };
    const file = workspace.write('default.nix', derivation('  buildPhase = "make";'));
    const drawn = await phasewise(['phases', file, '--json'], { env });
    equal(drawn.code, 0);
    const [first] = json<{ derivations: readonly Derivation[] }>(drawn).derivations;
    match(first?.note ?? '', /daemon does not answer/);
    ok(first?.phases.some(({ name }) => name === 'buildPhase'));
    equal((await phasewise(['check', '--eval', file], { env })).code, 0);
    for (const args of [
      ['build', file],
      ['run', file, '--all'],
    ]) {
      const refused = await phasewise(args, { env });
      equal(refused.code, 3);
      match(refused.stderr, /The Nix daemon does not answer[^]*systemctl start nix-daemon/);
    }
  });
});
