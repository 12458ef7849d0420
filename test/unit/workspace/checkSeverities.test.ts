/** Which rules of nixpkgs count where, with real folders. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkSeverities } from '../../../server/src/workspace/checkSeverities';

describe('the rules of nixpkgs', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'phasewise-rules-'))));
  after(() => rmSync(folder, { recursive: true }));
  const auto = { severity: {}, nixpkgs: 'auto' };
  const of = (path: string) => checkSeverities(join(folder, path), auto)['incomplete-meta'];

  it('are hints in a tree with pkgs/by-name or pkgs/top-level, and off elsewhere', () => {
    for (const path of ['a/pkgs/by-name/he/hello', 'b/pkgs/top-level', 'c/pkgs/hello'])
      mkdirSync(join(folder, path), { recursive: true });
    assert.equal(of('a/pkgs/by-name/he/hello/package.nix'), 'hint');
    assert.equal(of('b/pkgs/tools/x/default.nix'), 'hint');
    assert.equal(of('c/pkgs/hello/default.nix'), undefined);
    assert.equal(of('hello.nix'), undefined);
    assert.equal(checkSeverities('/untitled', auto)['incomplete-meta'], undefined);
  });

  it('count where the setting says, and as the user has them', () => {
    const on = { severity: { 'license-missing': 'off', 'patch-without-comment': 'warning' }, nixpkgs: 'on' };
    const said = checkSeverities('/hello.nix', on);
    assert.equal(said['attribute-ordering'], 'hint');
    assert.equal(said['patch-without-comment'], 'warning');
    assert.equal(said['incomplete-meta'], undefined);
    const off = { severity: {}, nixpkgs: 'off' };
    assert.deepEqual(checkSeverities(join(folder, 'a/pkgs/by-name/he/hello/package.nix'), off), {});
  });
});
