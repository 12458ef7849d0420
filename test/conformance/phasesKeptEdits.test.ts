import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OpenedSession } from './phasesSupport';
import {
  closeClean,
  inBothModes,
  instantiate,
  open,
  removeScratch,
  repository,
  scratchFolder,
} from './phasesSupport';

inBothModes("a user's edits of the source", (isolated) => {
  let scratch = '';
  beforeEach(async () => (scratch = await scratchFolder()));
  afterEach(() => removeScratch(scratch));
  const derivation = () =>
    instantiate([
      '-E',
      `(import ${repository}/examples/pkgs { }).stdenv.mkDerivation {
         name = "edits"; phases = [ "unpackPhase" "patchPhase" "buildPhase" "installPhase" ];
         unpackPhase = "mkdir src; cd src; echo broken > main; echo old > notes; echo 1 > number";
         patchPhase = "true";
         buildPhase = "echo half >> log; echo 2 > number; grep fixed main";
         installPhase = "cp -r . $out";
       }`,
    ]);

  const notices = ({ events }: Pick<OpenedSession, 'events'>): string =>
    events.map((event) => (event.type === 'notice' ? event.text : '')).join('\n');

  it('stay when a phase that failed runs again, beside which its own changes are undone', async () => {
    const opened = await open(await derivation(), scratch, isolated, 'key');
    const source = join(opened.session.workFolder, 'build/src');
    assert.equal((await opened.run({ selection: 'all', phase: null })).status, 'failed');
    await writeFile(join(source, 'main'), 'fixed\n');
    await writeFile(join(source, 'new'), 'new\n');
    const again = await opened.run({ selection: 'all', phase: null });
    assert.equal(again.status, 'ok', opened.output());
    assert.match(notices(opened), /Your edits of the source stay: main, new\./);
    assert.equal(await readFile(join(source, 'log'), 'utf8'), 'half\n', 'the phase ran from its beginning');
    assert.equal(await readFile(join(source, 'new'), 'utf8'), 'new\n');
    await opened.run({ selection: 'from', phase: 'buildPhase' });
    assert.equal(await readFile(join(source, 'main'), 'utf8'), 'fixed\n', 'also when it is entered again');
    await closeClean(opened);
  });

  it('are kept as a patch where the files are others than those edited', async () => {
    const opened = await open(await derivation(), scratch, isolated, 'key');
    const source = join(opened.session.workFolder, 'build/src');
    await opened.run({ selection: 'all', phase: null });
    await writeFile(join(source, 'main'), 'fixed\n');
    await writeFile(join(source, 'number'), '3\n');
    await opened.run({ selection: 'from', phase: 'unpackPhase' });
    const aside = join(opened.session.folder, 'edits');
    const patches = await readdir(aside);
    assert.equal(patches.length, 1, opened.output());
    assert.match(notices(opened), /your edits of main, number are kept in /);
    const text = await readFile(join(aside, patches[0] ?? ''), 'utf8');
    assert.match(text, /^-broken\n\+fixed$/m);
    await closeClean(opened);
  });

  it('are not what a hook that runs alone does', async () => {
    const opened = await open(await derivation(), scratch, isolated, 'key');
    const source = join(opened.session.workFolder, 'build/src');
    await opened.run({ selection: 'until', phase: 'patchPhase' });
    await writeFile(join(source, 'main'), 'mine\n');
    await opened.run({ selection: 'hook', phase: 'postPatch' });
    assert.equal(await readFile(join(source, 'main'), 'utf8'), 'mine\n');
    assert.doesNotMatch(notices(opened), /Your edits/);
    await closeClean(opened);
  });
});
