import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { phaseFileContent, phaseFiles } from '../../server/src/engine/phaseFiles';
import type { SessionFiles } from '../../server/src/phases/sessionFiles';
import { openSessionFiles } from '../../server/src/phases/sessionFiles';
import {
  closeClean,
  inBothModes,
  instantiate,
  never,
  open,
  removeScratch,
  repository,
  runner,
  scratchFolder,
  unwrap,
} from './phasesSupport';

const stdenv = `(import ${repository}/examples/pkgs { }).stdenv`;
const phases = (texts: Readonly<Record<string, string>>) =>
  instantiate([
    '-E',
    `${stdenv}.mkDerivation { name = "files"; phases = [ ${Object.keys(texts)
      .map((name) => `"${name}"`)
      .join(' ')} ]; ${Object.entries(texts)
      .map(([name, text]) => `${name} = ''${text}'';`)
      .join(' ')} }`,
  ]);

inBothModes('the files of a phase', (isolated) => {
  let scratch = '';
  beforeEach(async () => (scratch = await scratchFolder()));
  afterEach(() => removeScratch(scratch));
  const filesOf = async (): Promise<SessionFiles> =>
    unwrap(await openSessionFiles({ stateFolder: scratch, storeDir: '/nix/store', runner }, 'key'));
  /** Without what stdenv writes beside each phase. */
  const changesOf = async (phase: string) =>
    unwrap(await phaseFiles(await filesOf(), phase, never)).changes.filter(({ path }) => path !== 'env-vars');
  const told = async (phase: string) =>
    (await changesOf(phase)).map(({ change, path }) => `${change} ${path}`);
  const content = async (phase: string, side: 'before' | 'after', path: string) => {
    const found = (await changesOf(phase)).find((one) => one.path === path);
    const wanted = { phase, side, key: found?.key ?? '' };
    return unwrap(await phaseFileContent(await filesOf(), wanted, never));
  };

  it('are told by kind, relative to the build directory, outputs by their name', async () => {
    const derivation = await phases({
      makePhase: `mkdir -p src/empty; cd src; echo one > one; echo two > "a b"; printf 'gr\\xfc\\xdfe' > latin
        ln -s one link; echo x > x; echo same > same; echo '#!' > run`,
      workPhase: `echo changed >> one; rm "a b"; printf 'gr\\xfc\\xdf' > latin; ln -sfn two link; rm x; mkdir x; touch same
        chmod +x run; mkdir -p deep/er; echo new > deep/er/file`,
      installPhase: 'mkdir -p $out/bin; cp run $out/bin',
      idlePhase: 'true',
    });
    const opened = await open(derivation, scratch, isolated, 'key');
    assert.equal((await opened.run({ selection: 'all', phase: null })).status, 'ok', opened.output());
    assert.deepEqual(await told('makePhase'), [
      ...['created src/a b', 'created src/empty', 'created src/latin', 'created src/link'],
      ...['created src/one', 'created src/run', 'created src/same', 'created src/x'],
    ]);
    assert.deepEqual(await told('workPhase'), [
      ...['deleted src/a b', 'created src/deep/er/file', 'changed src/latin', 'changed src/link'],
      ...['changed src/one', 'mode src/run', 'typeChanged src/x'],
    ]);
    assert.deepEqual(await told('installPhase'), ['created $out/bin/run']);
    assert.deepEqual(await told('idlePhase'), []);
    const link = (await changesOf('workPhase')).find(({ path }) => path === 'src/link');
    assert.deepEqual([link?.before?.target, link?.after?.target], ['one', 'two']);
    assert.equal(String(await content('workPhase', 'before', 'src/one')), 'one\n');
    assert.equal(String(await content('workPhase', 'after', 'src/one')), 'one\nchanged\n');
    assert.deepEqual(
      Buffer.from(await content('workPhase', 'after', 'src/latin')).toString('latin1'),
      'gr\xfc\xdf',
    );
    assert.equal(String(await content('installPhase', 'after', '$out/bin/run')), '#!\n');
    await closeClean(opened);
  });

  it('of a phase that failed, and never those that somebody else changed after it', async () => {
    const derivation = await phases({
      aPhase: 'echo a > a; echo b > b',
      bPhase: 'echo half > half; test -e wanted; echo done > done',
      cPhase: 'cat wanted > c',
    });
    const opened = await open(derivation, scratch, isolated, 'key');
    const build = join(opened.session.workFolder, 'build');
    await opened.run({ selection: 'until', phase: 'aPhase' });
    assert.equal((await openedProblem('bPhase')).code, 'phase-not-run');
    assert.equal((await openedProblem('noPhase')).code, 'unknown-phase');
    await writeFile(join(build, 'a'), 'edited');
    assert.deepEqual(await told('aPhase'), ['created a', 'created b']);
    assert.equal((await opened.run({ selection: 'until', phase: 'bPhase' })).status, 'failed');
    await rm(join(build, 'half'));
    assert.deepEqual(await told('bPhase'), ['created half']);
    assert.deepEqual(await told('aPhase'), ['created a', 'created b'], 'the edit was between the two');
    assert.equal(String(await content('aPhase', 'after', 'a')), 'a\n');
    await opened.run({ selection: 'until', phase: 'aPhase' });
    await closeClean(opened);
  });

  const openedProblem = async (phase: string) => {
    const found = await phaseFiles(await filesOf(), phase, never);
    assert.ok(!found.ok);
    return found.error;
  };

  it('are those of thousands', async () => {
    const derivation = await phases({
      manyPhase: 'mkdir many; for i in {1..5000}; do echo $i > many/$i; done',
      fewPhase: 'for i in {1..50}; do echo x >> many/$i; done',
    });
    const opened = await open(derivation, scratch, isolated, 'key');
    await opened.run({ selection: 'all', phase: null });
    assert.equal((await changesOf('manyPhase')).length, 5000);
    assert.equal((await changesOf('fewPhase')).length, 50);
    await closeClean(opened);
  });
});
