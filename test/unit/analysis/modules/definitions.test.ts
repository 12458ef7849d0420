import assert from 'node:assert/strict';
import { definitionPlace, definitionsOf } from '../../../../server/src/analysis/modules/definitions';
import { parsed } from '../../../support/syntax';

/** Each as its path; `!` stands before the names of which it is not sure that they are options. */
async function defined(text: string): Promise<readonly string[]> {
  const { root } = await parsed(text);
  assert.ok(root !== null);
  return definitionsOf(root).map(({ names, sureOf }) =>
    names.map(({ name }, index) => `${index >= sureOf ? '!' : ''}${name ?? '?'}`).join(' '),
  );
}

describe('the definitions of a module', () => {
  it('are its bindings, through sets, conditions, merges, lists and functions', async () => {
    assert.deepEqual(
      await defined(`{ lib, ... }: let x = 1; in {
        a.b = 1;
        c = { d = 2; e = { }; "f g" = [ { h = 1; } { i = 2; } ]; \${x} = 1; };
        j = lib.mkIf true (lib.mkMerge [ { k = 1; } { l = 2; } ]);
        m = if x then { n = 1; } else 3;
        o = { p = 1; } // { q = 2; };
        r.s = { name, ... }: { t = name; };
        inherit (x) u;
        v = f { w = 1; };
      }`),
      [
        'a b',
        'c d',
        'c e',
        'c f g h',
        'c f g i',
        'c ?',
        'j k',
        'j l',
        'm n',
        'm',
        'o p',
        'o q',
        'r s t',
        'u',
        'v',
      ],
    );
  });

  it('are what its `config` has, where it says so', async () => {
    assert.deepEqual(await defined('{ options.a.b = 1; config.a.b = 2; }'), ['a b']);
    assert.deepEqual(await defined('{ imports = [ ]; config = mkIf true { a = 1; }; }'), ['a']);
    assert.deepEqual(await defined('{ imports = [ ]; a = 1; disabledModules = [ ]; }'), ['a']);
    assert.deepEqual(await defined('{ lib, ... }: lib.mkIf true { a = 1; }'), ['a']);
  });

  it('are not sure below a value that may be a module itself', async () => {
    assert.deepEqual(await defined('{ users.me = { imports = [ ]; own.x = 1; }; }'), [
      'users me !imports',
      'users me !own !x',
    ]);
    assert.deepEqual(await defined('{ a.b.config.c = 1; }'), ['a b !config !c']);
  });
});

describe('the place of a definition', () => {
  async function placed(text: string, ...path: readonly string[]): Promise<number | null> {
    const { root } = await parsed(text);
    assert.ok(root !== null);
    return definitionPlace(root, path)?.start ?? null;
  }

  it('is the last name of the path, also of one that leads on, in any set of the text', async () => {
    const text = 'evalModules { modules = [ ./a.nix { web.enabel = true; } ]; }';
    assert.equal(await placed(text, 'web', 'enabel'), text.indexOf('enabel'));
    assert.equal(await placed(text, 'web'), text.indexOf('web'));
    assert.equal(await placed(text, 'web', 'mode'), null);
    assert.equal(await placed('{ a = 1; b = 2; }', 'b'), 9);
  });
});
