import assert from 'node:assert/strict';
import {
  parseJson,
  printJson,
  printShellDeclarations,
  quoteForShell,
} from '../../../server/src/phases/structuredAttrs';

function parsed(text: string) {
  const value = parseJson(text);
  assert.ok(value !== null);
  return value;
}

describe('structured attributes', () => {
  it('keeps numbers as Nix prints them', () => {
    for (const [from, to] of [
      ['1', '1'],
      ['9007199254740993', '9007199254740993'],
      ['1.0', '1.0'],
      ['1e+06', '1000000.0'],
      ['1e-05', '1e-05'],
      ['0.001', '0.001'],
      ['-2.50', '-2.5'],
      ['1e30', '1e+30'],
      ['0.0', '0.0'],
    ] as const) {
      assert.equal(printJson(parsed(from)), to);
    }
  });

  it('sorts names by bytes and escapes as Nix does', () => {
    assert.equal(
      printJson(parsed('{ "b": [ ], "\u{10000}": 1, "\uffff": 2, "a" : "\\u0001\\n\\u00e4\\"\\/" }')),
      '{"a":"\\u0001\\nä\\"/","b":[],"\uffff":2,"\u{10000}":1}',
    );
  });

  it('declares what bash can hold, and nothing else', () => {
    const value = parsed(
      `{"a-b":1,"list":["x y","it's",null,true],"map":{"k'":1,"b":false},"deep":[[1]],"text":"$x","f":1.5,"n":null,"no":false}`,
    );
    assert.equal(
      printShellDeclarations(value),
      "declare -a list=('x y' 'it'\\''s' '' 1 )\ndeclare -A map=(['b']= ['k'\\''']=1 )\ndeclare n=''\ndeclare no=\ndeclare text='$x'\n",
    );
  });

  it('is null for what is no JSON', () => {
    assert.equal(parseJson('{"a":'), null);
  });

  it('quotes for bash', () => {
    assert.equal(quoteForShell("a'b $(x)"), "'a'\\''b $(x)'");
  });
});
