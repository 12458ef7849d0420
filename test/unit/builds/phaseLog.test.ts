import { deepEqual, equal } from 'node:assert/strict';
import fc from 'fast-check';
import {
  announcedPhase,
  isPhaseName,
  createPhaseLogReader,
  overwritten,
  phaseMark,
  withoutColours,
} from '../../../server/src/builds/phaseLog';

/** The log cut by phase, written in the given pieces. */
function cut(pieces: readonly string[]): (readonly [string, readonly string[]])[] {
  const phases: [string, string[]][] = [['', []]];
  const reader = createPhaseLogReader({
    phase: (name) => phases.push([name, []]),
    line: (text) => phases.at(-1)?.[1].push(text),
  });
  for (const piece of pieces) reader.write(piece);
  reader.end();
  return phases;
}

const mark = (phase: string): string => `@nix { "action": "setPhase", "phase": "${phase}" }\n`;

describe('phase log', () => {
  it('cuts at announcements and takes them out', () => {
    deepEqual(cut([`before\n${mark('unpackPhase')}a\nb\n${mark('buildPhase')}c`]), [
      ['', ['before']],
      ['unpackPhase', ['a', 'b']],
      ['buildPhase', ['c']],
    ]);
  });

  it('gives the heading to the phase that it announces', () => {
    deepEqual(
      cut([`Running phase: unpackPhase\n${mark('unpackPhase')}x\nRunning phase: p\n${mark('p')}y\n`]),
      [
        ['', []],
        ['unpackPhase', ['Running phase: unpackPhase', 'x']],
        ['p', ['Running phase: p', 'y']],
      ],
    );
  });

  it('takes a heading for plain output once the log has announcements', () => {
    deepEqual(cut([`${mark('buildPhase')}Running phase: forged\nx\n`]), [
      ['', []],
      ['buildPhase', ['Running phase: forged', 'x']],
    ]);
  });

  it('cuts at headings when there are no announcements', () => {
    deepEqual(cut(['Running phase: unpackPhase\nx\nRunning phase: buildPhase\n']), [
      ['', []],
      ['unpackPhase', ['Running phase: unpackPhase', 'x']],
      ['buildPhase', ['Running phase: buildPhase']],
    ]);
  });

  it('cuts at the headings of older stdenvs, which must come in order', () => {
    deepEqual(cut(['building\nunpacking sources\nx\nbuilding\ny\nconfiguring\n']), [
      ['', ['building']],
      ['unpackPhase', ['unpacking sources', 'x']],
      ['buildPhase', ['building', 'y', 'configuring']],
    ]);
  });

  it('keeps lines that only look like announcements', () => {
    const lines = [
      '@nix',
      '@nix {',
      '@nix null',
      '@nix {"action":"setPhase"}',
      'x @nix {"action":"setPhase"}',
    ];
    deepEqual(cut([lines.join('\n')]), [['', lines]]);
    equal(announcedPhase('@nix {"action":"setPhase","phase":7}'), null);
  });

  it('reads the announcement that it writes, and takes what no stdenv announces for output', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), (name) => {
        equal(announcedPhase(phaseMark(name)), isPhaseName(name) ? name : null);
      }),
    );
    for (const name of ['', '\n', 'a\u001b[2J', 'x'.repeat(201)]) equal(isPhaseName(name), false);
    for (const name of ['buildPhase', 'my phase é']) equal(isPhaseName(name), true);
  });

  it('gives the same lines however the text is cut', () => {
    const text = `a\r\nb\rc\n\n${mark('x')}Running phase: y\n${mark('y')}\u0000é😀\nend`;
    const whole = cut([text]);
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 8 }), (places) => {
        const ends = [...places].sort((a, b) => a - b);
        deepEqual(
          cut([...ends, text.length].map((end, index) => text.slice(ends[index - 1] ?? 0, end))),
          whole,
        );
      }),
    );
  });

  it('shows a line with carriage returns as a terminal does', () => {
    equal(overwritten(['10%', '20%', '']), '20%');
    equal(overwritten(['a long line', 'A']), 'A long line');
    deepEqual(cut(['windows\r\n']), [['', ['windows']]]);
  });

  it('reads a line of 10 MB that comes in small pieces, full of carriage returns', () => {
    const piece = 'progress\r'.repeat(1000);
    const pieces = Array.from({ length: 1200 }, () => piece);
    deepEqual(cut([...pieces, '\nend\n']), [['', ['progress', 'end']]]);
  });

  it('removes colours and other terminal escapes', () => {
    equal(withoutColours('\u001b[1;31merror:\u001b[0m \u001b]0;title\u0007x\u001bM'), 'error: x');
  });
});
