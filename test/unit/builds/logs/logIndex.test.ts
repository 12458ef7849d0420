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

  it('has a place for every so many lines, and bounds what a build announces', () => {
    const { checkpoints, sections } = indexOf('line\n'.repeat(10_000));
    assert.deepEqual(checkpoints, [0, 4096 * 5, 8192 * 5]);
    assert.equal(sections.length, 1);
    assert.equal(indexOf(`${phaseMark('x')}\n`.repeat(50_000)).sections.length, 2000);
  });
});
