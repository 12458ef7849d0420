/** Which closed texts tell what stands at a cursor, or what may stand there. */
import assert from 'node:assert/strict';
import { completionsAt } from '../../../../server/src/analysis/completion';
import { callersIn } from '../../../../server/src/analysis/slices/callers';
import { askedFunction, askedValue } from '../../../../server/src/analysis/slices/asked';
import { searchedPackages, type SetPlace } from '../../../../server/src/analysis/slices/packageSets';
import { atCursor } from '../../../support/cursor';
import { cursorIn } from '../../../support/fileTrees';
import { nixParser, parsed } from '../../../support/syntax';

const packages = searchedPackages;
const sets = { callers: [], packages };

const shown = (places: readonly SetPlace[]): readonly string[] =>
  places.map(({ text, path }) => [text.replaceAll(packages, 'PKGS'), ...path].join(' . '));

async function asked(withCursor: string, callers: readonly string[] = []): Promise<readonly string[]> {
  const { files, file, offset } = await cursorIn({ 'a.nix': withCursor });
  const parser = await nixParser();
  const around = { files, file: file.file, sets: { callers, packages } };
  const found = await completionsAt(file.tree, offset, (other) => parser.parse(other), around);
  return found.asked.flatMap(({ places }) => shown(places));
}

describe('the values that a place is about', () => {
  const completed: readonly (readonly [string, readonly string[]])[] = [
    ['let pkgs = import ./x { }; in pkgs.|', ['import ./x { }']],
    ['let pkgs = import ./x { }; in pkgs.a."b.c".d|', ['import ./x { } . a . b.c']],
    ['let pkgs = import ./x { }; y = 1; in with pkgs; [ | ]', ['import ./x { }']],
    ['let p = a; a = f b; b = g 1; c = 2; g = x: a; in p.|', ['let a = f b; b = g 1; g = x: a; in f b']],
    ['with a 1; with b 2; [ x.| ]', ['with a 1; b 2 . x', 'a 1 . x']],
    ['{ pkgs ? import ./x { } }: pkgs.|', ['import ./x { }']],
    ['{ pkgs, lib, stdenv }: lib.|', ['PKGS . lib', '(import <nixpkgs/lib>)']],
    ['{ lib, stdenv, a ? 1 }: a.|', ['PKGS . a', '1']],
    ['{ config, pkgs, ... }: config.|', []],
    ['final: prev: { x = prev.|; }', ['PKGS']],
    ['x: x.|', []],
    ['{ pkgs }: pkgs.python3.withPackages (ps: with ps; [ | ])', ['PKGS . python3 . pkgs']],
    ['let inherit (import ./x { }) a; in a.|', ['import ./x { } . a']],
    ['let x.a = 1; x.b = 2; in x.|', ['let x.a = 1; x.b = 2; in x']],
    ['rec { a = { b = 1; }; c = a.|; }', ['{ b = 1; }']],
    ['{ lib, | }: 1', ['PKGS']],
    ['{ config, | }: { }', []],
    ['let a = { b = a; }; in inherit (a) |', []],
    ['let pkgs = import ./x { }; in { inherit (pkgs) |; }', ['import ./x { }']],
    // What is broken elsewhere does not matter.
    ['let pkgs = import ./x { }; y = ; in pkgs.|', ['import ./x { }']],
    ['let a = b; b = a; in a.|', []],
  ];
  for (const [text, expected] of completed) {
    it(`asks ${JSON.stringify(expected)} for the names in ${JSON.stringify(text)}`, async () =>
      assert.deepEqual(await asked(text), expected));
  }

  it('of a file that is called from a set, that set first, then the default', async () => {
    assert.deepEqual(await asked('{ stdenv, a ? { } }: a.|', ['SET']), ['SET . a', 'PKGS . a', '{ }']);
    assert.deepEqual(await asked('{ st| }: 1', ['SET']), ['SET', 'PKGS']);
  });

  const inFlake: readonly (readonly [string, readonly string[]])[] = [
    ['{ self, nixpkgs, ... }: { x = nixpkgs.lib.|; }', ['FLAKE . nixpkgs . lib']],
    ['inputs@{ self, ... }: { x = inputs.nixpkgs.|; }', ['FLAKE . nixpkgs']],
    ['inputs: { x = inputs.nixpkgs.|; }', ['FLAKE . nixpkgs']],
    ['{ self, | }: { }', ['FLAKE']],
    [
      '{ nixpkgs, ... }: let f = g (system: let p = import nixpkgs { inherit system; }; in p.|); in f',
      [
        'let nixpkgs = (FLAKE."nixpkgs" or (throw "not known from the text")); in let system = builtins.currentSystem; in import nixpkgs { inherit system; }',
      ],
    ],
    ['{ nixpkgs, ... }: { x = each (pkgs: pkgs.|); }', ['PKGS']],
    ['{ nixpkgs, ... }: { x = { nixpkgs }: nixpkgs.|; }', ['PKGS . nixpkgs']],
  ];
  for (const [outputs, expected] of inFlake) {
    it(`in a flake asks ${JSON.stringify(expected)} for the names in ${JSON.stringify(outputs)}`, async () => {
      const { files, file, offset } = await cursorIn({ 'flake.nix': `{ outputs = ${outputs}; }` });
      const parser = await nixParser();
      const around = { files, file: file.file, sets: { ...sets, flake: 'FLAKE' } };
      const found = await completionsAt(file.tree, offset, (other) => parser.parse(other), around);
      assert.deepEqual(
        found.asked.flatMap(({ places }) => shown(places)),
        expected,
      );
    });
  }

  it('what another file’s text calls a package with: the arguments, and the set, with absolute paths', async () => {
    const called = async (text: string) => {
      const [file, target] = ['/flake/flake.nix', '/flake/a/default.nix'];
      return callersIn({ file, tree: await parsed(text) }, target, { ...sets, flake: 'FLAKE' });
    };
    assert.deepEqual(
      await called(
        'let p = import ./x { }; y.z = 1; in { b = p.sub.callPackage ./a { inherit y; w = ./w; }; }',
      ),
      ['(let y.z = 1; in { inherit y; w = /flake/./w; })', '((import /flake/./x { })."sub" or { })'],
    );
    assert.deepEqual(await called('with import ./x { }; { b = callPackage ./a/default.nix { }; }'), [
      '({ })',
      '(import /flake/./x { })',
    ]);
    assert.deepEqual(await called('{ b = import ./a { }; c = callPackage ./other { }; }'), []);
  });

  it('what stands there: a name, an attribute, an inherited one, an argument', async () => {
    const cases: readonly (readonly [string, readonly string[]])[] = [
      ['let p = import ./x { }; in p.he|llo.meta', ['import ./x { } . hello']],
      ['let p = import ./x { }; in with p; he|llo', ['import ./x { } . hello']],
      ['{ zl|ib, lib }: zlib', ['PKGS . zlib']],
      ['lib: with lib; ma|p', []],
      ['let p = import ./x { }; in { inherit (p) a|; }', ['import ./x { } . a']],
      ['let p = import ./x { }; a| = p.b; in a', ['import ./x { } . b']],
      ['pkgs: let inherit (pkgs) b; in { inherit b|; }', ['PKGS . b']],
    ];
    for (const [withCursor, expected] of cases) {
      const { text, offset } = atCursor(withCursor);
      const tree = await parsed(text);
      assert.deepEqual(shown(askedValue(tree, offset, sets)?.places ?? []), expected, withCursor);
    }
  });

  it('the function whose argument is written', async () => {
    const { text, offset } = atCursor('{ pkgs }: pkgs.hello.override { a = 1; | }');
    const found = askedFunction(await parsed(text), offset, sets);
    assert.deepEqual(shown(found?.places ?? []), ['PKGS . hello . override']);
  });
});
