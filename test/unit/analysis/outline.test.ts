/** The names of a text as an outline shows them, and how they are found by a part of them. */
import assert from 'node:assert/strict';
import { fuzzyScore } from '../../../server/src/analysis/fuzzyMatch';
import { outlineOf, type OutlineSymbol } from '../../../server/src/analysis/outline';
import { parsed } from '../../support/syntax';

/** `name:shape(children)`. */
function told(symbols: readonly OutlineSymbol[]): string {
  return symbols
    .map(({ name, shape, takes, children }) => {
      const inner = children.length === 0 ? '' : `(${told(children)})`;
      return `${name}:${shape}${takes === null ? '' : `<${takes}>`}${inner}`;
    })
    .join(' ');
}

describe('the outline of a text', () => {
  const everything: readonly (readonly [string, string])[] = [
    ['{ a = 1; b.c = "x"; d = { e = [ ]; }; }', 'a:number b.c:string d:set(e:list)'],
    [
      'let f = x: { y, ... }: z: 1; in { inherit f; p = ./p; t = true; }',
      'f:function<x { y, … } z> f:inherited p:path t:boolean',
    ],
    ['p: p.mk (final: { a = 1; s = let b = 2; in { c = b; }; })', 'a:number s:set(b:number c:value)'],
    ['[ { a = 1; } ]', 'a:number'],
  ];
  for (const [text, expected] of everything) {
    it(`of ${text}`, async () => assert.equal(told(outlineOf(await parsed(text), 'everything')), expected));
  }

  it('leaves out what is handed to a function when it is for other files', async () => {
    const text =
      'p: rec { a = p.mkDerivation { pname = "a"; }; b = p.makeScope p.x (self: { c = 1; }); } // { d = [ { e = 1; } ]; }';
    assert.equal(told(outlineOf(await parsed(text), 'offered')), 'a:value b:value(c:number) d:list');
  });

  it('of sets nested ten thousand deep is there', async () => {
    const text = `${'{ a = '.repeat(10_000)}1${'; }'.repeat(10_000)}`;
    assert.equal(outlineOf(await parsed(text), 'everything').length, 1);
  });
});

describe('a search for a name', () => {
  it('prefers the name itself, then its begin, then a word of it, then letters in order', () => {
    const names = ['xmkshell', 'mkShell', 'shell', 'mk-shell-x', 'shellHook', 'super-hello'];
    const found = names.filter((name) => fuzzyScore('shell', name) !== null);
    const sorted = found.toSorted((a, b) => (fuzzyScore('shell', a) ?? 0) - (fuzzyScore('shell', b) ?? 0));
    assert.deepEqual(sorted, ['shell', 'shellHook', 'mkShell', 'mk-shell-x', 'xmkshell', 'super-hello']);
    assert.equal(fuzzyScore('shell', 'hells'), null);
  });
});
