import assert from 'node:assert/strict';
import { parseVersion, storeRoot } from '../../../server/src/nix/installation';

describe('what Nix prints about itself', () => {
  it('holds its version, whoever made it', () => {
    const cases: readonly (readonly [string, string, number, number])[] = [
      ['nix-instantiate (Nix) 2.8.0\n', '2.8.0', 2, 8],
      ['nix (Nix) 2.26.3\n', '2.26.3', 2, 26],
      ['nix (Nix) 2.34.8pre20250101_abcdef\n', '2.34.8pre20250101_abcdef', 2, 34],
      ['nix (Lix, like Nix) 2.91.1\nSystem type: x86_64-linux\n', '2.91.1', 2, 91],
      ['nix (Determinate Nix 3.6.2) 2.29.0\n', '2.29.0', 2, 29],
      ['warning: something\nnix (Nix) 3.0\n', '3.0', 3, 0],
    ];
    for (const [text, version, major, minor] of cases) {
      assert.deepEqual(parseVersion(text), { major, minor, text: version });
    }
    for (const text of ['', 'hello', 'bash 5.2.15', 'nix (Nix) x']) assert.equal(parseVersion(text), null);
  });

  it('names the folder of a store of its own', () => {
    assert.equal(storeRoot('auto', '/home/u'), null);
    assert.equal(storeRoot('daemon', '/home/u'), null);
    assert.equal(storeRoot('local', '/home/u'), null);
    assert.equal(storeRoot('ssh-ng://host/x', '/home/u'), null);
    assert.equal(storeRoot('/a b/c', '/home/u'), '/a b/c');
    assert.equal(storeRoot('~/store', '/home/u'), '/home/u/store');
    assert.equal(storeRoot('local:///a%20b', '/home/u'), '/a b');
    assert.equal(storeRoot('local:///a%', '/home/u'), '/a%');
    assert.equal(storeRoot('local?root=/a%20b&read-only=true', '/home/u'), '/a b');
    assert.equal(storeRoot('/x?require-sigs=false', '/home/u'), '/x');
  });
});
