import assert from 'node:assert/strict';
import { kindWords } from '../../../client/src/files/kindWords';

describe('The words of what a file is', () => {
  const entry = { file: '../default.nix', attr: 'zlib', from: 'found', serves: true } as const;
  const words = (entryTold: Parameters<typeof kindWords>[0]['entry']) =>
    kindWords({ uri: 'file:///a.nix', kind: 'package', entry: entryTold });

  it('tell the kind, and through what it is evaluated', () => {
    assert.deepEqual(words(null), { text: 'Package function', detail: '', warning: false });
    assert.equal(words(entry).detail, 'through ../default.nix: zlib');
    assert.equal(words({ ...entry, attr: '' }).detail, 'through ../default.nix');
    assert.equal(
      words({ ...entry, from: 'comment' }).detail,
      'through ../default.nix: zlib (as its comment says)',
    );
  });

  it('tell the system of a module, where it is known', () => {
    const module = { uri: 'file:///a.nix', kind: 'module', entry: null } as const;
    assert.equal(kindWords(module).text, 'Module');
    assert.equal(kindWords({ ...module, system: 'nixos' }).text, 'NixOS module');
    assert.equal(kindWords({ ...module, system: 'home-manager' }).text, 'Home Manager module');
  });

  it('warn where what was said does not serve', () => {
    const { detail, warning } = words({ ...entry, from: 'setting', serves: false });
    assert.equal(detail, 'as it stands: ../default.nix could not be evaluated (as the settings say)');
    assert.equal(warning, true);
  });
});
