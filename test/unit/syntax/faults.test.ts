import assert from 'node:assert/strict';
import { replaced } from '../../../server/src/syntax/replacement';
import { parsed } from '../../support/syntax';

/** `line:character message` of each fault. */
async function faults(text: string): Promise<string[]> {
  const tree = await parsed(text);
  return tree.faults.map(({ span, message }) => {
    const { line, character } = tree.lines.positionAt(span.start);
    return `${line}:${character} ${message}`;
  });
}

/** Nix names the line of the token that it does not take; the advice says where the mistake is. */
const cases: readonly (readonly [string, string])[] = [
  ['{ a = 1 }', '0:8 syntax error, unexpected `}`, expecting `;`. A `;` is missing after this binding.'],
  [
    '{ a = 1\n  b = 2; }',
    '1:4 syntax error, unexpected `=`, expecting `;`. A `;` is missing after this binding.',
  ],
  ['{ inherit a b }', '0:14 syntax error, unexpected `}`. A `;` is missing after this `inherit`.'],
  [
    'with x 1',
    '0:7 syntax error, unexpected end of file, expecting `;`. A `;` is missing after what `with` names.',
  ],
  [
    '{ a = "x; }',
    '0:7 syntax error, unexpected end of file, expecting `"`. The string that begins in line 1 is not closed.',
  ],
  [
    "{\n  a = ''x; }",
    "1:8 syntax error, unexpected end of file, expecting `${` or `''`. The string that begins in line 2 is not closed.",
  ],
  ['{ a = (1; }', '0:8 syntax error, unexpected `;`, expecting `)`. A `)` is missing before this.'],
  ['(a ]', '0:3 syntax error, unexpected `]`, expecting `)`. The `(` in line 1 is not closed before it.'],
  ['[ 1 2 ', '0:5 syntax error, unexpected end of file. The `[` in line 1 is not closed.'],
  ['x: {\n\n', '0:4 syntax error, unexpected end of file. The `{` in line 1 is not closed.'],
  [
    'let a = 1; a',
    '0:11 syntax error, unexpected end of file, expecting `.` or `=`. The `let` in line 1 has no `in`.',
  ],
  ['1 )', '0:2 syntax error, unexpected `)`, expecting end of file. This `)` closes nothing.'],
  ['1 in 2', '0:2 syntax error, unexpected `in`, expecting end of file. This `in` has no `let`.'],
  [
    'if x then y',
    '0:10 syntax error, unexpected end of file, expecting `else`. An `else` is missing at the end.',
  ],
  ['{ a = ; }', '0:6 syntax error, unexpected `;`. An expression is missing before this.'],
  ['a ++ ', '0:4 syntax error, unexpected end of file. An expression is missing at the end.'],
  ['a == b == c', '0:7 syntax error, unexpected `==`. Comparisons do not chain: use parentheses.'],
  ['{ x = a < b <= c; }', '0:12 syntax error, unexpected `<=`. Comparisons do not chain: use parentheses.'],
  ['1 /* not closed', '0:3 syntax error, unexpected `*`. This comment is not closed.'],
  [
    'if x y else z',
    '0:7 syntax error, unexpected `else`, expecting `then`. A `then` is missing before this.',
  ],
  [
    'x: { b }@: 1',
    '0:9 syntax error, unexpected `:`, expecting a name. After `@` stands a name for the whole argument.',
  ],
  ['x: : y', '0:3 syntax error, unexpected `:`. An expression is missing before this.'],
  ['[ a, b ]', '0:3 syntax error, unexpected `,`. Elements of a list are separated by blanks alone.'],
  [
    '{ a: 1 }',
    '0:3 syntax error, unexpected `:`, expecting `.` or `=`. An attribute is written `name = value;`.',
  ],
  ['[ x: x ]', '0:3 syntax error, unexpected `:`. A function in a list needs parentheses around it.'],
  ['[ -1 ]', '0:2 syntax error, unexpected `-`. Put a negative number, or a subtraction, in parentheses.'],
  [
    '{ if = 1; }',
    '0:2 syntax error, unexpected `if`. `if` is a keyword: as the name of an attribute it needs quotes.',
  ],
  [
    '{ a = \u201cx\u201d; }',
    '0:6 syntax error, unexpected character `\u201c`. A string is written with straight quotes: `"`.',
  ],
  [
    'let ${x} = 1; in 2',
    '0:4 dynamic attributes not allowed in let. Write the name out; `${x}` can only be an attribute of a set.',
  ],
  [
    '{ inherit ${x}; }',
    '0:10 dynamic attributes not allowed in inherit. Write `${…} = …;` instead of inheriting `${x}`.',
  ],
  ['./x/', '0:0 path has a trailing slash. A path may not end with a slash: remove the last `/`.'],
  ['{ a = 1; a = 2; }', "0:9 attribute 'a' already defined. Remove or rename one of the two."],
  ['{ a.b = 1; a.b.c = 2; }', "0:11 attribute 'a.b.c' already defined. Remove or rename one of the two."],
  ['{ a, b, a }: a', "0:8 duplicate formal function argument 'a'. Remove or rename one of the two."],
  ['a@{ a }: a', "0:0 duplicate formal function argument 'a'. Remove or rename one of the two."],
  ['99999999999999999999', "0:0 invalid integer '99999999999999999999'. The largest is 9223372036854775807."],
  ['', '0:0 syntax error, unexpected end of file. There is no expression in this file; Nix expects one.'],
  [
    '# only a comment\n',
    '0:16 syntax error, unexpected end of file. There is no expression in this file; Nix expects one.',
  ],
  [
    '\ufeff1',
    '0:0 This file begins with a byte order mark, which Nix does not accept: save it as UTF-8 without one.',
  ],
];

/** What a fix makes of a text. */
const mended: readonly (readonly [string, string])[] = [
  ['{ a = 1 }', '{ a = 1; }'],
  ['{ a = 1\n  b = 2; }', '{ a = 1;\n  b = 2; }'],
  ['{ a = 1; b.c = f x # {\n}', '{ a = 1; b.c = f x; # {\n}'],
  ['{ a = true /* one */ \n # two\n b."x y".c = 1; }', '{ a = true; /* one */ \n # two\n b."x y".c = 1; }'],
  [
    "{\n  a = ''\n    # bash\n  ''\n\n  # next\n  b = 1; }",
    "{\n  a = ''\n    # bash\n  '';\n\n  # next\n  b = 1; }",
  ],
  ['{ a = 1, b = 2; }', '{ a = 1; b = 2; }'],
  ['{ a == 1; }', '{ a = 1; }'],
  ['x: [ x, ]', 'x: [ x ]'],
  ['{ a = 1; } }', '{ a = 1; } '],
  ['{ if = 1; }', '{ "if" = 1; }'],
  ['x: $x', 'x: x'],
  ['x: x | x', 'x: x || x'],
  ['./x/', './x'],
  ['./a//b', './a/b'],
  ['{ a. = 1; }', '{ a = 1; }'],
  ['{ a..b = 1; }', '{ a.b = 1; }'],
  ['{ .a = 1; }', '{ a = 1; }'],
  ['x: { a = x.; }', 'x: { a = x; }'],
  ['{ a b }: a', '{ a, b }: a'],
  ['{ a,\n  b\n  c ? "x",\n}: a', '{ a,\n  b,\n  c ? "x",\n}: a'],
  ['{ a, , b }: a', '{ a,  b }: a'],
  ['{ ..., a }: a', '{ a, ... }: a'],
  ['{\n  ...,\n  a,\n}: a', '{\n  a, ...\n}: a'],
  ['{ a, ..., ... }: a', '{ a, ... }: a'],
  ['{ a, ..., }: a', '{ a, ... }: a'],
  ['a@{ b }@c: b', 'a@{ b }: b'],
  ['{ b }@: b', '{ b }: b'],
  ['a: b: if a b else b', 'a: b: if a b then else b'],
  ['let a = 1; a', 'let a = 1; in a'],
  ['(1', '(1)'],
  ['{ a = (1; }', '{ a = (1); }'],
  ['[ 1 2\n', '[ 1 2]\n'],
  ['x: {\n  a = 1;\n', 'x: {\n  a = 1;}\n'],
  ['1 /* not closed', '1 /* not closed */'],
];

describe('syntax faults', () => {
  for (const [text, expected] of cases) {
    it(`says of ${JSON.stringify(text)}: ${expected}`, async () =>
      assert.deepEqual(await faults(text), [expected]));
  }

  for (const [text, expected] of mended) {
    it(`mends ${JSON.stringify(text)}`, async () => {
      const { faults: found } = await parsed(text);
      const edits = found[0]?.fix?.edits ?? [];
      assert.equal(replaced(text, edits), expected);
    });
  }

  it('leads from the second of two definitions to the first', async () => {
    const { faults: found } = await parsed('{ a = 1; b = { x = 1; }; b = { x = 2; }; a = 2; }');
    assert.deepEqual(
      found.map(({ span, related }) => [span.start, related[0]?.span.start]),
      [
        [15, 31],
        [41, 2],
      ],
    );
  });

  for (const text of ['a.', '"\0"', '{ a b, c }: a', 'x: "${x"', '{ a = 1; } // { a', 'x: x.if']) {
    it(`has a fault for ${JSON.stringify(text)}`, async () => {
      const found = await faults(text);
      assert.ok(found.length > 0);
      for (const fault of found) assert.match(fault, /^\d+:\d+ .+\.$/);
    });
  }

  for (const text of [
    '1',
    '{ }',
    'a: b',
    '{ a, b ? 1, ... }@c: a',
    "''\n  ''${x}\n''",
    '{ a.b."c".${d} = 1; inherit (x) y "z"; }',
    'a ? b ? c',
    'a ? b.c || !d -> e // f ++ [ (-1) ]',
    'if a then b else c',
    './a/${b}/c',
    'http://x.y/z',
    '<nixpkgs>',
    'a.b or c',
    '(a == b) == (c < d)',
    '{ inherit ${"a"}; }',
    'let ${"a"} = 1; in a',
    'let { body = 1; }',
    '{ a = 1;\r\n b = 2;\r}',
  ]) {
    it(`has none for ${JSON.stringify(text)}`, async () => assert.deepEqual(await faults(text), []));
  }

  it('names at most fifty faults of binary noise, in order', async () => {
    let noise = '';
    for (let i = 0, seed = 1; i < 20_000; i++) {
      seed = (seed * 48271) % 2147483647;
      noise += String.fromCharCode(seed % 256);
    }
    const tree = await parsed(noise);
    assert.ok(tree.faults.length > 0 && tree.faults.length <= 50);
    const starts = tree.faults.map(({ span }) => span.start);
    assert.deepEqual(
      starts,
      [...starts].sort((a, b) => a - b),
    );
  });
});
