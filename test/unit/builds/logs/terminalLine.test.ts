import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TerminalLines } from '../../../../server/src/builds/logs/terminalLine';

const read = (raw: string) => new TerminalLines().read(raw);
const text = (raw: string) => read(raw).text;

describe('a line of a log', () => {
  it('is what a terminal shows at its end', () => {
    assert.equal(text('  1%\r 50%\r100%'), '100%');
    assert.equal(text('longer\rshort'), 'shortr');
    assert.equal(text('longer\r\u001b[Kshort'), 'short');
    assert.equal(text('abc\b\bX'), 'aXc');
    assert.equal(text('done\r'), 'done');
    assert.equal(text('\u001b[2K\u001b[1G[3/7] Linking'), '[3/7] Linking');
    assert.equal(text('ab\u001b[3Cc'), 'ab   c');
    assert.equal(text('abcd\u001b[2DX'), 'abXd');
    assert.equal(text('abc\u001b[1Kd'), '   d');
  });

  it('is readable when the cursor leaves it, and after what no terminal knows', () => {
    assert.equal(text('\u001b[1A\u001b[2Kone\u001b[5B'), 'one');
    assert.equal(text('\u001b]0;title\u0007x\u001b]8;;http://a\u001b\\link\u001b]8;;\u001b\\'), 'xlink');
    assert.equal(text('\u001b(Ba\u001b=b\u001b['), 'ab');
    assert.equal(text('a\u0000b\u0007c\u0001'), 'a␀bc␁');
    assert.equal(text('a\u2028b\u000cc'), 'a␤b␌c');
  });

  it('has its colours beside the text, as they stand at its end', () => {
    assert.deepEqual(read('\u001b[31mred\u001b[0m plain \u001b[1;38;5;208mbold').spans, [
      { start: 0, end: 3, style: 'fg:1' },
      { start: 10, end: 14, style: 'bold fg:#ff8700' },
    ]);
    assert.deepEqual(read('\u001b[32m10%\r\u001b[39m20%').spans, []);
    assert.deepEqual(read('\u001b[48;2;1;2;3;93mx').spans, [{ start: 0, end: 1, style: 'fg:11 bg:#010203' }]);
  });

  it('goes on in the colour in which the line before it ended', () => {
    const lines = new TerminalLines();
    lines.read('\u001b[33mone');
    assert.deepEqual(lines.read('two').spans, [{ start: 0, end: 3, style: 'fg:3' }]);
    lines.read('\u001b[m');
    assert.deepEqual(lines.read('three').spans, []);
  });

  it('is cut when it is very long, and of a bar of ten megabytes the last state is left', () => {
    assert.match(text('x'.repeat(10_000_000)), /^x{10000} … 9990000 more characters$/);
    assert.match(
      text(`\u001b[1m${'x'.repeat(100_000)}`),
      /^x{10000} … 90004 more characters$|^x+ … \d+ more/,
    );
    const bar = Array.from({ length: 1_000_000 }, (_, n) => `${n} of 999999`).join('\r');
    assert.equal(text(`${bar}\r`), '999999 of 999999');
  });

  it('never fails, never has control characters, and its spans lie in it', () => {
    const piece = fc.constantFrom(
      '\u001b[',
      '\u001b',
      '31',
      ';',
      'm',
      'K',
      'G',
      '\r',
      '\b',
      'ü',
      '😀',
      'x',
      '\u0000',
      ']',
      '\u0007',
      '9999999999',
      'C',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const line = read(pieces.join(''));
        // eslint-disable-next-line no-control-regex -- there must be none
        assert.doesNotMatch(line.text, /[\u0000-\u0008\u000a-\u001f\u007f]/);
        for (const { start, end } of line.spans) assert.ok(start < end && end <= line.text.length);
      }),
    );
  });
});
