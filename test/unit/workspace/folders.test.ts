import assert from 'node:assert/strict';
import { folderOf, foldersUpTo } from '../../../server/src/workspace/folders';

describe('The folder of a file', () => {
  it('is the one that it lies in, not one whose name that begins with', () => {
    const folders = ['/a/b', '/a/c'];
    assert.equal(folderOf('/a/b/x.nix', folders), '/a/b');
    assert.equal(folderOf('/a/c/d/x.nix', folders), '/a/c');
    assert.equal(folderOf('/a/bc/x.nix', folders), null);
    assert.equal(folderOf('/a/x.nix', folders), null);
    assert.equal(folderOf('/a/b/x.nix', []), null);
  });

  it('is the innermost of nested ones, whichever comes first', () => {
    for (const folders of [
      ['/a', '/a/b'],
      ['/a/b', '/a'],
    ]) {
      assert.equal(folderOf('/a/b/x.nix', folders), '/a/b');
      assert.equal(folderOf('/a/bc/x.nix', folders), '/a');
    }
  });

  it('is itself for a folder, and may be the root of all', () => {
    assert.equal(folderOf('/a/b', ['/a/b']), '/a/b');
    assert.equal(folderOf('/a/b', ['/']), '/');
  });

  it('ends the way up from a file', () => {
    assert.deepEqual(foldersUpTo('/a', '/a/b/c/x.nix'), ['/a/b/c', '/a/b', '/a']);
    assert.deepEqual(foldersUpTo('/a/b', '/a/b/x.nix'), ['/a/b']);
    assert.deepEqual(foldersUpTo('/', '/a/x.nix'), ['/a', '/']);
  });
});
