/** What is proposed at a cursor, and the comments that document it. */
import assert from 'node:assert/strict';
import { completionsAt } from '../../../server/src/analysis/completion';
import { docComment } from '../../../server/src/analysis/docComment';
import { atCursor } from '../../support/cursor';
import { nixParser, parsed } from '../../support/syntax';

/** Names that the text itself gives, nearest first. */
async function proposed(
  withCursor: string,
  kinds = /^(?:let|rec|argument|formal|attribute)$/,
): Promise<string[]> {
  const { text, offset } = atCursor(withCursor);
  const parser = await nixParser();
  const { proposals } = completionsAt(parser.parse(text), offset, (other) => parser.parse(other));
  return proposals
    .filter(({ kind }) => kinds.test(kind))
    .toSorted((a, b) => a.distance - b.distance)
    .map(({ name }) => name);
}

describe('completion', () => {
  const cases: readonly (readonly [string, string[]])[] = [
    ['a: let b = 1; in |', ['b', 'a']],
    ['a: let b = 1; in b + |', ['b', 'a']],
    ['a: { x = a|; }', ['a']],
    ['{ lib, stdenv }: stdenv.mkDerivation { name = l|', ['lib', 'stdenv']],
    ['let a = 1; in { | }', []],
    ['a: { inherit | }', ['a']],
    ['a: { inherit (a) | }', []],
    ['a: "${|}"', ['a']],
    ['a: "a|"', []],
    ['a: 1 # a|', []],
    ['a: with a; |', ['a']],
    ['a: f ? |', []],
    ['let s = { a = 1; b.c = 2; inherit (x) d; }; x = 1; in s.|', ['a', 'b', 'd']],
    ['let s = { a = { b = 1; }; }; in s.a.|', ['b']],
    ['let s = t; t = { a = 1; }; in [ s.| ]', ['a']],
    ['x: x.|', []],
  ];
  for (const [text, expected] of cases) {
    it(`proposes ${JSON.stringify(expected)} in ${JSON.stringify(text)}`, async () =>
      assert.deepEqual(await proposed(text), expected));
  }

  it('proposes the keywords that the grammar takes there', async () => {
    assert.deepEqual(await proposed('if a |', /keyword/), ['let', 'or', 'rec', 'then']);
    assert.deepEqual(await proposed('let a = 1; |', /keyword/), ['in', 'inherit']);
    assert.deepEqual(await proposed('a: |', /keyword/), ['assert', 'if', 'let', 'rec', 'with']);
  });

  it('proposes builtins by themselves and after builtins', async () => {
    assert.ok((await proposed('toS|', /builtin/)).includes('toString'));
    assert.equal((await proposed('toS|', /builtin/)).includes('attrNames'), false);
    assert.ok((await proposed('builtins.|', /builtin/)).includes('attrNames'));
  });
});

describe('the comment of a definition', () => {
  const cases: readonly (readonly [string, string | null])[] = [
    ['{\n  # One.\n  # Two.\n  |a = 1; }', 'One.\nTwo.'],
    ['{\n  # Far.\n\n  |a = 1; }', null],
    ['{\n  /** Doc *of* a.\n\n      More.\n  */\n  |a = 1; }', 'Doc *of* a.\n\nMore.'],
    ['{ /** Short. */ |a = 1; }', 'Short.'],
    ['{ b = 1; # of b\n  |a = 1; }', null],
  ];
  for (const [text, expected] of cases) {
    it(`of ${JSON.stringify(text)}`, async () => {
      const { text: whole, offset } = atCursor(text);
      assert.equal(docComment(await parsed(whole), offset), expected);
    });
  }
});
