/** The failing line of a real build, found by running its phases again. */
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildResult, Failure, RunResult } from '../../server/src/protocol/model';
import type { SessionList } from '../../server/src/protocol/sessionMessages';
import { json, phasewise } from '../support/commandLine';
import { derivation, makeWorkspace, type Workspace } from './workspace';

describe('phasewise build --replay', function () {
  this.timeout(120_000);
  let workspace: Workspace;
  let file: string;
  beforeEach(() => (workspace = makeWorkspace('é $x')));
  afterEach(() => workspace.dispose());

  const call = (...args: readonly string[]) => phasewise(args, { cwd: workspace.folder, env: workspace.env });
  const failed = async (...args: readonly string[]): Promise<Failure> => {
    const { failure } = json<BuildResult>(await call('build', '.', '--json', ...args));
    if (failure === null) throw new Error('it was built');
    return failure;
  };
  const sessions = async () => json<SessionList>(await call('sessions', '--json')).sessions;
  const write = (attributes: string): void => {
    file = workspace.write('default.nix', derivation(attributes));
  };
  const lineOf = (words: string): number =>
    readFileSync(file, 'utf8')
      .split('\n')
      .findIndex((line) => line.includes(words));
  const kept: string[] = [];
  afterEach(() => {
    // Another user's where Nix builds with users of its own.
    if (process.getuid?.() === 0)
      for (const folder of kept.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
  const folders = ({ offers = [] }: Failure) =>
    offers.flatMap((offer) => (offer.kind === 'goOnInKept' ? [offer.folder] : []));
  const waitsForMarker = `
  buildPhase = ''
    echo before
    cat marker
    echo after
  '';
  installPhase = "touch $out";`;

  it('names the very line, which the build’s own log does not', async () => {
    write(waitsForMarker);
    const asBuilt = await failed();
    deepEqual([asBuilt.exact, asBuilt.command, asBuilt.replay?.state], [false, null, 'offered']);
    equal(asBuilt.range?.start.line, lineOf('buildPhase ='));
    deepEqual(
      asBuilt.decisive?.map(({ text }) => text),
      ['cat: marker: No such file or directory'],
    );
    // Messages for Nix are no lines of a phase.
    const log = readFileSync(asBuilt.log?.file ?? '', 'utf8')
      .split('\n')
      .filter((line) => !line.startsWith('@nix '));
    const begin = log.indexOf('Running phase: buildPhase');
    equal(log[begin + (asBuilt.log?.line ?? -1)], 'cat: marker: No such file or directory');
    const found = await failed('--replay');
    deepEqual([found.exact, found.command, found.exitCode], [true, 'cat marker', 1]);
    deepEqual([found.range?.start.line, found.replay?.note], [lineOf('cat marker'), null]);
    equal(found.message, asBuilt.message);
  });

  it('leaves the derivation its session at the phase that failed, and leaves that alone once it was edited or more is done', async () => {
    write(waitsForMarker);
    const said = await call('build', '.', '--replay');
    match(
      said.stderr,
      new RegExp(`default\\.nix:${lineOf('cat marker') + 1}:.*the command: cat marker`, 's'),
    );
    const [session] = await sessions();
    const record = JSON.parse(readFileSync(join(session?.folder ?? '', 'session.json'), 'utf8')) as {
      work: string;
    };
    const marker = join(record.work, 'build', 'marker');
    writeFileSync(marker, 'mine\n');
    equal((await failed('--replay')).range?.start.line, lineOf('cat marker'));
    ok(existsSync(marker));
    const next = json<RunResult>(await call('run', '.', '--next', '--json'));
    deepEqual(next.phases.map(({ name, reused }) => [name, reused]).slice(-2), [
      ['configurePhase', true],
      ['buildPhase', false],
    ]);
    equal((await failed('--replay')).exact, true);
    const again = json<RunResult>(await call('run', '.', '--until', 'buildPhase', '--json'));
    ok(again.phases.every(({ reused }) => reused));
    deepEqual(
      (await sessions()).map(({ id }) => id),
      [session?.id],
    );
    const work = readdirSync('/tmp').filter((name) => join('/tmp', name) === record.work);
    equal(work.length, 1);
  });

  const afterConfigure = (build: string) => `
  configurePhase = ''
    sleep 2; export MADE=here; touch made
  '';
  buildPhase = ''
    ${build}
  '';
  installPhase = "touch $out";`;
  it('runs the failed phase alone in the directory that the build left', async () => {
    write(afterConfigure('cat made; echo "in $MADE"\n    cat marker'));
    const asBuilt = await failed('--keep-failed');
    kept.push(...folders(asBuilt));
    const whole = asBuilt.replay?.wholeSeconds ?? 0;
    ok(whole >= 2 && (asBuilt.replay?.seconds ?? whole) < whole - 1, JSON.stringify(asBuilt.replay));
    const found = await failed('--keep-failed', '--replay');
    kept.push(...folders(found));
    deepEqual([found.exact, found.command, found.replay?.state], [true, 'cat marker', 'done']);
    equal(found.range?.start.line, lineOf('cat marker'));
    // The session stands there, with what came before taken from the build.
    const next = json<RunResult>(await call('run', '.', '--next', '--json'));
    deepEqual(next.phases.map(({ name, reused }) => [name, reused]).slice(-2), [
      ['configurePhase', true],
      ['buildPhase', false],
    ]);
    const [session] = await sessions();
    equal(existsSync(join(session?.folder ?? '', 'logs', 'configurePhase.log')), false);
  });

  it('does not believe what fails otherwise there, and runs all phases', async () => {
    write(afterConfigure('mkdir once\n    echo begun; cat marker'));
    const found = await failed('--keep-failed', '--replay');
    kept.push(...folders(found));
    deepEqual([found.exact, found.command, found.replay?.state], [true, 'cat marker', 'done']);
    equal(found.range?.start.line, lineOf('cat marker'));
  });

  it('says when nothing can be found so: a hash, a phase of stdenv’s own', async () => {
    write('  installPhase = "echo nothing";');
    equal((await failed('--replay')).replay, null);
    write('  buildPhase = "exit 3";\n  installPhase = "touch $out";');
    const left = await failed('--replay');
    deepEqual([left.replay?.state, left.exitCode], ['done', 3]);
  });
});
