/** What is proposed at a cursor, and the comments that document it. */
import assert from 'node:assert/strict';
import { completionsAt } from '../../../server/src/analysis/completion';
import { docComment } from '../../../server/src/analysis/docComment';
import { pathAt } from '../../../server/src/analysis/pathAt';
import type { ShellNames } from '../../../server/src/derivation/shellNames';
import { atCursor } from '../../support/cursor';
import { cursorIn, type Texts } from '../../support/fileTrees';
import { nixParser, parsed } from '../../support/syntax';

/** Names that the texts give, nearest first. */
async function proposed(
  withCursor: string,
  kinds = /^(?:let|rec|argument|formal|attribute|given)$/,
  others: Texts = {},
  shells: readonly ShellNames[] = [],
): Promise<string[]> {
  const { files, file, offset } = await cursorIn({ ...others, 'a.nix': withCursor });
  const parser = await nixParser();
  const around = { files, file: file.file, shells };
  const { proposals } = await completionsAt(file.tree, offset, (other) => parser.parse(other), around);
  return proposals
    .filter(({ kind }) => kinds.test(kind))
    .toSorted((a, b) => a.distance - b.distance)
    .map(({ name }) => name);
}

describe('completion', () => {
  const cases: readonly (readonly [string, string[]])[] = [
    ['a: let b = 1; in |', ['b', 'a']],
    ['a: let b = 1; in b + |', ['b', 'a']],
    ['a: { x = a|; }', ['a']],
    ['{ lib, stdenv }: stdenv.mkDerivation { name = l|', ['lib', 'stdenv']],
    ['let a = 1; in { | }', []],
    ['a: { inherit | }', ['a']],
    ['a: { inherit (a) | }', []],
    ['a: "${|}"', ['a']],
    ['a: "a|"', []],
    ['a: 1 # a|', []],
    ['a: with a; |', ['a']],
    ['a: f ? |', []],
    ['let s = { a = 1; b.c = 2; inherit (x) d; }; x = 1; in s.|', ['a', 'b', 'd']],
    ['let s = { a = { b = 1; }; }; in s.a.|', ['b']],
    ['let s = t; t = { a = 1; }; in [ s.| ]', ['a']],
    ['x: x.|', []],
  ];
  for (const [text, expected] of cases) {
    it(`proposes ${JSON.stringify(expected)} in ${JSON.stringify(text)}`, async () =>
      assert.deepEqual(await proposed(text), expected));
  }

  const across: readonly (readonly [string, string[]])[] = [
    ['(import ./b.nix).|', ['x', 'f']],
    ['let b = import ./b.nix; in b.x.|', ['y']],
    ['let b = import ./b.nix; in b.x.y| + 1', ['y']],
    ['let inherit (import ./b.nix) |; in x', ['x', 'f']],
    ['{ inherit (import ./b.nix) f| }', ['x', 'f']],
    ['(import ./b.nix) ? |', ['x', 'f']],
    ['a: with import ./b.nix; [ | ]', ['x', 'f', 'a']],
    ['callPackage ./c.nix { | }', ['src', 'zlib']],
    ['callPackage ./c.nix {\n  src = 1;\n  z|', ['zlib']],
    ['let g = { one, two }: 1; in g { two = 1; | }', ['one']],
    ['import ./c.nix ({ | })', ['src', 'zlib']],
    ['(p: p.callPackage ./c.nix { }).override { | }', []],
    ['let p = callPackage ./c.nix { }; in p.override { | }', ['src', 'zlib']],
    ['(import ./b.nix).f { | }', ['deep']],
  ];
  const others = { 'b.nix': '{ x.y = 1; f = { deep }: deep; }', 'c.nix': '{ zlib ? null, src, ... }: src' };
  for (const [text, expected] of across) {
    it(`proposes ${JSON.stringify(expected)} in ${JSON.stringify(text)}`, async () =>
      assert.deepEqual(await proposed(text, undefined, others), expected));
  }

  const known: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    [
      'stdenv.mkDerivation { | }',
      ['pname', 'buildPhase', 'postPatch', 'dontStrip', 'meta'],
      ['cmakeFlags', 'vendorHash', 'url'],
    ],
    ['stdenv.mkDerivation (finalAttrs: { pname = "a"; | })', ['version', 'nativeBuildInputs'], ['pname']],
    ['stdenv.mkDerivation {\n  pname = "a";\n  bui|\n}', ['buildInputs'], ['pname']],
    ['stdenv.mkDerivation { nativeBuildInputs = [ cmake ]; | }', ['cmakeFlags'], ['mesonFlags']],
    [
      'let a = stdenv.mkDerivation rec { meta = { | }; }; in a',
      ['description', 'license'],
      ['pname', 'buildPhase'],
    ],
    ['stdenv.mkDerivation {\n  meta.|\n}', ['description', 'license'], ['pname']],
    ['stdenv.mkDerivation { passthru = { | }; }', ['tests', 'updateScript'], ['pname', 'description']],
    ['stdenv.mkDerivation { meta = with lib; { | }; }', ['description', 'license'], ['pname']],
    ['stdenv.mkDerivation { meta = (base // { | }); }', ['description'], ['pname']],
    ['stdenv.mkDerivation { passthru.tests = { | }; }', [], ['updateScript', 'pname']],
    ['stdenv.mkDerivation { env = { | }; }', ['NIX_CFLAGS_COMPILE'], ['pname']],
    ['stdenv.mkDerivation {\n  env.|\n}', ['NIX_LDFLAGS'], ['pname']],
    ['rustPlatform.buildRustPackage { cargoLock = { | }; }', ['lockFile', 'outputHashes'], ['pname']],
    ['stdenv.mkDerivation { cargoLock = { | }; }', [], ['lockFile']],
    ['stdenv.mkDerivation ({ a = 1; } // lib.optionalAttrs c { | })', ['pname', 'doCheck'], ['url']],
    ['stdenv.mkDerivation (if c then { a = 1; } else { | })', ['pname'], ['url']],
    ['stdenv.mkDerivation (f c { | })', [], ['pname']],
    ['hello.overrideAttrs (old: { | })', ['patches', 'postPatch'], ['url']],
    ['runCommand "a" { | } "touch $out"', ['nativeBuildInputs'], ['url']],
    [
      'python3.pkgs.buildPythonApplication { | }',
      ['pyproject', 'build-system', 'postInstall'],
      ['cargoHash'],
    ],
    [
      'stdenv.mkDerivation { src = fetchFromGitHub { owner = "a"; | }; }',
      ['repo', 'hash', 'tag'],
      ['owner', 'pname'],
    ],
    ['fetchFromGitHub { | }', ['name', 'postFetch', 'rootDir', 'sha256'], ['pname']],
    ['writeShellApplication { | }', ['derivationArgs', 'inheritPath', 'passthru'], ['pname']],
    ['symlinkJoin { | }', ['paths', 'postBuild'], ['pname']],
    ['applyPatches { | }', ['src', 'patches'], ['pname']],
    ['builtins.fetchGit { | }', ['ref', 'submodules'], ['hash']],
    ['derivation { | }', ['builder', 'outputHash'], ['buildPhase']],
    ['{ | }', [], ['pname', 'meta']],
  ];
  for (const [text, some, none] of known) {
    it(`knows what is taken in ${JSON.stringify(text)}`, async () => {
      const names = await proposed(text, /^known$/);
      assert.deepEqual(
        some.filter((name) => !names.includes(name)),
        [],
      );
      assert.deepEqual(
        none.filter((name) => names.includes(name)),
        [],
      );
      if (some.length === 0) assert.deepEqual(names, []);
    });
  }

  it('of a derivation whose stdenv was asked leaves out what that does not read, and offers what only it reads', async () => {
    const named = new Set(['makeFlags', 'wantsOwn']);
    const shell = { functions: [], values: {}, named, optional: ['wantsOwn', 'makeFlags', 'written'] };
    const text = 'stdenv.mkDerivation { written = 1; nativeBuildInputs = [ cmake ]; | }';
    const names = await proposed(text, /^known$/, {}, [shell]);
    for (const name of ['makeFlags', 'wantsOwn', 'pname', 'meta', 'buildPhase', 'cmakeFlags'])
      assert.ok(names.includes(name), name);
    for (const name of ['stripDebugList', 'written']) assert.ok(!names.includes(name), name);
    assert.equal(names.filter((name) => name === 'makeFlags').length, 1);
    const fetched = await proposed('fetchurl { | }', /^known$/, {}, [shell]);
    assert.ok(!fetched.includes('wantsOwn'));
  });

  it('proposes forms of the language where they may stand', async () => {
    assert.ok((await proposed('a: |', /snippet/)).includes('let … in …'));
    assert.deepEqual(await proposed('{ | }', /snippet/), ['inherit (…) …;']);
    assert.deepEqual(await proposed('"|"', /snippet/), []);
  });

  it('knows where a path is being written', async () => {
    const written = async (withCursor: string): Promise<string | null> => {
      const { text, offset } = atCursor(withCursor);
      const found = pathAt(await parsed(text), offset);
      return found === null
        ? null
        : `${found.kind} ${found.folder} ${text.slice(found.span.start, found.span.end)}`;
    };
    assert.equal(await written('import ./pkgs/he|'), 'file ./pkgs/ he');
    assert.equal(await written('{ a = ../|; }'), 'file ../ ');
    assert.equal(await written('<nixpkgs/li|'), 'search nixpkgs/ li');
    assert.equal(await written('import <n|'), 'search  n');
    assert.equal(await written('[ ~/|'), 'home ~/ ');
    assert.equal(await written('"./a|"'), null);
    assert.equal(await written('# ./a|'), null);
    assert.equal(await written('1 < a|'), null);
    assert.equal(await written('a < b/|'), 'file b/ ');
  });

  it('proposes the inputs of a flake where its outputs take them', async () => {
    const { files, file, offset } = await cursorIn({
      'flake.nix': '{ inputs.nixpkgs.url = "a"; inputs.own.url = "b"; outputs = { own, n| }: { }; }',
    });
    const parser = await nixParser();
    const around = { files, file: file.file };
    const found = await completionsAt(file.tree, offset, (text) => parser.parse(text), around);
    assert.deepEqual(
      found.proposals.map(({ name }) => name),
      ['self', 'nixpkgs'],
    );
  });

  it('proposes the keywords that the grammar takes there', async () => {
    assert.deepEqual(await proposed('if a |', /keyword/), ['let', 'or', 'rec', 'then']);
    assert.deepEqual(await proposed('let a = 1; |', /keyword/), ['in', 'inherit']);
    assert.deepEqual(await proposed('a: |', /keyword/), ['assert', 'if', 'let', 'rec', 'with']);
  });

  it('proposes builtins by themselves and after builtins', async () => {
    assert.ok((await proposed('toS|', /builtin/)).includes('toString'));
    assert.equal((await proposed('toS|', /builtin/)).includes('attrNames'), false);
    assert.ok((await proposed('builtins.|', /builtin/)).includes('attrNames'));
  });
});

describe('the comment of a definition', () => {
  const cases: readonly (readonly [string, string | null])[] = [
    ['{\n  # One.\n  # Two.\n  |a = 1; }', 'One.\nTwo.'],
    ['{\n  # Far.\n\n  |a = 1; }', null],
    ['{\n  /** Doc *of* a.\n\n      More.\n  */\n  |a = 1; }', 'Doc *of* a.\n\nMore.'],
    ['{ /** Short. */ |a = 1; }', 'Short.'],
    ['{\n  /**\n    Doc.\n\n    :::{.note}\n    Mind.\n    :::\n  */\n  |a = 1; }', 'Doc.\n\nMind.'],
    ['{ b = 1; # of b\n  |a = 1; }', null],
  ];
  for (const [text, expected] of cases) {
    it(`of ${JSON.stringify(text)}`, async () => {
      const { text: whole, offset } = atCursor(text);
      assert.equal(docComment(await parsed(whole), offset), expected);
    });
  }
});
