/** A slice of a text has the value that its expression has in the text, by Nix's own rules of scope. */
import assert from 'node:assert/strict';
import { askedExpression } from '../../server/src/analysis/slices/asked';
import { searchedPackages } from '../../server/src/analysis/slices/packageSets';
import { evaluateJson } from '../support/nixEval';
import { parsed } from '../support/syntax';

/** The value of each is that of what is marked. */
const texts = [
  'let a = 1; in «a»',
  'let a = 1; in let a = 2; b = a; in «b + a»',
  'let a = 1; in with { a = 2; b = 3; }; «[ a b ]»',
  'with { a = 1; b = 5; }; with { a = 2; }; let b = a; in «[ a b ]»',
  'let a = 1; s = { inherit a; b = 2; }; in let inherit (s) b; a = s.a + 10; in «[ a b ]»',
  'let f = x: x + y; y = 2; in let y = 40; in «f y»',
  'let a.b = 1; a.c = a.b + 1; unused = throw "no"; in «a.c»',
  'let x = rec { y = 1; z = y + 1; }; in with x; let y = 10; in «[ y z ]»',
  'let a = "x"; in «"${a}-${toString (let a = 3; in a)}"»',
  'let map = f: l: "mine"; in «map (x: x) [ 1 ]»',
  'let even = n: n == 0 || odd (n - 1); odd = n: n != 0 && even (n - 1); in «even 10»',
  'let a = 1; in let b = a; in let inherit a; in («a + b»)',
  "let n = 2; in with rec { pkgs = { inherit n; }; }; «''\n  line ${toString pkgs.n}\n''»",
  'let s = { a = 1; } // { b = 2; }; in assert s ? b; «s.b or 3»',
  '(rec { a = 1; b = «a + 1»; }).b',
  '(let a = 2; in { a ? 1, b ? a + 1 }: «a + b») { }',
  '(let { a = 2; body = «a»; })',
  'let x = 1; in with { toString = 2; y = 3; }; «[ (toString x) y ]»',
  'let a = { b = { c = 1; }; }; in with a; with b; «c»',
];

describe('slices', function () {
  this.timeout(60_000);

  for (const marked of texts) {
    it(`have the value of the expression in ${JSON.stringify(marked)}`, async () => {
      const text = marked.replace(/[«»]/g, '');
      const span = { start: marked.indexOf('«'), end: marked.indexOf('»') - 1 };
      const asked = askedExpression(await parsed(text), span, { callers: [], packages: searchedPackages });
      const values = (asked?.places ?? []).map(({ text: slice, path }) =>
        path.reduce((set, name) => `(${set}).${name}`, slice),
      );
      // The first that has one counts.
      const [value] = values.flatMap((expression) => {
        try {
          return [evaluateJson(expression)];
        } catch {
          return [];
        }
      });
      assert.deepEqual(value, evaluateJson(text));
    });
  }
});
