import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { LogProblem } from '../../../server/src/builds/logProblems';
import { SourceFinder, type SourceRoots } from '../../../server/src/engine/sourceFinder';
import { placedProblems } from '../../../server/src/engine/sourcePlaces';

describe('the file that a path in a log is', () => {
  let folder: string;
  let roots: SourceRoots;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'phasewise-places-'));
    const write = async (name: string, text: string) => {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    };
    for (const root of ['own', 'store', 'session/source']) {
      await write(`${root}/src/same.c`, 'same');
      for (const name of ['main_test.go', 'sub/main_test.go']) await write(`${root}/${name}`, 'package p');
    }
    await write('own/src/edited.c', 'edited since');
    await write('store/src/edited.c', 'as it was built');
    await write('session/source/src/edited.c', 'as it was built');
    await write('session/source/build/made.c', 'made by the build');
    roots = {
      ...{ own: join(folder, 'own'), source: join(folder, 'store'), session: join(folder, 'session') },
      unpacked: [join(folder, 'session/source')],
      store: { storeDir: '/nix/store', physicalStoreDir: '/nix/store' },
    };
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const place = (file: string, over: Partial<SourceRoots> = {}, directory: string | null = null) => {
    const problem: LogProblem = {
      ...{ file, directory, line: 2, column: 4, severity: 'error', message: 'm', tool: 'cc' },
    };
    const [placed] = placedProblems([problem], new SourceFinder({ ...roots, ...over }));
    return placed?.file.slice(folder.length + 1) ?? null;
  };

  it('is the user’s own while it says the same, wherever Nix builds', () => {
    assert.equal(place('/build/source/src/same.c'), 'own/src/same.c');
    assert.equal(place('/tmp/nix-build-x-1.0.drv-0/source/src/same.c'), 'own/src/same.c');
    assert.equal(place('/nix/var/nix/builds/nix-12-34/build/source/src/same.c'), 'own/src/same.c');
    assert.equal(place('src/same.c'), 'own/src/same.c');
    assert.equal(place('../src/same.c'), 'own/src/same.c');
    assert.equal(place('same.c', {}, '/build/source/src'), 'own/src/same.c');
  });

  it('is the session’s, then the store’s, when theirs was edited or is not known', () => {
    assert.equal(place('/build/source/src/edited.c'), 'session/source/src/edited.c');
    assert.equal(place('/build/source/src/edited.c', { session: null }), 'store/src/edited.c');
    assert.equal(place('/build/source/src/same.c', { own: null, session: null }), 'store/src/same.c');
    assert.equal(place('/build/source/build/made.c'), 'session/source/build/made.c');
  });

  it('is found by its name alone in what the session unpacked, by the session’s own path, and in a private store', () => {
    assert.equal(place('src/edited.c', { source: null }), 'session/source/src/edited.c');
    assert.equal(place(join(folder, 'session/source/src/same.c')), 'own/src/same.c');
    const store = { storeDir: '/nix/store', physicalStoreDir: join(folder, 'store') };
    assert.equal(place('/nix/store/src/same.c', { store }), 'store/src/same.c');
    assert.equal(place('/nix/store/../own/src/same.c', { store }), null);
  });

  it('is in the folder of the package of Go that names it', () => {
    const inPackage = (goPackage: string) => {
      const problem: LogProblem = {
        ...{ file: 'main_test.go', goPackage, directory: null, line: 2, column: null },
        ...{ severity: 'error', message: 'm', tool: 'go' },
      };
      return placedProblems([problem], new SourceFinder(roots))[0]?.file.slice(folder.length + 1);
    };
    assert.equal(inPackage('example.com/mod/sub'), 'own/sub/main_test.go');
    assert.equal(inPackage('example.com/mod'), 'own/main_test.go');
    assert.equal(inPackage('../../etc'), 'own/main_test.go');
  });

  it('is none where there is none, and nothing outside of them by way of ..', () => {
    assert.equal(place('/build/source/src/nosuch.c'), null);
    assert.equal(place('../../../../etc/passwd'), null);
    assert.equal(place('/build/source/../../../etc/passwd'), null);
    assert.equal(place('src'), null);
    assert.equal(place('a\0b.c'), null);
  });
});
