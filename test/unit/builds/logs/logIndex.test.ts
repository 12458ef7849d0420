import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LogIndexer, type LogIndex } from '../../../../server/src/builds/logs/logIndex';
import { createPhaseLogReader, phaseMark } from '../../../../server/src/builds/phaseLog';

function indexOf(...pieces: readonly (string | Buffer)[]): LogIndex {
  const indexer = new LogIndexer();
  for (const piece of pieces) indexer.feed(Buffer.from(piece));
  return indexer.index();
}

/** Phases with their counts of lines, as the reader of whole logs cuts them. */
function read(log: string): [string, number][] {
  const phases: [string, number][] = [['', 0]];
  const reader = createPhaseLogReader({
    phase: (name) => phases.push([name, 0]),
    line: () => phases.at(-1)![1]++,
  });
  reader.write(log);
  reader.end();
  return phases.filter(([name, lines]) => name !== '' || lines > 0);
}

const counted = ({ sections }: LogIndex) => sections.map(({ phase, lines }) => [phase, lines]);
const heading = (phase: string) => `Running phase: ${phase}\n`;
const announced = (phase: string) => `${heading(phase)}${phaseMark(phase)}\n`;

describe('the index of a log', () => {
  it('says where each phase begins, in bytes and lines', () => {
    const log = `größe\n${announced('buildPhase')}a\nb\n${phaseMark('installPhase')}\nc`;
    const index = indexOf(log);
    assert.deepEqual(index.sections, [
      { phase: '', start: 0, first: 0, lines: 1 },
      { phase: 'buildPhase', start: 8, first: 1, lines: 3 },
      { phase: 'installPhase', start: 8 + announced('buildPhase').length + 4, first: 5, lines: 1 },
    ]);
    assert.equal(index.bytes, Buffer.byteLength(log));
    assert.equal(index.lines, 7);
  });

  it('is the same wherever the bytes are cut, and agrees with the reader of whole logs', () => {
    const piece = fc.constantFrom(
      'a\n',
      'é',
      '\r\n',
      'Running phase: x',
      heading('a'),
      announced('a'),
      announced('b'),
      `${phaseMark('c')}\n`,
      '@nix {}\n',
      'unpacking sources\n',
      'building\n',
      '\n',
      `${phaseMark('bad\nname')}\n`,
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 14 }),
        fc.array(fc.nat(), { maxLength: 3 }),
        (pieces, cuts) => {
          const log = pieces.join('');
          const bytes = Buffer.from(log);
          const at = cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b);
          const parts = [0, ...at].map((start, index) => bytes.subarray(start, at[index] ?? bytes.length));
          const index = indexOf(...parts);
          assert.deepEqual(index, indexOf(log));
          assert.deepEqual(counted(index), read(log));
          assert.equal(index.lines, log === '' ? 0 : log.replace(/\n$/, '').split('\n').length);
        },
      ),
      { numRuns: 400 },
    );
  });

  describe('of hooks', () => {
    /** Text, and hooks that begin (`+NAME`) and end (`-NAME`) between. */
    const hooksIn = (...parts: readonly string[]) => {
      const indexer = new LogIndexer();
      for (const part of parts) {
        if (/^[+-]\w+$/.test(part)) indexer.hook(part.slice(1), part.startsWith('-'));
        else indexer.feed(Buffer.from(part));
      }
      return (indexer.index().hooks ?? []).map(({ name, section, first, last }) => [
        name,
        section,
        first,
        last,
      ]);
    };

    it('has the lines that each printed, its entries together', () => {
      const begins = announced('buildPhase');
      assert.deepEqual(
        hooksIn(
          begins,
          '+preBuild',
          'a\nb\n',
          '-preBuild',
          '+preBuild',
          'c\n',
          '-preBuild',
          'd\n',
          '+postBuild',
          '-postBuild',
        ),
        [['preBuild', 0, 1, 3]],
      );
      assert.deepEqual(hooksIn('before\n', begins, 'x', '+preBuild', ' y\nz', '-preBuild', ' w\n'), [
        ['preBuild', 1, 1, 2],
      ]);
    });

    it('has one within another, and one that failed to the end of its phase', () => {
      assert.deepEqual(
        hooksIn(
          announced('a'),
          '+out',
          '1\n',
          '+in',
          '2\n',
          '-in',
          '3\n',
          '-out',
          '+bad',
          '4\n5\n',
          announced('b'),
          '6\n',
          '+last',
          '7',
        ),
        [
          ['in', 0, 2, 2],
          ['out', 0, 1, 3],
          ['bad', 0, 4, 5],
          ['last', 1, 2, 2],
        ],
      );
    });

    it('has none before the first phase, and none that never began', () => {
      assert.deepEqual(hooksIn('+early', '-early', '-never', 'x\n', announced('a'), 'y\n', '-early'), []);
    });
  });

  it('has a place for every so many lines, and bounds what a build announces', () => {
    const { checkpoints, sections } = indexOf('line\n'.repeat(10_000));
    assert.deepEqual(checkpoints, [0, 4096 * 5, 8192 * 5]);
    assert.equal(sections.length, 1);
    assert.equal(indexOf(`${phaseMark('x')}\n`.repeat(50_000)).sections.length, 2000);
  });
});
