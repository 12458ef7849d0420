import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Configuration {
  readonly wordPattern: string;
  readonly autoClosingPairs: readonly { readonly open: string; readonly close: string }[];
  readonly onEnterRules: readonly { readonly beforeText: string; readonly afterText?: string }[];
  readonly indentationRules: { readonly increaseIndentPattern: string; readonly decreaseIndentPattern: string };
  readonly folding: { readonly markers: { readonly start: string; readonly end: string } };
}

const file = join(__dirname, '../../syntaxes/language-configuration.json');
const configuration = JSON.parse(readFileSync(file, 'utf8')) as Configuration;

describe('the language configuration of Nix', () => {
  it('takes a whole Nix name as a word', () => {
    const words = "a'b-c.d_e + foldl' 12".match(new RegExp(configuration.wordPattern, 'g'));
    assert.deepEqual(words, ["a'b-c", 'd_e', "foldl'", '12']);
  });

  it('closes indented strings', () => {
    assert.ok(configuration.autoClosingPairs.some(({ open, close }) => open === "''" && close === "''"));
  });

  const { increaseIndentPattern, decreaseIndentPattern } = configuration.indentationRules;
  for (const line of ['{', 'a = [', 'f (', "buildPhase = ''", 'let', '  a = rec {  ']) {
    it(`indents after ${JSON.stringify(line)}`, () => assert.match(line, new RegExp(increaseIndentPattern)));
  }
  for (const line of ['a = 1;', '# {', "'';", "  ''", 'outlet = 1;']) {
    it(`does not indent after ${JSON.stringify(line)}`, () => assert.doesNotMatch(line, new RegExp(increaseIndentPattern)));
  }
  for (const line of ['}', '  ];', ") ''", "  '';", 'in', '  in {']) {
    it(`takes the indentation back at ${JSON.stringify(line)}`, () => assert.match(line, new RegExp(decreaseIndentPattern)));
  }
  for (const line of ['inherit a;', 'a = { };', "''${a}", "'''"]) {
    it(`leaves the indentation at ${JSON.stringify(line)}`, () => assert.doesNotMatch(line, new RegExp(decreaseIndentPattern)));
  }

  it('puts the end of an indented string on its own line when Enter is pressed inside', () => {
    const matches = configuration.onEnterRules.some(
      ({ beforeText, afterText }) => new RegExp(beforeText).test("a = ''") && afterText !== undefined && new RegExp(afterText).test("'';"),
    );
    assert.ok(matches);
  });

  it('folds regions', () => {
    assert.match('  # region a', new RegExp(configuration.folding.markers.start));
    assert.match('  # endregion', new RegExp(configuration.folding.markers.end));
    assert.doesNotMatch('regional = 1;', new RegExp(configuration.folding.markers.start));
  });
});
