/** What the checks find, what their fixes make of it, and what they leave alone. The page of diagnostics has an example of each as well. */
import assert from 'node:assert/strict';
import { findingsOf } from '../../../server/src/analysis/findings';
import { textDiagnostics } from '../../../server/src/analysis/textDiagnostics';
import { replaced } from '../../../server/src/syntax/replacement';
import { parsed } from '../../support/syntax';

async function codes(text: string): Promise<string[]> {
  return findingsOf(await parsed(text)).map(({ code }) => code);
}

/** The text after the first fix of this code. */
async function fixed(code: string, text: string): Promise<string> {
  const found = findingsOf(await parsed(text)).find((each) => each.code === code);
  assert.ok(found !== undefined, `${code} is not found: ${(await codes(text)).join(' ')}`);
  const [fix] = found.fixes;
  assert.ok(fix !== undefined, `${code} has no fix`);
  const result = replaced(text, fix.edits);
  assert.deepEqual((await parsed(result)).faults, [], result);
  return result;
}

const fixes: readonly (readonly [string, string, string])[] = [
  ['unused-binding', 'let a = 1; in 2', 'let in 2'],
  ['unused-binding', 'let\n  a = 1; # why\n  b = 2;\nin b', 'let\n  b = 2;\nin b'],
  ['unused-binding', 'let a.b = 1; c = 3; a.d = 2; in c', 'let c = 3; in c'],
  ['unused-binding', 'x: let inherit (x) a b; in a', 'x: let inherit (x) a; in a'],
  ['unused-binding', 'x: let inherit (x)\n    a\n    b\n  ; in b', 'x: let inherit (x)\n    b\n  ; in b'],
  ['unused-binding', 'let f = n: f (n - 1); in 2', 'let in 2'],
  ['unused-formal', '{ a, b }: b', '{ b }: b'],
  ['unused-formal', '{ a, b }: a', '{ a }: a'],
  ['unused-formal', '{ a, b, ... }: a', '{ a, ... }: a'],
  ['unused-formal', '{ a, ... }: 1', '{ ... }: 1'],
  ['unused-formal', '{ a }: 1', '{ }: 1'],
  ['unused-formal', '{\n  a,\n  b ? 1,\n  c,\n}:\na + c', '{\n  a,\n  c,\n}:\na + c'],
  ['unused-formal', '{ a\n, b\n, c\n}: a + b', '{ a\n, b\n}: a + b'],
  ['unused-argument-name', 'args@{ a }: a', '{ a }: a'],
  ['unused-argument-name', '{ a } @ args: a', '{ a }: a'],
  ['unused-with', 'x: with x; 1', 'x: 1'],
  ['unused-rec', 'rec   { a = 1; }', '{ a = 1; }'],
  ['undefined-variable', 'a: b: a and b', 'a: b: a && b'],
  ['undefined-variable', 'a: b: a or b', 'a: b: a || b'],
  ['float-leading-zero', 'x: x 01.5', 'x: x 1.5'],
  ['float-leading-zero', '00.5', '0.5'],
  ['unused-rec', 'rec{ a = 1; }', '{ a = 1; }'],
  ['empty-inherit', 'x: { a = 1; inherit (x); }', 'x: { a = 1; }'],
  ['url-literal', '[ http://x.y/z?a=b ]', '[ "http://x.y/z?a=b" ]'],
  ['legacy-let', 'let { a = 1; body = a; }', '(rec { a = 1; body = a; }).body'],
  ['eta-reduction', 'f: [ (x: f x) ]', 'f: [ (f) ]'],
  ['eta-reduction', 'map (x: builtins.length x)', 'map (builtins.length)'],
  ['manual-inherit', 'a: { a = a; }', 'a: { inherit a; }'],
  ['manual-inherit-from', 'a: let c = a.b.c; in c', 'a: let inherit (a.b) c; in c'],
  ['boolean-comparison', 'a: b: f: (f a) == false', 'a: b: f: !(f a)'],
  ['boolean-comparison', 'f: a: true == f a', 'f: a: (f a)'],
  ['boolean-simplification', 'a: b: !(a < b) && a', 'a: b: (a >= b) && a'],
  ['empty-list-concatenation', 'a: [ ] ++ a', 'a: a'],
  ['useless-parentheses', 'f: { a = f (2); b=(f); }.b', 'f: { a = f (2); b=f; }.b'],
  ['useless-parentheses', 'f: f (f)(f)', 'f: f f(f)'],
  ['useless-parentheses', 'f: ((f 1))', 'f: (f 1)'],
  ['useless-has-attribute', 'a: if a ? b.c then a.b.c else 1 + 1', 'a: a.b.c or (1 + 1)'],
  ['nested-let', 'let\n  a = 1;\nin\nlet\n  b = a;\nin b', 'let\n  a = 1;\n  b = a;\nin b'],
  ['deprecated-to-path', 'a: builtins.toPath (a + "b")', 'a: (/. + (a + "b"))'],
  ['builtins-prefix', 'builtins.toString 1', 'toString 1'],
  ['unknown-builtin', 'builtins.lenght', 'builtins.length'],
  ['undefined-variable', 'attrNames', 'builtins.attrNames'],
  ['undefined-variable', 'version: verison', 'version: version'],
  ['undefined-variable', '{ lib }: lib.f zlib', '{ lib, zlib }: lib.f zlib'],
];

/** Texts in which nothing of this is found. */
const quiet: readonly (readonly [string, string])[] = [
  ['unused-binding', 'let a = 1; in { inherit a; }'],
  ['unused-binding', 'let a = 1; in with { }; a'],
  ['unused-formal', 'args@{ a, ... }: args'],
  ['unused-formal', '{ a, b ? a }: b'],
  ['unused-argument-name', '{ a }@args: args // a'],
  ['unused-with', 'x: with x; with x; y'],
  ['unused-rec', 'rec { a = 1; b.c = a; }'],
  ['unused-rec', 'x: rec { a = rec { b = 1; c = b; }; a.d = x; }'],
  ['eta-reduction', 'x: (x: x) x'],
  ['eta-reduction', 'f: x: f (x) x'],
  ['eta-reduction', 'f: { x }: f x'],
  ['eta-reduction', 'f: x: (f { }) x'],
  ['manual-inherit', 'a: rec { b = a; a = 1; }'],
  ['manual-inherit', 'let a = 1; in a'],
  ['boolean-comparison', 'true: false: true == false'],
  ['useless-parentheses', 'f: [ (f 1) (x: x) ]'],
  ['useless-parentheses', '(1).x or (-1)'],
  ['useless-parentheses', 'a: (a + 1) * 2'],
  ['nested-let', 'let a = 1; in let a = 2; in a'],
  ['nested-let', 'b: let a = b; in let b = 2; in a + b'],
  ['nested-let', 'b: let a = 1; in let inherit b; in a + b'],
  ['unknown-builtin', 'builtins.notYetThere or null'],
  ['unknown-builtin', 'builtins: builtins.own'],
  ['builtins-prefix', 'map: builtins.map'],
  ['undefined-variable', '__curPos.file + __typeOf 1 + toString true'],
  ['undefined-variable', 'rec { a = rec { b = 1; }; a.c = b; }'],
];

describe('checks', () => {
  for (const [code, text, expected] of fixes) {
    it(`${code} makes ${JSON.stringify(expected)} of ${JSON.stringify(text)}`, async () =>
      assert.equal(await fixed(code, text), expected));
  }
  for (const [code, text] of quiet) {
    it(`${code} says nothing of ${JSON.stringify(text)}`, async () =>
      assert.equal((await codes(text)).includes(code), false));
  }

  it('say nothing of a text that does not parse', async () => {
    assert.deepEqual(await codes('let a = 1; in {'), ['syntax']);
  });

  it('tag what is unnecessary or deprecated', async () => {
    const found = textDiagnostics(await parsed('let a = 1; in http://x.y/z'), '/p/a.nix');
    assert.deepEqual(
      found.map(({ code, tags, source, severity }) => [code, tags, source, severity]),
      [
        ['unused-binding', ['unnecessary'], 'phasewise', 'warning'],
        ['url-literal', ['deprecated'], 'phasewise', 'warning'],
      ],
    );
  });
});

describe('ignore comments', () => {
  const cases: readonly (readonly [string, string[]])[] = [
    ['let a = 1; # phasewise: ignore unused-binding\nin 2', []],
    ['# phasewise: ignore\nlet a = 1; in 2', []],
    ['# phasewise: ignore url-literal\nlet a = 1; in 2', ['unused-binding']],
    ['# phasewise: ignore url-literal, unused-binding\nlet a = 1; in a:b', []],
    ['let a = 1; in 2\n# phasewise: ignore-file unused-binding', []],
    ['let a = "# phasewise: ignore"; in 2', ['unused-binding']],
    ['# phasewise: ignore\n\nlet a = 1; in 2', ['unused-binding']],
    ['# phasewise: ignore-file\nunknown', ['undefined-variable']],
  ];
  for (const [text, expected] of cases) {
    it(`leave ${JSON.stringify(expected)} of ${JSON.stringify(text)}`, async () =>
      assert.deepEqual(await codes(text), expected));
  }
});
