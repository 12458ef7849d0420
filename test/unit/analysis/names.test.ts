/** Which places mean the same name, and renaming them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nameAt, occurrencesOf } from '../../../server/src/analysis/nameAt';
import { renameEdits } from '../../../server/src/analysis/rename';
import { namesOf } from '../../../server/src/analysis/names';
import { replaced } from '../../../server/src/syntax/replacement';
import { atCursor, marked } from '../../support/cursor';
import { nixEnvironment } from '../../support/nixEnvironment';
import { parsed } from '../../support/syntax';

async function occurrences(withCursor: string): Promise<string> {
  const { text, offset } = atCursor(withCursor);
  const found = nameAt(namesOf(await parsed(text)), offset);
  assert.ok(found?.definition != null, 'nothing is defined there');
  const spans = occurrencesOf(found.definition).map(({ span }) => span);
  // `inherit x` is a definition and a use at once.
  return marked(
    text,
    spans.filter(({ start }, index) => spans.findIndex((other) => other.start === start) === index),
  );
}

async function rename(withCursor: string, newName: string): Promise<string> {
  const { text, offset } = atCursor(withCursor);
  const tree = await parsed(text);
  assert.deepEqual(tree.faults, []);
  const names = namesOf(tree);
  const found = nameAt(names, offset);
  assert.ok(found?.definition != null, 'nothing is defined there');
  const edits = renameEdits(tree, names, found.definition, newName);
  return edits.ok ? replaced(text, edits.value) : edits.error.message;
}

describe('the places of a name', () => {
  const same: readonly (readonly [string, string])[] = [
    ['let a| = 1; in a + (a: a) a', 'let [a] = 1; in [a] + (a: a) [a]'],
    ['let a = 1; in a + (a|: a) a', 'let a = 1; in a + ([a]: [a]) a'],
    ['{ a, b ? a| }: a', '{ [a], b ? [a] }: [a]'],
    ['args|@{ a }: args.a', '[args]@{ a }: [args].a'],
    ['rec { a = 1; b = a|; c = { a = a; }; }', 'rec { [a] = 1; b = [a]; c = { a = [a]; }; }'],
    ['{ a = 1; b = x: x|; }', '{ a = 1; b = [x]: [x]; }'],
    ['let a|.b = 1; a.c = 2; in a', 'let [a].b = 1; [a].c = 2; in [a]'],
    ['x: let inherit x|; in { inherit x; }', '[x]: let inherit [x]; in { inherit x; }'],
    ['let inherit (b) a; b| = { a = 1; }; in a', 'let inherit ([b]) a; [b] = { a = 1; }; in a'],
    ['x: with { x = 1; }; x|', '[x]: with { x = 1; }; [x]'],
    ['let { a| = 1; body = a; }', 'let { [a] = 1; body = [a]; }'],
    ["x: \"${x|} ${''${x}''}\" + ./a/${x}", "[x]: \"${[x]} ${''${[x]}''}\" + ./a/${[x]}"],
    ['x: rec { ${x|} = 1; }.${x}', '[x]: rec { ${[x]} = 1; }.${[x]}'],
  ];
  for (const [text, expected] of same) {
    it(`of ${text}`, async () => assert.equal(await occurrences(text), expected));
  }

  it('are none of what Nix defines, of what a with may give, and of an attribute', async () => {
    for (const text of ['toStr|ing 1', 'with {}; a|', '{ a| = 1; }', 'x: x.a|']) {
      const { text: without, offset } = atCursor(text);
      assert.equal(nameAt(namesOf(await parsed(without)), offset)?.definition ?? null, null, text);
    }
  });
});

describe('renaming', () => {
  const renamed: readonly (readonly [string, string, string])[] = [
    ['let a| = 1; in a + (a: a) a', 'b', 'let b = 1; in b + (a: a) b'],
    ['let a| = 1; in { inherit a; }', 'b', 'let b = 1; in { a = b; }'],
    ['let a| = 1; c = 2; in { inherit a c; }', 'b', 'let b = 1; c = 2; in { inherit c; a = b; }'],
    ['let a| = 1; in { inherit "a"; }', 'b', 'let b = 1; in { "a" = b; }'],
    ['{ lib }: let inherit (lib) x| y; in x', 'z', '{ lib }: let inherit (lib) y; z = lib.x; in z'],
    ['f: let inherit (f 1) x|; in x', 'z', 'f: let z = (f 1).x; in z'],
    ['x|: let inherit x; in x', 'y', 'y: let x = y; in x'],
    ['let a|.b = 1; a."c" = 2; in a', 'd', 'let d.b = 1; d."c" = 2; in d'],
    ['let a| = 1; in a', 'a', 'let a = 1; in a'],
  ];
  for (const [text, name, expected] of renamed) {
    it(`makes ${expected} of ${text}`, async () => assert.equal(await rename(text, name), expected));
  }

  const refusals: readonly (readonly [string, string, RegExp])[] = [
    ['let a| = 1; b = 2; in a', 'b', /already defined in the same scope, in line 1/],
    ['let a| = 1; in b: a', 'b', /In line 1 another `b` would be meant/],
    ['b: let a| = 1; in\n b', 'b', /`b` in line 2 would come to mean what is renamed/],
    ['let a| = 1; in toString a', 'toString', /would come to mean/],
    ['let a| = 1; in with {}; b', 'b', /would come to mean/],
    ['let a| = 1; in a', 'in', /keyword/],
    ['let a| = 1; in a', 'b c', /no name in Nix/],
  ];
  for (const [text, name, reason] of refusals) {
    it(`is refused for ${name} in ${text}`, async () => assert.match(await rename(text, name), reason));
  }

  it('of every name of a real file gives a text that Nix reads as the same', async function () {
    this.timeout(60_000);
    const text = readFileSync(join(__dirname, '../../../examples/pkgs/default.nix'), 'utf8');
    const tree = await parsed(text);
    const names = namesOf(tree);
    let result = text;
    for (let index = 0; index < names.definitions.length; index++) {
      const now = await parsed(result);
      const definition = namesOf(now).definitions[index];
      assert.ok(definition !== undefined);
      const edits = renameEdits(now, namesOf(now), definition, `renamed-${index}`);
      assert.ok(edits.ok);
      result = replaced(result, edits.value);
    }
    const after = await parsed(result);
    assert.deepEqual(after.faults, []);
    assert.ok(names.definitions.length > 5);
    assert.deepEqual(
      namesOf(after).uses.filter(({ other }) => other === 'undefined'),
      [],
    );
    const nix = spawnSync('nix-instantiate', ['--parse', '-'], { input: result, env: nixEnvironment() });
    assert.equal(nix.status, 0, String(nix.stderr));
  });
});
