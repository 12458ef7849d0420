import assert from 'node:assert/strict';
import fc from 'fast-check';
import { documentLineOf, logLineOf } from '../../../server/src/protocol/logPlaces';

describe('a line of a log and of its document', () => {
  it('lead to each other, however many headings were added', () => {
    const headings = fc.array(fc.nat(30), { maxLength: 6 }).map((lines) => lines.sort((a, b) => a - b));
    fc.assert(
      fc.property(headings, fc.nat(40), fc.nat(500), fc.nat(1), (added, shown, first, offset) => {
        const lines = { first, offset, added };
        assert.equal(logLineOf(lines, documentLineOf(lines, first + shown)), first + shown);
      }),
    );
  });

  it('are the next one of a heading and of the line of ours', () => {
    const lines = { first: 100, offset: 1, added: [0, 2] };
    assert.deepEqual(
      [100, 101, 102].map((line) => documentLineOf(lines, line)),
      [2, 3, 5],
    );
    assert.deepEqual(
      [1, 2, 3, 4, 5].map((line) => logLineOf(lines, line)),
      [100, 100, 101, 102, 102],
    );
  });
});
