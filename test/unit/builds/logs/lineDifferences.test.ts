import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  differingParts,
  lineHash,
  type PartLimits,
} from '../../../../server/src/builds/logs/lineDifferences';

const hashed = (lines: readonly string[]) => ({
  hashes: lines.map(lineHash),
  units: lines.map(({ length }) => length),
});
const parts = (older: readonly string[], newer: readonly string[], limits: PartLimits) =>
  differingParts(hashed(older), hashed(newer), limits);
const roomy = { lines: 1000, units: 1_000_000 };
const numbered = (count: number) => Array.from({ length: count }, (_, n) => `line ${n}`);

describe('the parts in which two long texts differ', () => {
  it('are none of the same texts, and one around a change', () => {
    const older = numbered(10_000);
    assert.deepEqual(parts(older, older, roomy), []);
    const newer = older.toSpliced(5000, 1, 'other', 'more');
    assert.deepEqual(parts(older, newer, roomy), [
      { older: { first: 4990, end: 5011 }, newer: { first: 4990, end: 5012 } },
    ]);
  });

  it('leave out what is the same between changes that are far apart', () => {
    const older = numbered(100_000);
    const newer = older.with(10, 'first').toSpliced(50_000, 0, 'inserted').with(99_000, 'last');
    const found = parts(older, newer, roomy);
    const lines = found.reduce((sum, { older: span }) => sum + span.end - span.first, 0);
    assert.ok(found.length >= 3 && lines < 4000, `${found.length} parts of ${lines} lines`);
    assert.ok(found.some(({ newer: span }) => span.first <= 50_000 && span.end > 50_000));
  });

  it('cover all that differs, in order, and are within the limits', () => {
    const line = fc.constantFrom('a', 'b', 'c', 'd', 'longer line', ...numbered(30));
    const text = fc.array(line, { maxLength: 120 });
    const limits = fc.record({
      lines: fc.integer({ min: 1, max: 40 }),
      units: fc.integer({ min: 1, max: 300 }),
    });
    fc.assert(
      fc.property(text, text, limits, (older, newer, most) => {
        let at = { older: 0, newer: 0 };
        for (const part of parts(older, newer, most)) {
          const between = {
            older: older.slice(at.older, part.older.first),
            newer: newer.slice(at.newer, part.newer.first),
          };
          // The lines around two parts may be shown in both.
          if (part.older.first >= at.older && part.newer.first >= at.newer)
            assert.deepEqual(between.older, between.newer);
          for (const span of [part.older, part.newer])
            assert.ok(span.end - span.first <= most.lines + 20, `${span.first} to ${span.end}`);
          at = { older: part.older.end, newer: part.newer.end };
        }
        assert.deepEqual(older.slice(at.older), newer.slice(at.newer));
      }),
      { numRuns: 1000 },
    );
  });

  it('are found in a million lines in a moment', function () {
    this.timeout(30_000);
    const older = hashed(numbered(1_000_000));
    const newer = {
      hashes: older.hashes.map((hash, n) => (n % 100_000 === 5 ? hash + 1 : hash)),
      units: older.units,
    };
    assert.equal(differingParts(older, newer, { lines: 50_000, units: 5_000_000 }).length, 10);
  });
});
