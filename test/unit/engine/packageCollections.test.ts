import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  bringing,
  nothingCollected,
  PackageCollections,
  type CollectedPackage,
} from '../../../server/src/engine/packageCollections';
import type { Nix } from '../../../server/src/nix/nix';
import { defaultSettings, type Settings } from '../../../server/src/protocol/settings';

const day = 24 * 3600 * 1000;

describe('what is kept of package sets', () => {
  let folder: string;
  let options: Settings['nix'];
  let kept: PackageCollections;
  let nix: Nix;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'phasewise-test-'));
    options = defaultSettings.nix;
    const logger = {
      info: () => undefined,
      warn: (text: string) => assert.fail(text),
      error: () => undefined,
    };
    kept = new PackageCollections({ stateFolder: join(folder, 'state'), logger, nixOptions: () => options });
    nix = nixOf('x86_64-linux');
  });
  afterEach(() => rm(folder, { recursive: true }));

  const nixOf = (system: string): Nix =>
    ({ installation: { system, storeDir: join(folder, 'store'), version: '2.8.0' } }) as unknown as Nix;
  const package_ = (attribute: string, more: Partial<CollectedPackage> = {}): CollectedPackage => ({
    ...{ attribute, program: null, pname: null, modules: [] },
    ...more,
  });
  const collection = { next: 7, packages: [package_('ripgrep', { program: 'rg', modules: ['r'] })] };
  const setAt = (path: string, names = 'n') => ({ identity: { path, names } });
  const file = '/w/default.nix';

  it('is there again for the same set, Nix and settings, and for no other', async () => {
    const set = setAt(join(folder, 'store/x-source'));
    await kept.keep(nix, file, set, collection);
    assert.deepEqual(await kept.of(nix, file, set), collection);
    assert.deepEqual(await kept.of(nix, '/elsewhere.nix', set), collection);
    for (const other of [setAt(set.identity.path, 'm'), setAt('')])
      assert.deepEqual(await kept.of(nix, file, other), nothingCollected);
    assert.deepEqual(await kept.of(nixOf('aarch64-darwin'), file, set), nothingCollected);
    options = { ...options, options: { cores: '1' } };
    assert.deepEqual(await kept.of(nix, file, set), nothingCollected);
  });

  it('is forgotten when another commit of a checkout is there', async () => {
    const path = join(folder, 'nixpkgs');
    await mkdir(join(path, '.git'), { recursive: true });
    await writeFile(join(path, '.git/index'), 'one');
    await kept.keep(nix, file, setAt(path), collection);
    assert.deepEqual(await kept.of(nix, file, setAt(path)), collection);
    await utimes(join(path, '.git/index'), 1, 1);
    assert.deepEqual(await kept.of(nix, file, setAt(path)), nothingCollected);
  });

  it('is old after two months in the store and after a day elsewhere', async () => {
    const stored = setAt(join(folder, 'store/x-source'));
    const elsewhere = setAt(folder);
    await kept.keep(nix, file, stored, collection);
    await kept.keep(nix, file, elsewhere, collection);
    const later = Date.now() + 2 * day;
    assert.deepEqual(await kept.of(nix, file, stored, later), collection);
    assert.deepEqual(await kept.of(nix, file, elsewhere, later), nothingCollected);
    assert.deepEqual(await kept.of(nix, file, stored, later + 70 * day), nothingCollected);
  });

  it('is of few sets, and of no text that is cut off', async () => {
    for (const name of 'abcdefgh') await kept.keep(nix, file, setAt('/store-less', name), collection);
    const names = await readdir(join(folder, 'state/packages'));
    assert.equal(names.length, 5);
    for (const name of names) await writeFile(join(folder, 'state/packages', name), '{"next":3,"pack');
    assert.deepEqual(await kept.of(nix, file, setAt('/store-less', 'h')), nothingCollected);
  });

  it('gives those that say that they bring it, the shortest first, and by their names those that say nothing', () => {
    const packages = [
      package_('ripgrep-all', { program: 'rg' }),
      package_('ripgrep', { program: 'rg', pname: 'ripgrep' }),
      package_('rg13', { pname: 'rg' }),
      package_('other', { program: 'x', pname: 'rg', modules: ['rg'] }),
    ];
    const found = bringing({ next: 4, packages }, { kind: 'command', name: 'rg' });
    assert.deepEqual(found, { sure: [['ripgrep'], ['ripgrep-all']], guessed: [['rg13']] });
    const modules = bringing({ next: 4, packages }, { kind: 'pkgConfig', name: 'rg' });
    assert.deepEqual(modules, { sure: [['other']], guessed: [] });
    const header = bringing({ next: 4, packages }, { kind: 'header', name: 'rg' });
    assert.deepEqual(header, { sure: [], guessed: [] });
  });
});
