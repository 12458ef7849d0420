import assert from 'node:assert/strict';
import { findDerivations } from '../../../server/src/derivation/findDerivations';
import type { FoundDerivation } from '../../../server/src/derivation/foundDerivation';
import { addPythonModule } from '../../../server/src/derivation/pythonModuleEdit';
import { addToPostPatch } from '../../../server/src/derivation/postPatchEdit';
import { replaced, type Replacement } from '../../../server/src/syntax/replacement';
import type { SyntaxTree } from '../../../server/src/syntax/syntaxTree';
import { parsed } from '../../support/syntax';

/** The text after the edits of its first derivation; null when there are none. */
async function edited(
  text: string,
  edit: (tree: SyntaxTree, derivation: FoundDerivation) => readonly Replacement[] | null,
): Promise<string | null> {
  const tree = await parsed(text);
  const [derivation] = findDerivations(tree);
  assert.ok(derivation !== undefined, 'a derivation');
  const edits = edit(tree, derivation);
  if (edits === null) return null;
  const result = replaced(text, edits);
  assert.deepEqual((await parsed(result)).faults, [], result);
  return result;
}

describe('a line of postPatch', () => {
  const patched = (text: string, path = './configure') =>
    edited(text, ({ text: whole }, derivation) => {
      const edit = addToPostPatch(whole, derivation, 'patchShebangs', path);
      return edit === null ? null : [edit];
    });

  it('writes a postPatch behind src', async () => {
    assert.equal(
      await patched('stdenv.mkDerivation {\n  src = ./.;\n\n  doCheck = true;\n}'),
      "stdenv.mkDerivation {\n  src = ./.;\n\n  postPatch = ''\n    patchShebangs configure\n  '';\n\n  doCheck = true;\n}",
    );
  });

  it('adds a line to one that is there', async () => {
    assert.equal(
      await patched("stdenv.mkDerivation {\n  postPatch = ''\n    rm x\n  '';\n}", './tools/gen.py'),
      "stdenv.mkDerivation {\n  postPatch = ''\n    rm x\n    patchShebangs tools/gen.py\n  '';\n}",
    );
  });

  it('adds a command to one on one line', async () => {
    assert.equal(
      await patched("stdenv.mkDerivation { postPatch = ''rm x''; }"),
      "stdenv.mkDerivation { postPatch = ''rm x; patchShebangs configure''; }",
    );
  });

  it('leaves alone what it cannot read, and what no shell word can be', async () => {
    assert.equal(await patched('stdenv.mkDerivation { postPatch = common; }'), null);
    assert.equal(await patched('stdenv.mkDerivation { name = "n"; }', './a b'), null);
    assert.equal(await patched('x.overrideAttrs (old: { name = "n"; })'), null);
  });
});

describe('addPythonModule', () => {
  const path = ['python3Packages', 'requests'];
  const added = (text: string, attribute = 'dependencies') =>
    edited(text, (tree, derivation) => addPythonModule(tree, derivation, attribute, path)?.edits ?? null);

  it('writes dependencies', async () => {
    assert.equal(
      await added('{ buildPythonPackage }: buildPythonPackage { pname = "p"; }'),
      '{ buildPythonPackage, requests }: buildPythonPackage { pname = "p"; dependencies = [ requests ]; }',
    );
  });

  it('stays with the list of an older package', async () => {
    assert.equal(
      await added(
        '{ pkgs }: pkgs.python3Packages.buildPythonPackage { propagatedBuildInputs = [ pkgs.a ]; }',
      ),
      '{ pkgs }: pkgs.python3Packages.buildPythonPackage { propagatedBuildInputs = [ pkgs.a pkgs.python3Packages.requests ]; }',
    );
  });

  it('gives the interpreter of another derivation the module', async () => {
    assert.equal(
      await added('{ pkgs }: pkgs.stdenv.mkDerivation { nativeBuildInputs = [ pkgs.python3 ]; }'),
      '{ pkgs }: pkgs.stdenv.mkDerivation { nativeBuildInputs = [ (pkgs.python3.withPackages (ps: [ ps.requests ])) ]; }',
    );
  });

  it('does nothing where there is no Python', async () => {
    assert.equal(await added('{ pkgs }: pkgs.stdenv.mkDerivation { name = "n"; }'), null);
  });
});
