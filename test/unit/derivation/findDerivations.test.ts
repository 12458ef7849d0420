import assert from 'node:assert/strict';
import { findDerivations, searchDerivations } from '../../../server/src/derivation/findDerivations';
import { parsed } from '../../support/syntax';

/** `attr: name [structure] attribute names`, one line a derivation. */
async function found(text: string): Promise<string[]> {
  return findDerivations(await parsed(text)).map(
    ({ attr, name, structure, attributes }) =>
      `${attr || '.'}: ${name ?? '?'} ${structure} ${[...attributes.keys()].join(',')}`,
  );
}

const cases: readonly (readonly [what: string, text: string, expected: readonly string[]])[] = [
  ['a plain call', 'stdenv.mkDerivation { name = "a"; buildPhase = ""; }', ['.: a phases name,buildPhase']],
  [
    'a function for callPackage',
    '{ stdenv, lib ? x, ... }: stdenv.mkDerivation { pname = "a"; version = "1"; }',
    ['.: a-1 phases pname,version'],
  ],
  [
    'rec with its own names',
    '{ stdenv }: stdenv.mkDerivation rec { version = "2"; name = "b-${version}"; }',
    ['.: b-2 phases version,name'],
  ],
  [
    'finalAttrs',
    'mkDerivation (finalAttrs: { pname = "a"; version = "1"; name = "x-${finalAttrs.version}"; })',
    ['.: x-1 phases pname,version,name'],
  ],
  [
    'let, with and assert',
    'let v = "3"; in with import <nixpkgs> { }; assert true; stdenv.mkDerivation { name = "c-${v}"; }',
    ['.: c-3 phases name'],
  ],
  [
    'attributes merged with //',
    'let common = { name = "d"; src = 1; }; in mkDerivation (common // { src = 2; doCheck = true; })',
    ['.: d phases name,src,doCheck'],
  ],
  [
    'inherited names',
    'let pname = "e"; version = "1"; in mkDerivation { inherit pname version; }',
    ['.: e-1 phases pname,version'],
  ],
  [
    'names inherited from a set',
    'let m = { pname = "e"; version = "2"; }; in mkDerivation { inherit (m) pname version; }',
    ['.: e-2 phases pname,version'],
  ],
  [
    'a set of derivations',
    '{ a = mkDerivation { name = "a"; }; b.c = mkDerivation { name = "c"; }; d = { e = derivation { name = "e"; }; }; }',
    ['a: a phases name', 'b.c: c phases name', 'd.e: e builder name'],
  ],
  [
    'rec and names that stand for others',
    'rec { a = mkDerivation { name = "a"; }; default = a; }',
    ['a: a phases name', 'default: a phases name'],
  ],
  [
    'let bindings that the result refers to',
    'let a = mkDerivation { name = "a"; }; b = mkDerivation { name = "b"; }; in { inherit a; x = b; }',
    ['a: a phases name', 'x: b phases name'],
  ],
  [
    'a list',
    '[ (mkDerivation { name = "a"; }) (derivation { name = "b"; }) ]',
    ['0: a phases name', '1: b builder name'],
  ],
  [
    'derivation',
    'derivation { name = "r"; builder = "/bin/sh"; system = "x86_64-linux"; }',
    ['.: r builder name,builder,system'],
  ],
  ['builtins.derivation', 'builtins.derivation { name = "r"; }', ['.: r builder name']],
  ['runCommand', 'runCommand "rc" { x = 1; } "echo hi"', ['.: rc buildCommand name,buildCommand,x']],
  [
    'buildCommand',
    'mkDerivation { name = "bc"; buildCommand = "x"; }',
    ['.: bc buildCommand name,buildCommand'],
  ],
  [
    'a language builder',
    '{ python3Packages }: python3Packages.buildPythonPackage rec { pname = "p"; version = "1"; }',
    ['.: p-1 phases pname,version'],
  ],
  ['a Go module', 'buildGoModule { pname = "g"; version = "1"; }', ['.: g-1 phases pname,version']],
  [
    'overrideAttrs of a known base',
    'let b = mkDerivation { name = "b"; src = 1; }; in b.overrideAttrs (old: { postPatch = old.x; })',
    ['.: b phases name,src,postPatch'],
  ],
  [
    'overrideAttrs of an unknown base',
    'pkgs.hello.overrideAttrs (final: prev: { buildPhase = ""; })',
    ['.: ? phases buildPhase'],
  ],
  ['override', '(mkDerivation { name = "o"; }).override { x = 1; }', ['.: o phases name']],
  [
    'callPackage of a function written here',
    '{ a = pkgs.callPackage ({ stdenv }: stdenv.mkDerivation { name = "a"; }) { }; }',
    ['a: a phases name'],
  ],
  [
    'a function of the file, applied',
    'let mk = n: { v, w ? "" }: mkDerivation { name = "${n}-${v}"; }; in { a = mk "a" { v = "1"; }; b = mk "b" { v = "2"; }; }',
    ['a: a-1 phases name', 'b: b-2 phases name'],
  ],
  ['a name that the text does not tell', 'mkDerivation { name = "a-${lib.version}"; }', ['.: ? phases name']],
  [
    'if: the first branch counts',
    'if x then mkDerivation { name = "a"; } else mkDerivation { name = "b"; }',
    ['.: a phases name'],
  ],
  [
    'merged sets',
    '{ a = mkDerivation { name = "a1"; }; } // { a = mkDerivation { name = "a2"; }; }',
    ['a: a2 phases name'],
  ],
  [
    'recurseIntoAttrs',
    '{ s = lib.recurseIntoAttrs { a = mkDerivation { name = "a"; }; }; }',
    ['s.a: a phases name'],
  ],
  [
    'attribute names that need quotes',
    '{ "a.b" = mkDerivation { name = "q"; }; "x y; $(z)".z = mkDerivation { name = "w"; }; "q\\"" = mkDerivation { name = "e"; }; ${"é"} = mkDerivation { name = "r"; }; }',
    ['"a.b": q phases name', '"x y; $(z)".z: w phases name', '"q\\"": e phases name', '"é": r phases name'],
  ],
  ['mkShell', 'pkgs.mkShell { name = "s"; }', ['.: s phases name']],
  [
    'a flake’s literal packages',
    '{ inputs = { }; outputs = { self, nixpkgs }: { packages.x86_64-linux.a = mkDerivation { name = "a"; }; lib.b = mkDerivation { name = "b"; }; }; }',
    ['packages.x86_64-linux.a: a phases name'],
  ],
  [
    'half-typed text',
    '{ a = mkDerivation { name = "a"; buildPhase = ; installPhase = "x"; }; }',
    ['a: a phases name,buildPhase,installPhase'],
  ],
  ['a module', '{ config, lib, pkgs, ... }: { config = { x = [ (mkDerivation { name = "m"; }) ]; }; }', []],
  [
    'a module without arguments',
    '{ imports = [ ./x.nix ]; environment.x = mkDerivation { name = "m"; }; }',
    [],
  ],
  ['a library', '{ lib }: { mk = n: mkDerivation { name = n; }; f = x: x; }', []],
  ['no derivation', '{ a = 1; b = [ ]; c = "mkDerivation"; }', []],
  ['names that go round in a circle', 'let a = b; b = a; in a', []],
  ['a function that calls itself', 'let f = x: f x; in { a = f 1; }', []],
  [
    'sets that select each other',
    'rec { a = { x = b.x; }; b = { x = a.x; }; c = mkDerivation { name = a.x; }; }',
    ['c: ? phases name'],
  ],
  [
    'merging that doubles',
    'let a = b // b; b = c // c; c = d // d; d = a // a; in mkDerivation a',
    ['.: ? phases '],
  ],
  ['empty text', '', []],
];

describe('findDerivations', () => {
  for (const [what, text, expected] of cases) {
    it(`finds: ${what}`, async () => assert.deepEqual(await found(text), expected));
  }

  it('places an attribute of a set at its name and a lone call at its function', async () => {
    const text = '{ a = stdenv.mkDerivation { }; }';
    const [first] = findDerivations(await parsed(text));
    assert.equal(text.slice(first?.place.start, first?.place.end), 'a');
    const call = '{ stdenv }: stdenv.mkDerivation { }';
    const [second] = findDerivations(await parsed(call));
    assert.equal(call.slice(second?.place.start, second?.place.end), 'stdenv.mkDerivation');
  });

  it('says when there are too many to find them all, or too much else', async () => {
    const many = (count: number) =>
      `{ ${Array.from({ length: count }, (_, n) => `p${n} = stdenv.mkDerivation { };`).join(' ')} }`;
    const search = async (text: string) => {
      const { derivations, complete } = searchDerivations(await parsed(text));
      return [derivations.length, complete];
    };
    assert.deepEqual(await search(many(499)), [499, true]);
    assert.deepEqual(await search(many(600)), [500, false]);
    const numbers = `{ a = [ ${'1 '.repeat(25_000)}]; p = stdenv.mkDerivation { }; }`;
    assert.deepEqual(await search(numbers), [0, false]);
  });

  it('survives ten thousand levels', async () => {
    const deep = `${'{ a = '.repeat(4000)}1${'; }'.repeat(4000)}`;
    assert.deepEqual(await found(deep), []);
    assert.deepEqual(await found(`${'('.repeat(9000)}1${')'.repeat(9000)}`), []);
  });
});
