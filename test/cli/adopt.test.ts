import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunResult } from '../../server/src/protocol/model';
import type { BuildUntilResult } from '../../server/src/protocol/storeMessages';
import type { SessionList } from '../../server/src/protocol/sessionMessages';
import { json, phasewise } from '../support/commandLine';
import { nixEnvironment } from '../support/nixEnvironment';
import { derivation, makeWorkspace, type Workspace } from './workspace';

/** Fails in buildPhase, in a folder that configurePhase made, with half an output. */
const failing = (build: string) => `
  GONE = "from the derivation";
  configurePhase = ''
    echo "$NIX_BUILD_TOP" > top
    echo "$out" > told-out
    ln -s "$NIX_BUILD_TOP/top" link
    mkdir "sub dir"; cd "sub dir"
    export TOLD=$'two\\nlines'; unset GONE; lost=here
  '';
  buildPhase = ''
    [ "''\${GONE-unset} $TOLD ''\${PWD##*/}" = "unset two
    lines sub dir" ] || exit 9
    [ "$(cat ../told-out) $(cat ../top)" = "$out $NIX_BUILD_TOP" ] || exit 8
    [ "$(readlink ../link)" = "$NIX_BUILD_TOP/top" ] || exit 7
    ${build}
  '';
  installPhase = "cat begun \\"$out/begun\\" > $out/all";`;
const broken = 'echo half > begun; mkdir -p $out; echo begun > $out/begun; echo no; exit 3';
const mended = 'echo whole >> begun';

describe('phasewise run --adopt', function () {
  this.timeout(120_000);
  let workspace: Workspace;
  let unique: string;
  const kept: string[] = [];
  beforeEach(() => {
    workspace = makeWorkspace('kept');
    unique = `${process.hrtime.bigint()}`;
  });
  afterEach(() => {
    workspace.dispose();
    // Another user's where Nix builds with users of its own.
    if (process.getuid?.() === 0)
      for (const folder of kept.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
  const call = (args: readonly string[], stdin = '') =>
    phasewise(args, { cwd: workspace.folder, env: workspace.env, stdin });
  const write = (attributes: string) => workspace.write('default.nix', derivation(attributes, unique));
  const told = ({ phases }: RunResult) =>
    phases.map(({ name, status, reused }) => `${name} ${status}${reused ? ' reused' : ''}`);

  /** Nix itself builds, and keeps the directory. */
  const keep = (): string => {
    const { stderr, status } = spawnSync(
      'nix-build',
      ['--no-out-link', '-K', join(workspace.folder, 'default.nix')],
      {
        encoding: 'utf8',
        env: nixEnvironment(),
      },
    );
    ok(status !== 0 && /exit code 3/.test(stderr), stderr);
    const [, folder = ''] = /keeping build directory ['"](.*)['"]/.exec(stderr) ?? [];
    ok(existsSync(folder), stderr);
    kept.push(folder);
    return folder;
  };

  it('goes on where a build failed that was to end after a phase, as its derivation, until that is edited', async () => {
    write(failing(broken));
    const cut = await call(['build', '.', '--until', 'installPhase', '--json']);
    const { folder, failure } = json<BuildUntilResult>(cut);
    ok(folder !== null && failure?.phase === 'buildPhase', cut.stderr);
    kept.push(folder);
    const offer = failure.offers?.find(({ kind }) => kind === 'goOnInKept');
    const { drvPath } = json<{ derivations: { drvPath: string }[] }>(await call(['phases', '.', '--json']))
      .derivations[0]!;
    deepEqual(offer, { kind: 'goOnInKept', folder, phase: 'buildPhase', drvPath });
    const adopted = await call(['run', '.', '--adopt', folder, '--at', 'buildPhase', '--json']);
    equal(adopted.code, 0, adopted.stderr);
    const at = await call(
      ['shell', '.'],
      'pwd; cat begun; echo "${phasewiseEnd-none} ${phases/*phasewiseEnd*/cut}"\n',
    );
    match(at.stdout, /\/sub dir\nhalf\nnone (?!cut)/);
    write(failing(mended));
    const end = json<RunResult>(await call(['run', '.', '--all', '--json']));
    ok(told(end).includes('configurePhase ok reused') && told(end).includes('buildPhase ok'));
    equal(readFileSync(join(end.outputs['out'] ?? '', 'all'), 'utf8'), 'half\nwhole\nbegun\n');
    // It is not what the edited one left.
    const late = await call(['run', '.', '--adopt', folder, '--at', 'buildPhase']);
    match(late.stderr, /is what another derivation's build left/);
  });

  for (const more of [[], ['--no-isolation']]) {
    it(`goes on where a real build failed ${more.join()}`, async () => {
      write(failing(broken));
      const folder = keep();
      if (more.length > 0) {
        // What failed in the session before is none of its business.
        const stale = 'export TOLD=other; exit 2';
        write(failing(broken).replace("configurePhase = ''", `configurePhase = ''\n    ${stale}`));
        equal((await call(['run', '.', '--next', ...more])).code, 0);
        equal((await call(['run', '.', '--until', 'buildPhase', ...more])).code, 1);
        write(failing(broken));
      }
      const adopted = await call(['run', '.', '--adopt', folder, '--json', ...more]);
      equal(adopted.code, 0, adopted.stderr);
      const result = json<RunResult>(adopted);
      equal(result.isolation, more.length === 0 ? result.isolation : 'none');
      deepEqual(
        told(result).filter((phase) => /configure|build|install/.test(phase)),
        ['configurePhase ok reused'],
      );
      match(
        adopted.stderr,
        /as buildPhase left it when it failed\. Variables that phases before it set and did not export/,
      );

      const at = await call(
        ['shell', '.', ...more],
        'pwd; echo "$TOLD ${lost-lost}"; cat begun; type genericBuild | head -n 1\n',
      );
      match(at.stdout, /\/sub dir\ntwo\nlines lost\nhalf\ngenericBuild is a function\n/);

      const again = json<RunResult>(await call(['run', '.', '--next', '--json', ...more]));
      deepEqual(told(again).slice(-2), ['configurePhase ok reused', 'buildPhase failed']);
      deepEqual(again.phases.at(-1)?.failure?.command, 'exit 3');

      write(failing(mended));
      const on = await call(['run', '.', '--all', '--json', ...more]);
      const end = json<RunResult>(on);
      ok(told(end).includes('configurePhase ok reused') && told(end).includes('buildPhase ok'), on.stderr);
      equal(readFileSync(join(end.outputs['out'] ?? '', 'all'), 'utf8'), 'half\nwhole\nbegun\n');

      // What comes before the failing phase can run, too: then all begins with the beginning.
      if (more.length > 0) return;
      const first = json<RunResult>(await call(['run', '.', '--from', 'configurePhase', '--json']));
      ok(
        told(first).includes('configurePhase ok') && told(first).includes('buildPhase ok'),
        told(first).join(),
      );
    });
  }

  it('leaves the session there is alone when there is nothing that Nix kept, or it is of another derivation', async () => {
    write(failing(mended));
    const folder = join(workspace.folder, 'nix-build-test.drv-0');
    mkdirSync(folder);
    writeFileSync(
      join(folder, 'env-vars'),
      'declare -x out="/nix/store/00000000000000000000000000000000-test"\n',
    );
    equal((await call(['run', '.', '--until', 'configurePhase'])).code, 0);
    const session = async () =>
      json<SessionList>(await call(['sessions', '--json'])).sessions.map(({ id, used }) => ({ id, used }));
    const before = await session();
    const other = await call(['run', '.', '--adopt', folder]);
    equal(other.code, 1);
    match(other.stderr, /is what another derivation's build left/);
    const plain = join(workspace.folder, 'plain');
    mkdirSync(plain);
    for (const wrong of [plain, join(workspace.folder, 'missing')]) {
      const refused = await call(['run', '.', '--adopt', wrong]);
      equal(refused.code, 1);
      match(refused.stderr, /is no build directory that Nix kept, or it is gone/);
    }
    equal((await call(['run', '.', '--all', '--at', 'buildPhase'])).code, 2);
    deepEqual(await session(), before);
  });
});
