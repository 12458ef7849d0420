import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Printable } from '../../../../client/src/builds/printable';

const all = (...pieces: readonly string[]) => {
  const printable = new Printable();
  return pieces.map((piece) => printable.push(piece)).join('');
};

describe('output of a builder in a terminal', () => {
  it('keeps colours, tabs, returns and newlines', () => {
    const text = 'a\tb \x1b[1;31mred\x1b[0m \x1b[38:5:3mc\x1b[m\r50 %\r100 %\n';
    assert.equal(all(text), text);
  });

  it('cannot move the cursor, clear the screen, reset it, ring, or set its title', () => {
    const text =
      'a\x1b[2Ab\x1b[2Jc\x1bcd\x1b]0;title\x07e\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\f\x07g\x00h\x08i\x9b2Jj\x1bPq\x1b\\k\x1b[?1049hl\x1b(0m';
    assert.equal(all(text), 'abcdelinkfghi2Jjklm');
  });

  it('leaves no escape behind that the next character would complete', () => {
    assert.equal(all('a\x1b\nc'), 'a\nc');
    assert.equal(all('a\x1b', '\nc'), 'a\nc');
  });

  it('says the same wherever it is cut', () => {
    const text = 'x\x1b[31mred\x1b[2Ky\x1b]0;t\x07z\x1b[0m\n';
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: text.length }),
        fc.integer({ min: 0, max: text.length }),
        (a, b) => {
          const [first, second] = [Math.min(a, b), Math.max(a, b)];
          assert.equal(all(text.slice(0, first), text.slice(first, second), text.slice(second)), all(text));
        },
      ),
    );
  });

  it('takes time in proportion to its length when a sequence never ends', () => {
    const begun = performance.now();
    const printable = new Printable();
    for (let n = 0; n < 200; n++) printable.push(`\x1b]0;${'x'.repeat(20_000)}`);
    assert.ok(performance.now() - begun < 5000);
  });
});
