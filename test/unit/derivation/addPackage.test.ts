import assert from 'node:assert/strict';
import { addEntry, addPackage } from '../../../server/src/derivation/addPackage';
import { findDerivations } from '../../../server/src/derivation/findDerivations';
import { replaced } from '../../../server/src/syntax/replacement';
import { parsed } from '../../support/syntax';

/** The text with the package added to the first derivation's list; null when there is no place for it. */
async function added(text: string, attribute: string, ...path: string[]): Promise<string | null> {
  const tree = await parsed(text);
  const [derivation] = findDerivations(tree);
  assert.ok(derivation !== undefined, 'a derivation');
  const replacements = addPackage(tree, derivation, attribute, path);
  if (replacements === null) return null;
  const result = replaced(text, replacements);
  assert.deepEqual((await parsed(result)).faults, [], result);
  return result;
}

/** Lists as they stand in the text, and with `pkg-config`. */
const lists: readonly (readonly [what: string, before: string, after: string])[] = [
  ['one line', '[ zlib ]', '[ zlib pkg-config ]'],
  ['narrow', '[zlib]', '[zlib pkg-config]'],
  ['empty', '[ ]', '[ pkg-config ]'],
  ['emptier', '[]', '[ pkg-config ]'],
  ['one a line', '[\n    zlib\n    bzip2\n  ]', '[\n    zlib\n    bzip2\n    pkg-config\n  ]'],
  ['a comment behind the last', '[\n    zlib # why\n  ]', '[\n    zlib # why\n    pkg-config\n  ]'],
  ['a comment alone', '[\n    # none yet\n  ]', '[\n    # none yet\n    pkg-config\n  ]'],
  ['several a line', '[ a b\n    c d ]', '[ a b\n    c d pkg-config ]'],
  ['Windows lines', '[\r\n    zlib\r\n  ]', '[\r\n    zlib\r\n    pkg-config\r\n  ]'],
  ['sum with a literal', '[ a ] ++ lib.optional x b', '[ a pkg-config ] ++ lib.optional x b'],
  ['sum with a later literal', 'common ++ [ a ]', 'common ++ [ a pkg-config ]'],
  ['sum without one', 'common ++ more', 'common ++ more ++ [ pkg-config ]'],
  ['a name', 'common', 'common ++ [ pkg-config ]'],
  ['a call', 'lib.optionals x [ a ]', 'lib.optionals x [ a ] ++ [ pkg-config ]'],
  ['a choice', 'if x then [ a ] else [ ]', '(if x then [ a ] else [ ]) ++ [ pkg-config ]'],
  ['a choice in parentheses', '(if x then a else b)', '(if x then a else b) ++ [ pkg-config ]'],
  ['with', 'with xs; [ a ]', 'with xs; [ a pkg-config ]'],
  ['in parentheses', '([ a ])', '([ a pkg-config ])'],
];

describe('addPackage: into a list that is there', () => {
  const around = (list: string): string =>
    `{ stdenv, pkg-config, lib, common, more, a, b, x }:\nstdenv.mkDerivation {\n  name = "n";\n  nativeBuildInputs = ${list};\n}\n`;
  for (const [what, before, after] of lists) {
    it(what, async () => {
      assert.equal(await added(around(before), 'nativeBuildInputs', 'pkg-config'), around(after));
    });
  }

  it('finds an inherited list at its let', async () => {
    const text = (list: string): string =>
      `{ stdenv, gcc }: let buildInputs = [ ${list} ]; in stdenv.mkDerivation { name = "n"; inherit buildInputs; }`;
    assert.equal(await added(text('gcc'), 'buildInputs', 'gcc'), text('gcc gcc'));
  });

  it('gives up on what the text does not show', async () => {
    const inherited =
      '{ stdenv, buildInputs, gcc }: stdenv.mkDerivation { name = "n"; inherit buildInputs; }';
    assert.equal(await added(inherited, 'buildInputs', 'gcc'), null);
    const string = '{ stdenv, gcc }: stdenv.mkDerivation { name = "n"; buildInputs = "${gcc}"; }';
    assert.equal(await added(string, 'buildInputs', 'gcc'), null);
  });
});

/** Whole texts without the list; `cmake` goes to nativeBuildInputs. */
const created: readonly (readonly [what: string, before: string, after: string])[] = [
  [
    'a paragraph behind src',
    'with import <nixpkgs> { };\nstdenv.mkDerivation {\n  name = "n";\n  src = ./.; # here\n\n  meta = { };\n}',
    'with import <nixpkgs> { };\nstdenv.mkDerivation {\n  name = "n";\n  src = ./.; # here\n\n  nativeBuildInputs = [ cmake ];\n\n  meta = { };\n}',
  ],
  [
    'a line behind version where there are no paragraphs',
    '{ pkgs }: pkgs.stdenv.mkDerivation {\n  pname = "n";\n  version = "1";\n  doCheck = true;\n}',
    '{ pkgs }: pkgs.stdenv.mkDerivation {\n  pname = "n";\n  version = "1";\n  nativeBuildInputs = [ pkgs.cmake ];\n  doCheck = true;\n}',
  ],
  [
    'on one line',
    '{ pkgs }: pkgs.stdenv.mkDerivation { name = "n"; src = ./.; }',
    '{ pkgs }: pkgs.stdenv.mkDerivation { name = "n"; src = ./.; nativeBuildInputs = [ pkgs.cmake ]; }',
  ],
  [
    'in the empty set of runCommand',
    '{ pkgs }: pkgs.runCommand "n" { } "touch $out"',
    '{ pkgs }: pkgs.runCommand "n" { nativeBuildInputs = [ pkgs.cmake ]; } "touch $out"',
  ],
  [
    'behind inherited names',
    '{ pkgs, pname, src }: pkgs.stdenv.mkDerivation {\n  inherit pname src;\n}',
    '{ pkgs, pname, src }: pkgs.stdenv.mkDerivation {\n  inherit pname src;\n  nativeBuildInputs = [ pkgs.cmake ];\n}',
  ],
  [
    'in a function of itself',
    '{ pkgs }: pkgs.stdenv.mkDerivation (self: {\n  name = "n";\n})',
    '{ pkgs }: pkgs.stdenv.mkDerivation (self: {\n  name = "n";\n  nativeBuildInputs = [ pkgs.cmake ];\n})',
  ],
  [
    'over the attributes of an unknown base',
    '{ pkgs }: pkgs.hello.overrideAttrs (old: {\n  name = "n";\n})',
    '{ pkgs }: pkgs.hello.overrideAttrs (old: {\n  name = "n";\n  nativeBuildInputs = (old.nativeBuildInputs or [ ]) ++ [ pkgs.cmake ];\n})',
  ],
  [
    'another argument of a function on one line',
    '{ lib, stdenv, ... }: stdenv.mkDerivation { name = "n"; }',
    '{ lib, stdenv, cmake, ... }: stdenv.mkDerivation { name = "n"; nativeBuildInputs = [ cmake ]; }',
  ],
  [
    'another argument with commas behind',
    '{\n  lib,\n  stdenv, # the compiler\n}:\nstdenv.mkDerivation { name = "n"; }',
    '{\n  lib,\n  stdenv, # the compiler\n  cmake,\n}:\nstdenv.mkDerivation { name = "n"; nativeBuildInputs = [ cmake ]; }',
  ],
  [
    'another argument with commas before',
    '{ lib\n, stdenv ? x # the compiler\n}:\nstdenv.mkDerivation { name = "n"; }',
    '{ lib\n, stdenv ? x # the compiler\n, cmake\n}:\nstdenv.mkDerivation { name = "n"; nativeBuildInputs = [ cmake ]; }',
  ],
  [
    'the only argument',
    '{ stdenv }: stdenv.mkDerivation { name = "n"; }',
    '{ stdenv, cmake }: stdenv.mkDerivation { name = "n"; nativeBuildInputs = [ cmake ]; }',
  ],
  [
    'a function given to callPackage, though pkgs is known outside',
    '{ pkgs }: pkgs.callPackage ({ stdenv }: stdenv.mkDerivation { name = "n"; }) { }',
    '{ pkgs }: pkgs.callPackage ({ stdenv, cmake }: stdenv.mkDerivation { name = "n"; nativeBuildInputs = [ cmake ]; }) { }',
  ],
  [
    'the package set of a flake',
    '{ outputs = { self, nixpkgs }: { packages.x.default = nixpkgs.legacyPackages.x.stdenv.mkDerivation { name = "n"; }; }; }',
    '{ outputs = { self, nixpkgs }: { packages.x.default = nixpkgs.legacyPackages.x.stdenv.mkDerivation { name = "n"; nativeBuildInputs = [ nixpkgs.legacyPackages.x.cmake ]; }; }; }',
  ],
  [
    'a name that a let takes from the set',
    'let inherit (import <nixpkgs> { }) stdenv cmake; in stdenv.mkDerivation { name = "n"; }',
    'let inherit (import <nixpkgs> { }) stdenv cmake; in stdenv.mkDerivation { name = "n"; nativeBuildInputs = [ cmake ]; }',
  ],
  [
    'a name that means something else here',
    '{ pkgs }: let cmake = "3.2"; in with pkgs; stdenv.mkDerivation { name = "n"; }',
    '{ pkgs }: let cmake = "3.2"; in with pkgs; stdenv.mkDerivation { name = "n"; nativeBuildInputs = [ pkgs.cmake ]; }',
  ],
  [
    'a builder inside of the set',
    '{ pkgs }: pkgs.rustPlatform.buildRustPackage { name = "n"; }',
    '{ pkgs }: pkgs.rustPlatform.buildRustPackage { name = "n"; nativeBuildInputs = [ pkgs.cmake ]; }',
  ],
];

describe('addPackage: a new list', () => {
  for (const [what, before, after] of created) {
    it(what, async () => {
      assert.equal(await added(before, 'nativeBuildInputs', 'cmake'), after);
    });
  }

  it('takes the head of a path as the argument', async () => {
    const text = '{ stdenv }: stdenv.mkDerivation { name = "n"; }';
    assert.equal(
      await added(text, 'buildInputs', 'xorg', 'libX11'),
      '{ stdenv, xorg }: stdenv.mkDerivation { name = "n"; buildInputs = [ xorg.libX11 ]; }',
    );
  });

  it('puts buildInputs behind nativeBuildInputs', async () => {
    const text =
      'with import ./pkgs { };\nstdenv.mkDerivation {\n  src = ./.;\n  nativeBuildInputs = [ x ];\n}';
    assert.equal(
      await added(text, 'buildInputs', 'zlib'),
      'with import ./pkgs { };\nstdenv.mkDerivation {\n  src = ./.;\n  nativeBuildInputs = [ x ];\n  buildInputs = [ zlib ];\n}',
    );
  });

  it('writes nothing where no package set is at hand', async () => {
    assert.equal(await added('derivation { name = "n"; }', 'buildInputs', 'zlib'), null);
  });
});

describe('addEntry', () => {
  it('adds a patch behind src', async () => {
    const text = '{ stdenv }:\nstdenv.mkDerivation {\n  name = "n";\n  src = ./.;\n\n  doCheck = true;\n}\n';
    const tree = await parsed(text);
    const [derivation] = findDerivations(tree);
    const edit = addEntry(tree, derivation!, 'patches', './fix.patch');
    assert.ok(edit !== null);
    assert.match(
      replaced(text, [edit]),
      / {2}src = \.\/\.;\n\n {2}patches = \[ \.\/fix\.patch \];\n\n {2}doCheck/,
    );
  });
});
