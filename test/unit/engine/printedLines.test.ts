import assert from 'node:assert/strict';
import { deprecatedName, placedWarnings, printedLines } from '../../../server/src/engine/printedLines';
import type { PrintedLine } from '../../../server/src/protocol/evaluationMessages';
import { LineIndex } from '../../../server/src/syntax/lineIndex';
import { parsed } from '../../support/syntax';

const file = '/w/default.nix';

/** The texts at which warnings are placed, with how much they say. */
async function places(text: string, ...warnings: readonly string[]): Promise<readonly string[]> {
  const tree = await parsed(text);
  const lines = warnings.map((warning): PrintedLine => ({ kind: 'warning', text: warning }));
  const source = { text, lines: new LineIndex(text), root: tree.root };
  return placedWarnings(lines, file, source).diagnostics.map(({ range, severity }) => {
    const [start, end] = [range.start, range.end].map((place) => source.lines.offsetAt(place));
    return `${severity} ${start} ${text.slice(start, end)}`;
  });
}

describe('what an evaluation printed', () => {
  it('is told by kind, whichever Nix or nixpkgs printed it', () => {
    const notices = [
      'trace: here',
      'trace: warning: old',
      'trace: evaluation warning: newer',
      'evaluation warning: newest',
      'warning: of Nix',
      'Only the first 500 derivations are shown.',
    ];
    assert.deepEqual(printedLines({ notices, remembered: ['warning: before'] }), [
      { kind: 'trace', text: 'here' },
      { kind: 'warning', text: 'old' },
      { kind: 'warning', text: 'newer' },
      { kind: 'warning', text: 'newest' },
      { kind: 'warning', text: 'of Nix' },
      { kind: 'note', text: 'Only the first 500 derivations are shown.' },
      { kind: 'warning', text: 'before', remembered: true },
    ]);
  });

  it('is told without the credentials of an address', () => {
    const notices = ['warning: unable to download https://me:pa55@host/x'];
    assert.doesNotMatch(printedLines({ notices })[0]?.text ?? '', /pa55/);
  });

  it('names what its warnings give up, in the words of nixpkgs', () => {
    const cases: readonly (readonly [string, string | null])[] = [
      ["'foo' has been renamed to/replaced by 'bar'", 'foo'],
      ['mesa.drivers is deprecated, use `mesa` instead', 'mesa.drivers'],
      ['`mesa.drivers` is deprecated, use `mesa` instead', 'mesa.drivers'],
      ['The isXen attribute is deprecated. All kernels have it.', 'isXen'],
      ['The option enableFoo has been removed', 'enableFoo'],
      ["use 'new' instead of 'old', which is deprecated", 'old'],
      ["JSON object names for 'iconMap' are deprecated", 'iconMap'],
      ['hoogleLocal is deprecated, use hoogleWithPackages instead', 'hoogleLocal'],
      ["'a' and 'b' were both removed in 'c'", null],
      ['this is deprecated', null],
      ["Nix search path entry '/x' does not exist, ignoring", null],
      ["unknown setting 'foo'", null],
    ];
    for (const [message, name] of cases)
      assert.equal(deprecatedName(message)?.join('.') ?? null, name, message);
  });

  it('stands where the name is used, read before set, and not at another set\u2019s member of that name', async () => {
    const text = '{ pkgs, other }: { foo = 1; a = other.foo; b = pkgs.foo; }';
    assert.deepEqual(await places(text, "'other.foo' was removed"), [`warning ${text.indexOf('foo;')} foo`]);
    assert.deepEqual(await places(text, "'mine.foo' was removed"), [`warning ${text.indexOf('foo; }')} foo`]);
    assert.deepEqual(await places('{ inherit (x) foo; }', "'foo' was renamed to 'bar'"), ['warning 14 foo']);
    assert.deepEqual(await places('{ foo, ... }: 1', 'foo is deprecated'), ['warning 2 foo']);
    assert.deepEqual(await places('{ bar = 1; }', "'foo' was renamed to 'bar'"), []);
  });

  it('stands at the string of the text that is printed', async () => {
    const text = 'lib.warn "foo is deprecated" foo';
    assert.deepEqual(await places(text, 'foo is deprecated'), ['information 9 "foo is deprecated"']);
  });

  it('stands there once, however often it was printed', async () => {
    assert.equal((await places('foo', 'foo is deprecated', 'foo is deprecated')).length, 1);
  });
});
