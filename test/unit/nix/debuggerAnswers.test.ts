import assert from 'node:assert/strict';
import {
  errorIn,
  parseFrames,
  parseScopes,
  printedString,
  withoutPrompts,
} from '../../../server/src/nix/debuggerAnswers';
import { nixString } from '../../../server/src/nixString';

describe("answers of Nix's debugger", () => {
  it('hold frames, of a message in several lines, with a place or without', () => {
    const frames = parseFrames(`
0: error: bad
thing: 3
/a b/t.nix:6:20

     5|     let z = x; in
     6|     throw "bad\\nthing: 3"
      |     ^

1: while evaluating a 'let' expression
«none»:0
2: while calling 'f'

3: while evaluating the attribute 'one'
«string»:1:1

     1| x.one
      | ^
`);
    assert.deepEqual(
      frames.map(({ number, message, position }) => [number, message, position]),
      [
        [0, 'error: bad\nthing: 3', { file: '/a b/t.nix', line: 6, column: 20 }],
        [1, "while evaluating a 'let' expression", null],
        [2, "while calling 'f'", null],
        [3, "while evaluating the attribute 'one'", { file: null, line: 1, column: 1 }],
      ],
    );
    assert.deepEqual(parseFrames('no frame'), []);
  });

  it('hold the names of each scope', () => {
    const text = `Env level 0\nstatic: z x' \n\nEnv level 1\nwith: w \n\nEnv level 2\nstatic: \n\nEnv level 3\nbuiltins true \n\n`;
    assert.deepEqual(parseScopes(text), [
      { kind: 'static', names: ['z', "x'"] },
      { kind: 'with', names: ['w'] },
      { kind: 'static', names: [] },
      { kind: 'builtins', names: ['builtins', 'true'] },
    ]);
  });

  it('are read without what is repeated of the question, and with the last of nested errors', () => {
    assert.equal(
      withoutPrompts('\nnix-repl> (\n        > 1\n        > )\n{ a = 1;\n  b = 2; }\n\nnix-repl> :x'),
      '{ a = 1;\n  b = 2; }',
    );
    const said = `trace: x
error:
       … while calling the 'throw' builtin
         at «string»:1:1:
            1| throw "inner"
             | ^

       error: inner
       second line

Nix 2.34.8 debugger
`;
    assert.equal(errorIn(said), 'inner\nsecond line');
    assert.equal(errorIn('trace: fine\n'), null);
  });

  it('hold strings as Nix writes them', () => {
    for (const text of ['plain', 'a "b" \\ ${c} $d\nline\ttab', '']) {
      assert.equal(printedString(nixString(text)), text);
    }
    assert.equal(printedString('12'), null);
    assert.equal(printedString('"open'), null);
  });
});
