import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LineCutter } from '../../../../server/src/builds/logs/lineCutter';
import { TerminalLines } from '../../../../server/src/builds/logs/terminalLine';

const long = 'y'.repeat(70_000);

/** Pieces as short words, so that a counterexample can be read. */
const words: Readonly<Record<string, string>> = { e: 'error: no', r: '\r', n: '\n', x: 'x', L: long };

function cut(pieces: readonly string[]): readonly string[] {
  const cutter = new LineCutter();
  const lines = pieces.flatMap((piece) => cutter.feed(Buffer.from(piece)));
  return [...lines, ...cutter.end()];
}

/** How many characters are left out is not asked for: of what was written over nobody counts. */
const shown = (line: string) => new TerminalLines().read(line).text.replace(/ … \d+ more characters$/, '');

describe('lines cut from the bytes of a log', () => {
  it('keep what is shown of a long one, whatever returns it ends with', () => {
    for (const end of ['', '\r', '\r\r', '\r\r\r']) {
      assert.equal(
        shown(cut([`error: ${long}${end}`])[0] ?? '').slice(0, 8),
        'error: y',
        JSON.stringify(end),
      );
      assert.equal(shown(cut([`error: ${long}`, end])[0] ?? '').slice(0, 8), 'error: y', JSON.stringify(end));
    }
  });

  it('are of a long one what was written over it last, also when the return came before', () => {
    assert.deepEqual(cut([`${long}\r`, 'done']).map(shown), ['done']);
    assert.deepEqual(cut([long, '\r', '\r', 'done\r\n', 'x']).map(shown), ['done', 'x']);
  });

  it('show the same however the bytes come', () => {
    const word = fc.constantFrom(...Object.keys(words));
    fc.assert(
      fc.property(fc.array(fc.array(word, { maxLength: 4 }), { maxLength: 8 }), (chunks) => {
        const pieces = chunks.map((chunk) => chunk.map((key) => words[key] ?? '').join(''));
        const text = pieces.join('');
        const whole = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
        const wanted = text === '' ? [] : whole.map((line) => shown(line.replace(/\r$/, '')));
        assert.deepEqual(cut(pieces).map(shown), wanted);
      }),
      { numRuns: 300 },
    );
  });
});
