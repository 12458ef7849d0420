import { deepEqual, equal } from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { findNixFiles } from '../../../server/src/cli/nixFiles';

describe('files to check', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'phasewise files $ é '));
    for (const path of ['b/x.nix', 'b/y.txt', 'a.nix', '.git/z.nix', 'elsewhere/w.nix']) {
      mkdirSync(join(folder, path, '..'), { recursive: true });
      writeFileSync(join(folder, path), '');
    }
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const found = (...paths: readonly string[]): readonly (readonly [string, boolean])[] => {
    const result = findNixFiles(folder, paths);
    return result.ok ? result.value.map(({ file, named }) => [relative(folder, file), named]) : [];
  };

  it('finds the .nix files of a folder in order, and none of version control', () => {
    deepEqual(found('.'), [
      ['a.nix', false],
      ['b/x.nix', false],
      ['elsewhere/w.nix', false],
    ]);
  });

  it('takes a named file whatever its name, once', () => {
    deepEqual(found('b/y.txt', 'b/y.txt', 'b'), [
      ['b/y.txt', true],
      ['b/x.nix', false],
    ]);
  });

  it('follows linked folders once, also when they go in circles', () => {
    symlinkSync('..', join(folder, 'b/circle'));
    symlinkSync('../elsewhere', join(folder, 'b/linked'));
    symlinkSync('nowhere', join(folder, 'b/broken.nix'));
    deepEqual(found('b'), [
      ['b/x.nix', false],
      ['b/circle/a.nix', false],
      ['b/circle/elsewhere/w.nix', false],
    ]);
  });

  it('refuses a path that does not exist', () => {
    const result = findNixFiles(folder, ['gone']);
    equal(result.ok ? null : result.error.code, 'no-such-file');
  });
});
