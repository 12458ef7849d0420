import assert from 'node:assert/strict';
import { sharingText } from '../../../server/src/syntax/sharedExpressions';
import { parsed } from '../../support/syntax';

/** The text with `«N»` for the Nth expression that is shared, and those expressions. */
async function shared(text: string, calledBare = true) {
  const names: string[] = [];
  const nameOf = (part: string) => {
    if (!names.includes(part)) names.push(part);
    return `«${names.indexOf(part)}»`;
  };
  const options = { folder: '/p', fileName: 'x.nix', calledBare, nameOf };
  return { ...sharingText(await parsed(text), options), names };
}

async function unshared(text: string, calledBare = true): Promise<void> {
  assert.deepEqual((await shared(text, calledBare)).names, [], text);
}

describe('expressions that every version of a text may share', () => {
  it('are calls of import that depend on nothing, with their paths made absolute', async () => {
    const found = await shared(
      'let pkgs = import <nixpkgs> { }; own = import ./pkgs { a = [ ./b true ]; }; in pkgs',
    );
    assert.equal(found.text, 'let pkgs = «0»; own = «1»; in pkgs');
    assert.deepEqual(found.names, ['import <nixpkgs> { }', 'import /p/./pkgs { a = [ /p/./b true ]; }']);
  });
  it('are named once when they are written twice', async () => {
    const found = await shared('{ a ? import <n> { } }: [ (import <n> { }).b ]');
    assert.equal(found.text, '{ a ? «0» }: [ («0»).b ]');
  });
  it('may be given overlays, and whatever else has its names inside itself', async () => {
    const call =
      'import <n> { overlays = [ (final: prev: with prev; let x = final; in { y = rec { a = x; b = a; z = w; }; }) ]; }';
    assert.equal((await shared(call)).text, '«0»');
  });
  it('may use names whose values are written out, also inherited ones', async () => {
    const found = await shared(`let
  sources = import ./npins;
  system = "x"; config = { };
in import sources.nixpkgs { inherit system config; }`);
    assert.match(found.text, /in «3»$/);
    assert.deepEqual(found.names, [
      'import /p/./npins',
      '"x"',
      '{ }',
      'import «0».nixpkgs { "system" = «1»; "config" = «2»; }',
    ]);
  });
  it('may use the defaults of a function that is called without arguments, and only then', async () => {
    const text = '{ system ? builtins.currentSystem, pkgs ? import <n> { inherit system; } }: pkgs';
    assert.equal((await shared(text)).names.at(-1), 'import <n> { "system" = «0»; }');
    await unshared(text, false);
    await unshared('{ lib, system ? "x", pkgs ? import <n> { inherit system; } }: pkgs');
  });
  it('are no calls that need what only evaluation tells', async () => {
    for (const text of [
      'x: import <n> x',
      '{ x ? 1 }@all: import <n> all',
      'with { x = 1; }; import <n> x',
      'let import = x: y: 1; in import <n> { }',
      'let inherit (import ./a) x; in import <n> { inherit x; }',
      'let x = y: import <n> { inherit y; }; in x',
      'let a = a; in import <n> a',
      'let a.b = 1; a.c = 2; in import <n> a',
      'f: let x = f; in import <n> { a = let inherit x; in x; }',
      'import ./a',
    ])
      await unshared(text);
  });
  it('are looked at in bounded time, however the text doubles', async () => {
    const doubled = Array.from({ length: 50 }, (_, n) => `a${n + 1} = [ a${n} a${n} ];`).join(' ');
    await unshared(`let a0 = 1; ${doubled} in import <n> a50`);
  });
  it('keep every line, and their places lead back', async () => {
    const text = `let
  é = 1; pkgs = import <n> {
    a = ./x; b = 2;
  }; c = 3;
in c`;
    const found = await shared(text);
    assert.equal(found.text, 'let\n  é = 1; pkgs = «0»\n\n; c = 3;\nin c');
    const column = (line: string, part: string) => Buffer.byteLength(line.slice(0, line.indexOf(part))) + 1;
    const [, , , fourth = ''] = text.split('\n');
    assert.deepEqual(found.toOriginal({ line: 4, column: 3 }), { line: 4, column: column(fourth, 'c =') });
    const [call] = found.shared;
    assert.ok(call);
    const inside = call.text.split('\n');
    assert.deepEqual(call.toOriginal({ line: 1, column: 8 }), {
      line: 2,
      column: column('  é = 1; pkgs = import <n>', '<n>'),
    });
    assert.deepEqual(call.toOriginal({ line: 2, column: column(inside[1] ?? '', 'b =') }), {
      line: 3,
      column: 14,
    });
  });
});
