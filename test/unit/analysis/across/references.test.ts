/** What a name means across files: its definition, every reference, renames. */
import assert from 'node:assert/strict';
import { Meanings } from '../../../../server/src/analysis/across/meanings';
import { meaningAt, referencesIn } from '../../../../server/src/analysis/across/references';
import {
  editsOfAttribute,
  editsOfDefinitions,
  renamingAt,
  withoutDoubles,
} from '../../../../server/src/analysis/across/rename';
import { replaced, type Replacement } from '../../../../server/src/syntax/replacement';
import { marked } from '../../../support/cursor';
import { cursorIn, nameOfFile, type Texts } from '../../../support/fileTrees';

/** The texts with `[` and `]` around every definition of what stands at the cursor. */
async function definitions(texts: Texts): Promise<Record<string, string>> {
  const { files, file, offset } = await cursorIn(texts);
  const meaning = await meaningAt(new Meanings(files), file, offset);
  const found: Record<string, string> = {};
  for (const { in: defining } of meaning?.sites ?? []) {
    const spans = (meaning?.sites ?? []).filter((site) => site.in === defining).map(({ span }) => span);
    found[nameOfFile(defining)] = marked(defining.tree.text, spans);
  }
  return found;
}

async function references(texts: Texts): Promise<Record<string, string>> {
  const { files, file, offset, all } = await cursorIn(texts);
  const meanings = new Meanings(files);
  const meaning = await meaningAt(meanings, file, offset);
  assert.ok(meaning !== null, 'nothing is meant there');
  const found: Record<string, string> = {};
  for (const other of all) {
    const spans = (await referencesIn(meanings, other, meaning)).map(({ span }) => span);
    found[nameOfFile(other)] = marked(other.tree.text, spans);
  }
  return found;
}

async function rename(texts: Texts, newName: string): Promise<Record<string, string> | string> {
  const { files, file, offset, all } = await cursorIn(texts);
  const meanings = new Meanings(files);
  const renaming = await renamingAt(meanings, file, offset);
  assert.ok(renaming !== null, 'nothing is defined there');
  const inScopes = editsOfDefinitions(renaming, newName);
  if (!inScopes.ok) return inScopes.error.message;
  const found: Record<string, string> = {};
  for (const other of all) {
    const edits: Replacement[] = [...(inScopes.value.get(other.file) ?? [])];
    if (renaming.reachesOut) {
      const more = await editsOfAttribute(meanings, other, renaming, newName);
      if (!more.ok) return more.error.message;
      edits.push(...more.value);
    }
    found[nameOfFile(other)] = replaced(other.tree.text, withoutDoubles(edits));
  }
  return found;
}

describe('a definition', () => {
  const cases: readonly (readonly [string, Texts, Record<string, string>])[] = [
    [
      'of an imported attribute',
      { 'a.nix': '(import ./b.nix).x|', 'b.nix': '{ x = 1; }' },
      { 'b.nix': '{ [x] = 1; }' },
    ],
    [
      'through a name, a function and a folder',
      {
        'a.nix': 'let b = import ./b { }; in b.s.x|',
        'b/default.nix': '{ y ? 1 }: let s = { x = y; }; in { inherit s; }',
      },
      { '/w/b/default.nix': '{ y ? 1 }: let s = { [x] = y; }; in { inherit s; }' },
    ],
    [
      'through `inherit (import …)`, from its use',
      { 'a.nix': 'let inherit (import ./b.nix) x; in x|', 'b.nix': 'rec { x = 1; y = x; }' },
      { 'b.nix': 'rec { [x] = 1; y = x; }' },
    ],
    [
      'through what a file exports by `inherit`',
      { 'a.nix': '(import ./b.nix).x|', 'b.nix': 'let x = 1; in { inherit x; }' },
      { 'b.nix': 'let [x] = 1; in { inherit x; }' },
    ],
    [
      'of an argument that callPackage is given',
      { 'a.nix': 'pkgs: pkgs.callPackage ./b.nix { flag| = true; }', 'b.nix': '{ lib, flag ? false }: flag' },
      { 'b.nix': '{ lib, [flag] ? false }: flag' },
    ],
    [
      'of an argument that an override gives',
      {
        'a.nix': 'pkgs: let b = pkgs.callPackage ./b.nix { }; in b.override { flag| = true; }',
        'b.nix': '{ flag }: flag',
      },
      { 'b.nix': '{ [flag] }: flag' },
    ],
    [
      'of an attribute of what callPackage makes',
      {
        'a.nix': 'self: (self.callPackage ./b.nix { }).version|',
        'b.nix': '{ mkDerivation }: mkDerivation (finalAttrs: { version = "1"; })',
      },
      { 'b.nix': '{ mkDerivation }: mkDerivation (finalAttrs: { [version] = "1"; })' },
    ],
    [
      'by a function of an argument, where the caller is known',
      { 'a.nix': 'let load = file: import file; in (load ./b.nix).x|', 'b.nix': '{ x = 1; }' },
      { 'b.nix': '{ [x] = 1; }' },
    ],
    [
      'of what a with gives',
      { 'a.nix': 'with import ./b.nix; x|', 'b.nix': '{ x = 1; }' },
      { 'b.nix': '{ [x] = 1; }' },
    ],
    [
      'of a search path',
      { 'a.nix': '(import <b.nix>).x|', 'search/b.nix': '{ x = 1; }' },
      { '/w/search/b.nix': '{ [x] = 1; }' },
    ],
    [
      'of a function of the library',
      { 'a.nix': '{ lib }: with lib; x|', 'search/nixpkgs/lib/default.nix': 'let lib = { x = 1; }; in lib' },
      { '/w/search/nixpkgs/lib/default.nix': 'let lib = { [x] = 1; }; in lib' },
    ],
    [
      'by a path that is added to',
      { 'a.nix': '(import (./. + "/b.nix")).x|', 'b.nix': '{ x = 1; }' },
      { 'b.nix': '{ [x] = 1; }' },
    ],
    [
      'within a fixed point',
      { 'a.nix': 'lib: lib.fix (self: { x = 1; y = self.x|; })' },
      { 'a.nix': 'lib: lib.fix (self: { [x] = 1; y = self.x; })' },
    ],
    [
      'of the final attributes',
      { 'a.nix': 'd: d (finalAttrs: { v = 1; s = finalAttrs.v|; })' },
      { 'a.nix': 'd: d (finalAttrs: { [v] = 1; s = finalAttrs.v; })' },
    ],
    [
      'in an overlay',
      { 'a.nix': 'final: prev: { x = 1; y = final.x|; }' },
      { 'a.nix': 'final: prev: { [x] = 1; y = final.x; }' },
    ],
    [
      'of an attribute in parts',
      { 'a.nix': 'let s.a.b = 1; s.a.c = 2; in s.a|' },
      { 'a.nix': 'let s.[a].b = 1; s.[a].c = 2; in s.a' },
    ],
    [
      'of the later of two sets',
      { 'a.nix': '({ x = 1; y = 2; } // { x = 3; }).x|' },
      { 'a.nix': '({ x = 1; y = 2; } // { [x] = 3; }).x' },
    ],
    ['in what Nix does not know yet', { 'a.nix': 'x: x.y|' }, {}],
    ['in a circle', { 'a.nix': 'let a = b; b = a; in a.x|' }, {}],
    ['in files that import each other', { 'a.nix': '(import ./b.nix).x|', 'b.nix': 'import ./a.nix' }, {}],
  ];
  for (const [what, texts, expected] of cases) {
    it(what, async () => assert.deepEqual(await definitions(texts), expected));
  }
});

describe('references', () => {
  it('of an attribute are in every file that takes it, under names that `inherit` gives too', async () => {
    const texts = {
      'b.nix': '{ x| = 1; y.x = 2; }',
      'a.nix': 'let b = import ./b.nix; inherit (b) x; in x + b.x + b.y.x + (x: x) 1',
      'c.nix': 'with import ./b.nix; [ x { inherit (import ./b.nix) x; } ]',
      'd.nix': '(import ./c2.nix).x',
    };
    assert.deepEqual(await references(texts), {
      'b.nix': '{ [x] = 1; y.x = 2; }',
      'a.nix': 'let b = import ./b.nix; inherit (b) [x]; in [x] + b.[x] + b.y.x + (x: x) 1',
      'c.nix': 'with import ./b.nix; [ [x] { inherit (import ./b.nix) [x]; } ]',
      'd.nix': '(import ./c2.nix).x',
    });
  });

  it('of a local name that is exported are in other files, too', async () => {
    const texts = { 'b.nix': 'let x| = 1; in { inherit x; }', 'a.nix': '(import ./b.nix).x' };
    assert.deepEqual(await references(texts), {
      'b.nix': 'let [x] = 1; in { inherit [x]; }',
      'a.nix': '(import ./b.nix).[x]',
    });
  });

  it('of a formal are its uses, those by its set, and what calls give it', async () => {
    const texts = {
      'b.nix': 'args@{ flag| ? 1, ... }: flag + args.flag',
      'a.nix':
        'p: [ (p.callPackage ./b.nix { flag = 2; }) (import ./b.nix { flag = 3; other = { flag = 4; }; }) ]',
    };
    assert.deepEqual(await references(texts), {
      'b.nix': 'args@{ [flag] ? 1, ... }: [flag] + args.[flag]',
      'a.nix':
        'p: [ (p.callPackage ./b.nix { [flag] = 2; }) (import ./b.nix { [flag] = 3; other = { flag = 4; }; }) ]',
    });
  });
});

describe('a rename across files', () => {
  it('changes an attribute wherever it is taken, and keeps what others call it', async () => {
    const texts = {
      'b.nix': '{ x| = 1; y = 2; }',
      'a.nix': 'let b = import ./b.nix; inherit (b) x y; in x + b.x + (b ? x)',
      'c.nix': 'with import ./b.nix; [ x { inherit x; } ]',
    };
    assert.deepEqual(await rename(texts, 'new'), {
      'b.nix': '{ new = 1; y = 2; }',
      'a.nix': 'let b = import ./b.nix; inherit (b) y; x = b.new; in x + b.new + (b ? new)',
      'c.nix': 'with import ./b.nix; [ new { x = new; } ]',
    });
  });

  it('changes it from where it is taken, a recursive set with its own uses', async () => {
    const texts = { 'b.nix': 'rec { x = 1; y = x; z = { inherit x; }; }', 'a.nix': '(import ./b.nix).x|' };
    assert.deepEqual(await rename(texts, 'new'), {
      'b.nix': 'rec { new = 1; y = new; z = { x = new; }; }',
      'a.nix': '(import ./b.nix).new',
    });
  });

  it('changes a formal with what calls give it', async () => {
    const texts = {
      'b.nix': 'args@{ flag|, ... }: flag + args.flag',
      'a.nix':
        'flag: [ (import ./b.nix { flag = 3; }) (import ./b.nix { inherit flag; }) (import ./b.nix rec { flag = 1; a = flag; }) ]',
    };
    assert.deepEqual(await rename(texts, 'new'), {
      'b.nix': 'args@{ new, ... }: new + args.new',
      'a.nix':
        'flag: [ (import ./b.nix { new = 3; }) (import ./b.nix { new = flag; }) (import ./b.nix rec { new = 1; a = new; }) ]',
    });
  });

  it('of a local name leaves the attribute that it is exported as', async () => {
    const texts = { 'b.nix': 'let x| = 1; in { inherit x; }', 'a.nix': '(import ./b.nix).x' };
    assert.deepEqual(await rename(texts, 'new'), {
      'b.nix': 'let new = 1; in { x = new; }',
      'a.nix': '(import ./b.nix).x',
    });
  });

  it('of an exported attribute leaves the local name', async () => {
    const texts = { 'b.nix': 'let x = 1; in { inherit x; }', 'a.nix': '(import ./b.nix).x|' };
    assert.deepEqual(await rename(texts, 'new'), {
      'b.nix': 'let x = 1; in { new = x; }',
      'a.nix': '(import ./b.nix).new',
    });
  });

  const refusals: readonly (readonly [string, Texts, RegExp])[] = [
    ['the set has it', { 'b.nix': '{ x| = 1; new = 2; }' }, /has `new` already/],
    ['a deeper set has it', { 'b.nix': '{ s.x| = 1; s.new = 2; }' }, /has `new` already/],
    ['a recursive set has it', { 'b.nix': 'rec { x| = 1; new = 2; }' }, /already/],
    [
      'a with would give way',
      { 'b.nix': '{ x| = 1; }', 'a.nix': 'new: with import ./b.nix; x' },
      /In line 1 another `new` would be meant/,
    ],
    [
      'a with would give it',
      { 'b.nix': '{ x| = 1; }', 'a.nix': 'y: with y; with import ./b.nix; new' },
      /would come to mean/,
    ],
    [
      'a call gives it another argument',
      { 'b.nix': '{ x|, ... }: x', 'a.nix': 'import ./b.nix { x = 1; new = 2; }' },
      /has `new` already/,
    ],
    ['it is no name', { 'b.nix': '{ x| = 1; }' }, /./],
  ];
  for (const [why, texts, reason] of refusals) {
    it(`is refused where ${why}`, async () => {
      const answer = await rename(texts, why === 'it is no name' ? 'a b' : 'new');
      assert.ok(typeof answer === 'string', JSON.stringify(answer));
      assert.match(answer, reason);
    });
  }
});
