import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { defaultSettings } from '../../server/src/protocol/settings';
import { parseSettings } from '../../server/src/settings';
import { repository } from './testAssets';

describe('settings', () => {
  it('are read from the section or from an object that holds it, the rest keeping its defaults', () => {
    const given = { nix: { path: '/opt/nix', searchPath: ['a=b'] }, codeLens: { enable: false } };
    const expected = {
      ...defaultSettings,
      nix: { ...defaultSettings.nix, path: '/opt/nix', searchPath: ['a=b'] },
      codeLens: { enable: false },
    };
    const parsed = { settings: expected, folders: new Map(), rejected: [] };
    assert.deepEqual(parseSettings(given), parsed);
    assert.deepEqual(parseSettings({ phasewise: given }), parsed);
  });

  it('of the wrong type fall back to their defaults and are named', () => {
    const { settings, rejected } = parseSettings({
      nix: { path: 3, options: { cores: 4 }, searchPath: 'x' },
      evaluation: { debounceMs: -1, timeoutSeconds: NaN, enable: 'yes', arguments: { 'a.nix': { b: 1 } } },
      codeLens: [],
    });
    assert.deepEqual(settings, defaultSettings);
    assert.deepEqual(rejected, [
      'phasewise.nix.path',
      'phasewise.nix.options',
      'phasewise.nix.searchPath',
      'phasewise.evaluation.enable',
      'phasewise.evaluation.debounceMs',
      'phasewise.evaluation.timeoutSeconds',
      'phasewise.evaluation.arguments',
      'phasewise.codeLens',
    ]);
  });

  it('of a folder are those of the workspace where it says nothing, or nothing that fits', () => {
    const folders = {
      'file:///w/a': { nix: { path: '/other', store: 3 } },
      'file:///w/b': [],
      'file:///w/c': {},
    };
    const {
      settings,
      folders: read,
      rejected,
    } = parseSettings({ nix: { path: '/one', store: '/s' }, folders });
    assert.deepEqual(read.get('file:///w/a')?.nix, { ...settings.nix, path: '/other' });
    assert.deepEqual([...read.keys()], ['file:///w/a', 'file:///w/c']);
    assert.deepEqual(read.get('file:///w/c'), settings);
    assert.deepEqual(rejected, ['phasewise.nix.store', 'phasewise.folders']);
  });

  it('come out complete whatever comes in', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (a, b) => {
        for (const value of [
          a,
          { nix: a, evaluation: b },
          { phasewise: { evaluation: { debounceMs: a } } },
          { folders: a },
          { folders: { b: a } },
        ]) {
          const { settings, folders } = parseSettings(value);
          for (const one of [settings, ...folders.values()]) {
            assert.deepEqual(Object.keys(one), Object.keys(defaultSettings));
            assert.equal(typeof one.evaluation.debounceMs, 'number');
          }
        }
      }),
    );
  });

  it('that the server reads are contributed by the extension with the same defaults', async () => {
    const manifest = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8')) as {
      contributes: {
        configuration: Configuration | readonly Configuration[];
      };
    };
    const { configuration } = manifest.contributes;
    const sections = Array.isArray(configuration)
      ? (configuration as Configuration[])
      : [configuration as Configuration];
    const contributed = Object.assign(
      {},
      ...sections.map(({ properties }) => properties),
    ) as Configuration['properties'];
    for (const [section, values] of Object.entries(defaultSettings)) {
      for (const [name, value] of Object.entries(values as Record<string, unknown>)) {
        const property = contributed[`phasewise.${section}.${name}`];
        assert.deepEqual(property?.default, value, `phasewise.${section}.${name}`);
      }
    }
  });
});

interface Configuration {
  readonly properties: Readonly<Record<string, { readonly default?: unknown }>>;
}
