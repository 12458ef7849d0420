/** What may be done to a text at a place, and that it means the same afterwards. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { offersAt } from '../../../server/src/analysis/assists';
import { indentedText, quotedText } from '../../../server/src/analysis/assists/stringKind';
import { allNodes } from '../../../server/src/syntax/nodes';
import { replaced } from '../../../server/src/syntax/replacement';
import { literalValue } from '../../../server/src/syntax/stringText';
import type { Span } from '../../../server/src/syntax/syntaxTree';
import { evaluateJson } from '../../support/nixEval';
import { expressionOf, nixParser, parsed } from '../../support/syntax';

/** `|` is a cursor, `«…»` a selection. */
function selection(marked: string): { readonly text: string; readonly span: Span } {
  const text = marked.replace(/[«»|]/g, '');
  const start = marked.search(/[«|]/);
  const end = marked.includes('»') ? marked.indexOf('»') - 1 : start;
  return { text, span: { start, end } };
}

/** The text after the one offer whose title matches; null when there is none. */
async function done(marked: string, title: RegExp): Promise<string | null> {
  const { text, span } = selection(marked);
  const offers = offersAt(await parsed(text), span).filter((offer) => title.test(offer.title));
  assert.ok(offers.length <= 1, offers.map((offer) => offer.title).join());
  const [offer] = offers;
  if (offer === undefined) return null;
  const after = replaced(text, offer.edits);
  return offer.newFile === undefined ? after : `${after}\n--- ${offer.newFile.name}\n${offer.newFile.text}`;
}

type Case = readonly [marked: string, title: RegExp, expected: string | null];

describe('an assist', () => {
  const cases: readonly Case[] = [
    // Quotes of attribute names.
    ['{ a|.b = 1; }', /^Write "a"/, '{ "a".b = 1; }'],
    ['x: x."a|b"', /^Write ab/, 'x: x.ab'],
    ['{ "a b|" = 1; }', /^Write/, null],
    ['{ "in|" = 1; }', /^Write/, null],
    // Inheritance.
    ['x: { a| = x.a; }', /^Convert to `inherit/, 'x: { inherit (x) a; }'],
    ['x: { a| = (x 1).b.a; }', /^Convert to `inherit/, 'x: { inherit ((x 1).b) a; }'],
    ['a: { a| = a; }', /^Convert to `inherit/, 'a: { inherit a; }'],
    ['rec { a| = a; }', /^Convert to `inherit/, null],
    ['x: { inherit (x) b; a| = x.a; }', /^Convert to `inherit/, 'x: { inherit (x) b a; }'],
    ['x: { inherit| (x.y) a b; }', /written? out|inheritance out/, 'x: { a = x.y.a; b = x.y.b; }'],
    ['x: { inherit| (x.y or x) a; }', /inheritance out/, 'x: { a = (x.y or x).a; }'],
    ['a: { inherit| a; }', /inheritance out/, 'a: { a = a; }'],
    ['a: let inherit| a; in a', /inheritance out/, null],
    ['x: { inherit| (x) a; b = 1; inherit (x) c; }', /^Merge/, 'x: { inherit (x) a c; b = 1; }'],
    // Sets.
    ['{ a| = { b = 1; c.d = 2; }; }', /^Flatten/, '{ a.b = 1; a.c.d = 2; }'],
    [
      '{\n  a| = {\n    b = [\n      1\n    ];\n    inherit (x) c;\n  };\n}',
      /^Flatten/,
      '{\n  a.b = [\n    1\n  ];\n  a.c = x.c;\n}',
    ],
    [
      "{\n  a| = {\n    b = ''\n      x\n    '';\n    c = \"\n      y\";\n  };\n}",
      /^Flatten/,
      "{\n  a.b = ''\n    x\n  '';\n  a.c = \"\n      y\";\n}",
    ],
    ['{ a| = rec { b = 1; }; }', /^Flatten/, null],
    ['{ a| = { }; }', /^Flatten/, null],
    ['{ a| = {\n  # why\n  b = 1; }; }', /^Flatten/, null],
    ['{ a|.b = 1; c = 3; a.d.e = 2; }', /^Pack all/, '{ a = { b = 1; d.e = 2; }; c = 3; }'],
    ['{\n  a|.b = 1;\n  a = { c = 2; };\n}', /^Pack all/, '{\n  a = {\n    b = 1;\n    c = 2;\n  };\n}'],
    ['{ a|.b = 1; }', /^Pack into/, '{ a = { b = 1; }; }'],
    ['re|c { a = 1; b = a; }', /^Convert `rec`/, 'let a = 1; b = a; in { inherit a b; }'],
    ['f (re|c { a.b = 1; })', /^Convert `rec`/, 'f (let a.b = 1; in { inherit a; })'],
    ['le|t a = 1; b = a; in { inherit a b; c = 2; }', /to `rec`/, 'rec { a = 1; b = a; c = 2; }'],
    ['le|t a = 1; b = a; in { inherit a; }', /to `rec`/, null],
    ['c: le|t a = c; in { inherit a; c = 2; }', /to `rec`/, null],
    ['{ |b = 1; a = 2; }', /^Sort/, null],
    ['{|\n  b = 1;\n  # of a\n  a = 2; # too\n}', /^Sort/, '{\n  # of a\n  a = 2; # too\n  b = 1;\n}'],
    ['{ b|, a ? 1, ... }: a', /^Sort/, '{ a ? 1, b, ... }: a'],
    ['x: { inherit| (x) c a b; }', /^Sort/, 'x: { inherit (x) a b c; }'],
    // `with`.
    ['x: wi|th x; [ a (b: a b) c ]', /inherit/, 'x: let inherit (x) a c; in [ a (b: a b) c ]'],
    ['x: y: with x; wi|th y; a', /inherit|…/, null],
    ['x: y: wi|th x; with y; a', /inherit|…/, null],
    ['x: wi|th (x a); a', /inherit/, null],
    ['x: wi|th x.y; { inherit a; b = a.c; }', /…/, 'x: { a = x.y.a; b = x.y.a.c; }'],
    ['x: wi|th x; [ a (map (x: a) [ ]) ]', /…/, null],
    // Extraction.
    ['a: b: «a + b» * 2', /^Extract to a new `let`/, null],
    ['a: b: («a + b») * 2', /^Extract to a new `let`/, 'a: b: let value = a + b; in (value) * 2'],
    ['let a = 1; in [ «(a + 1)» ]', /of the `let`/, 'let a = 1; value = a + 1; in [ value ]'],
    [
      'rec { a = 1; b = [ «(a + 1)» ]; }',
      /^Extract to a new `let`/,
      'rec { a = 1; b = let value = a + 1; in [ value ]; }',
    ],
    ['x: with x; f «x.value»', /^Extract to a new `let`/, 'x: let value = x.value; in with x; f value'],
    ['x: with x; f «(value 1)»', /^Extract to a new `let`/, 'x: with x; let value2 = value 1; in f value2'],
    ['a: «(f a)» 1', /^Extract to a new `let`/, 'a: let value = f a; in value 1'],
    [
      '{ a, b ? [ «(a + 1)» ] }: b',
      /^Extract to a new `let`/,
      '{ a, b ? let value = a + 1; in [ value ] }: b',
    ],
    [
      'a: { pkg = «f { inherit a; }»; }',
      /new file/,
      'a: { pkg = import ./pkg.nix { inherit a f; }; }\n--- pkg\n{ a, f }:\nf { inherit a; }\n',
    ],
    ["{ a' = «[ 1 ]»; }", /new file/, "{ a' = import ./a.nix; }\n--- a\n[ 1 ]\n"],
    ['[ «{ a = 1; }» ]', /new file/, '[ (import ./extracted.nix) ]\n--- extracted\n{ a = 1; }\n'],
    // Inlining.
    ['let a| = 1 + 2; b = a; in [ a (a: a) b ]', /^Inline/, 'let b = 1 + 2; in [ (1 + 2) (a: a) b ]'],
    ['let a| = x: x; in a 1', /^Inline/, '(x: x) 1'],
    ['let a = "x"; in "${a|}"', /^Inline/, '"${"x"}"'],
    ['let a| = ./b; in a+"c"', /^Inline/, '(./b)+"c"'],
    ['b: let a| = b; in (b: a)', /^Inline/, null],
    ['let a| = a; in a', /^Inline/, null],
    ['x: let a| = map; in map: a', /^Inline/, null],
    ['let a| = b: b; in { inherit a; }', /^Inline/, '{ a = b: b; }'],
    ['x: let a| = y; in with x; a', /^Inline/, null],
    // Strings.
    ['"a|"', /^Convert to/, "''a''"],
    ["''a|''", /^Convert to/, '"a"'],
    ['{\n  a = "b|\\nc\\n";\n}', /^Convert to/, "{\n  a = ''\n    b\n    c\n  '';\n}"],
    ["''\n  a \"b\" ''${c} ${d|}\n''", /^Convert to/, null],
    ["''\n  |a \"b\" ''${c} ${d}\n''", /^Convert to/, '"a \\"b\\" \\${c} ${d}\\n"'],
    ['{ "a b|" = 1; }', /^Convert to/, null],
    // Names that are missing.
    ['{ a }: b: { x }: c|', /inner function/, '{ a }: b: { x, c }: c'],
    ['lib: let inherit (lib) a; in a + b|', /^Add `b` to `inherit/, 'lib: let inherit (lib) a b; in a + b'],
    ['{ lib, }: with lib; a|', /outermost/, '{ lib, a, }: with lib; a'],
    // JSON.
    [
      '«{"a b": [1, -2, 1e30, null], "c": {"d": "${x}"}}»',
      /^Convert JSON/,
      '{\n  "a b" = [\n    1\n    (-2)\n    1.0e+30\n    null\n  ];\n  c = {\n    d = "\\${x}";\n  };\n}',
    ],
    ['«[ 1 2 ]»', /^Convert JSON/, null],
  ];
  for (const [marked, title, expected] of cases) {
    it(`${String(title)} at ${JSON.stringify(marked)}`, async () => {
      const after = await done(marked, title);
      assert.equal(after, expected);
      const text = after?.split('\n---')[0] ?? '';
      if (after !== null)
        assert.deepEqual(
          (await parsed(text)).faults.map(({ message }) => message),
          [],
        );
    });
  }
});

describe('a string', () => {
  const piece = fc.constantFrom(
    ' ',
    '  ',
    '\n',
    "'",
    "''",
    '$',
    '{',
    '${',
    '\\',
    '"',
    '\t',
    '\r',
    'a',
    'b c',
    'é',
    '𝄞',
    '}',
  );
  it('of any kind is the same in the other', async () => {
    const parser = await nixParser();
    const value = async (written: string): Promise<string | null> => {
      const literal = await expressionOf(written);
      assert.ok(literal.kind === 'string', written);
      assert.deepEqual(parser.parse(written).faults, [], written);
      return literalValue(written, literal);
    };
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
        const expected = pieces.join('');
        const quoted = JSON.stringify(expected).replace(/\$/g, '\\$');
        const literal = await expressionOf(quoted);
        assert.ok(literal.kind === 'string');
        const indented = indentedText(quoted, literal);
        assert.ok(indented !== null);
        assert.equal(await value(indented), expected, indented);
        const other = await expressionOf(indented);
        assert.ok(other.kind === 'string');
        assert.equal(await value(quotedText(indented, other)), expected);
      }),
      { numRuns: 400, seed: 7 },
    );
  });
});

const samples: readonly string[] = [
  'let lib = { add = a: b: a + b; id = x: x; }; n = 2; in with lib; { s = add n 1; inherit (lib) id; t = "a\\n${toString (add n n)}"; f = (id (x: x)) 3; }.s',
  'let s = rec { a.b = 1; a.c = 2; d = { e = a.b; f = [ a.c (a.b + 1) ]; }; g = d.e; }; in s // { inherit (s) g; h = s.d.f; }',
  'let f = { x, y ? x * 2, ... }@args: { sum = x + y; has = args ? z; }; v = { x = 1; z = 2; }; in [ (f v) (f (v // { y = 5; })).sum ]',
  "let text = ''\n  one ''${two}\n    \"three\"\n''; a = { b = { c = text; d = \"x\\ty\"; }; }; in { inherit (a.b) c d; e = a.b.c + a.b.d; }",
  'let xs = [ 3 1 2 ]; sorted = builtins.sort (a: b: a < b) xs; pick = i: builtins.elemAt sorted i; in { first = pick 0; all = map (x: x + pick 0) xs; neg = -(pick 1); }',
  'let base = 2; twice = let x = base * 2; y = x + 1; in { inherit x y; z = base; }; in twice.x + twice.y + twice.z',
  'with { a = 1; b = { c = 2; }; }; if a == 1 && b ? c then assert b.c > a; { x = b.c or 0; y = b.d or a; } else null',
];

describe('every assist at every place of real texts', () => {
  it('gives a text that parses and evaluates to the same', async function () {
    this.timeout(120_000);
    const results: { readonly what: string; readonly sample: number; readonly text: string }[] = [];
    const seen = new Set<string>();
    for (const [sample, text] of samples.entries()) {
      const tree = await parsed(text);
      assert.deepEqual(tree.faults, []);
      const spans = [...allNodes(tree.root)].flatMap(({ span }) => [
        span,
        { start: span.start, end: span.start },
      ]);
      const cursors = Array.from({ length: text.length }, (_, offset) => ({ start: offset, end: offset }));
      for (const span of [...spans, ...cursors]) {
        for (const { title, edits, kind, newFile } of offersAt(tree, span)) {
          if (kind === 'quickfix') continue;
          let after = replaced(text, edits);
          if (newFile !== undefined)
            after = after.replace(`import ./${newFile.name}.nix`, `(${newFile.text.trim()})`);
          if (seen.has(after)) continue;
          seen.add(after);
          results.push({
            what: `${title} at ${span.start}..${span.end} of sample ${sample}`,
            sample,
            text: after,
          });
        }
      }
    }
    for (const { what, text } of results) {
      assert.deepEqual(
        (await parsed(text)).faults.map(({ message }) => message),
        [],
        `${what}:\n${text}`,
      );
    }
    const list = [...samples, ...results.map(({ text }) => text)];
    const values = evaluateJson(`[ ${list.map((text) => `(\n${text}\n)`).join('\n')} ]`) as unknown[];
    for (const [index, { what, sample, text }] of results.entries()) {
      assert.deepEqual(values[samples.length + index], values[sample], `${what}:\n${text}`);
    }
    assert.ok(results.length > 100, `only ${results.length} results`);
  });
});
