/** Our grammar and the installed Nix on small texts: both accept, or both refuse. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { withTree } from '../grammar/support/parser';
import { nixConfig } from '../support/nixEnvironment';
import { parsed } from '../support/syntax';

const accepted: readonly string[] = [
  '{ a, b ? 1, ... }@c: a',
  'a@{ b, }: b',
  '{ }: 1',
  '{ a ? x: x, ... }: a',
  'map: map or [ ]',
  'a: a.or',
  '[ { or = 1; } { inherit ({ }) or; } ]',
  'a: a.b or a.c or a',
  'a: [ a.b or a ]',
  'let in 1',
  'let { body = 1; }',
  '{ inherit; inherit ({ }); }',
  '{ a.b."c".${"d"} = 1; }',
  'a: a ? b ? c',
  'a: -a ? b',
  'a: 1 + !a + 2 // a',
  'a: a -> a -> a',
  'a: !a == a',
  'a: a / 2 * 3 - 1 ++ [ ]',
  'a: a.b/c',
  'a: a/${a}/b',
  'a: ./a//b${a}',
  'a: ./${a}//b//c',
  '~/a',
  'a: ~/${a}',
  'a: (a).b/c',
  'a: a//a',
  '[ 1. .5 1.e3 00.5 ]',
  'a: a.5',
  'a: a:b',
  'x:{ }',
  'a: [ a (-1) ]',
  '__curPos',
  '# a\r1',
  '/* a **/ 1 # b',
  'x: "$${x}$"',
  'x: "a\\${x}${x}"',
  "x: '' ''${x} ''' ''\\n $${x} ''",
  "x: ''a$''",
  "x: ''a' ''",
  '{ a = 1; } // rec { b = 1; }',
  'with { }; assert true; if true then 1 else 2',
  '<nixpkgs/lib>',
  'a: a<b>a',
  'a: { inherit ${"a"}; }',
  'let ${"a"} = 1; in a',
];

const refused: readonly string[] = [
  '{ a, ..., b }: a',
  '{ , }: 1',
  '{ or }: 1',
  'or',
  'let a = 1; a',
  'x: x.if',
  '{ if = 1; }',
  'then',
  '{ a = 1 }',
  '{ a = ; }',
  '{ a. = 1; }',
  "{ ''a'' = 1; }",
  '{ a b = 1; }',
  '{ a = 1;; }',
  'x: [ -1 ]',
  'x: [ x: x ]',
  'x: x + y: y',
  'x: x && let in x',
  'x: ${x}',
  './a/',
  'a: ./a${a}/',
  './a//b',
  '~/',
  '<nixpkgs/>',
  'a: (a',
  'a: a)',
  'if true then 1',
  '"a',
  "''a",
  '/* a',
  "''''\\''",
  'é',
  'a: a | a',
  'a: a.',
  '1 2;',
];

/** What the grammar lets pass, so that the tree stays whole, and the lowering of the tree faults. */
const faulted: readonly string[] = [
  'x: x == x == x',
  'x: x != x == x',
  'x: x < x < x',
  'x: x <= x > x == x',
  'x: { inherit ${x}; }',
  'x: let ${x} = 1; in x',
];

function refusesSyntax(text: string): boolean {
  const result = spawnSync('nix-instantiate', ['--parse', '-'], {
    input: text,
    env: { ...process.env, NIX_CONFIG: nixConfig },
    encoding: 'utf8',
  });
  assert.equal(result.error, undefined);
  // An undefined variable is Nix's finding at parse time, too, but no matter of grammar.
  return result.status !== 0 && !result.stderr.includes('undefined variable');
}

describe('the grammar beside nix-instantiate --parse', () => {
  for (const text of accepted) {
    it(`accepts ${JSON.stringify(text)}`, async () => {
      assert.equal(refusesSyntax(text), false, 'Nix refuses it');
      assert.equal(await withTree(text, ({ rootNode }) => rootNode.hasError), false);
    });
  }
  for (const text of refused) {
    it(`refuses ${JSON.stringify(text)}`, async () => {
      assert.equal(refusesSyntax(text), true, 'Nix accepts it');
      assert.equal(await withTree(text, ({ rootNode }) => rootNode.hasError), true);
    });
  }
  for (const text of faulted) {
    it(`faults ${JSON.stringify(text)}, and keeps its tree`, async () => {
      assert.equal(refusesSyntax(text), true, 'Nix accepts it');
      assert.equal(await withTree(text, ({ rootNode }) => rootNode.hasError), false);
      assert.equal((await parsed(text)).faults.length, 1);
    });
  }
});
