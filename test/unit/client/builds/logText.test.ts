import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ActivityEvent } from '../../../../server/src/protocol/messages';
import { ActivityLog, phaseHeading, PlainText } from '../../../../client/src/builds/logText';
import { failure } from '../sample';

function plain(...chunks: readonly string[]): string {
  const text = new PlainText();
  return chunks.map((chunk) => text.push(chunk)).join('');
}

describe('output without terminal control', () => {
  it('has no colours, titles, bells or NULs', () => {
    assert.equal(plain('\x1b[1;31mred\x1b[0m \x1b]0;title\x07x\x00y\x07\n'), 'red xy\n');
  });

  it('has no carriage returns', () => {
    assert.equal(plain('a\r\nb\r\r\nc\rd\n'), 'a\nb\nc\nd\n');
  });

  it('keeps text that is not ASCII', () => {
    assert.equal(plain('gcc: ‘x’ 🎉\n'), 'gcc: ‘x’ 🎉\n');
  });

  it('is the same wherever the output is cut', () => {
    const piece = fc.constantFrom('\x1b[31m', '\x1b[0m', '\x1b]0;t\x07', '\r\n', '\n', 'text', '\x1b(', 'ü');
    fc.assert(
      fc.property(fc.array(piece), fc.nat(), fc.nat(), (pieces, first, second) => {
        const whole = `${pieces.join('')}\n`;
        const [a, b] = [first % whole.length, second % whole.length].sort((x, y) => x - y) as [
          number,
          number,
        ];
        assert.equal(plain(whole.slice(0, a), whole.slice(a, b), whole.slice(b)), plain(whole));
      }),
    );
  });

  it('does not hold back a sequence that never ends', () => {
    assert.ok(plain(`\x1b]0;${'x'.repeat(10_000)}`).length > 5000);
  });
});

describe('the log of an activity', () => {
  const log = (...events: readonly ActivityEvent[]) => {
    const writer = new ActivityLog();
    return events.map((event) => writer.render(event)).join('');
  };

  it('heads each phase on a line of its own', () => {
    const text = log(
      { type: 'phaseStarted', phase: 'buildPhase' },
      { type: 'output', phase: 'buildPhase', text: 'no newline' },
      { type: 'phaseFinished', phase: 'buildPhase', status: 'ok', seconds: 1.2, lines: 1 },
      { type: 'phaseStarted', phase: 'installPhase' },
    );
    assert.equal(
      text,
      `${phaseHeading('buildPhase')}\nno newline\n✓ buildPhase 1.2 s\n${phaseHeading('installPhase')}\n`,
    );
  });

  it('leaves out the line by which stdenv announces the phase, wherever it is cut', () => {
    const output = (text: string) => ({ type: 'output', phase: 'buildPhase', text }) as const;
    const announced = 'Running phase: buildPhase\n';
    for (let cut = 0; cut <= announced.length; cut++) {
      const text = log(
        { type: 'phaseStarted', phase: 'buildPhase' },
        ...[announced.slice(0, cut), `${announced.slice(cut)}made\n`, announced].map(output),
      );
      assert.equal(text, `${phaseHeading('buildPhase')}\nmade\n${announced}`);
    }
  });

  it('keeps what only begins as that line does', () => {
    const finished = { type: 'phaseFinished', phase: 'p', status: 'ok', seconds: 1, lines: 1 } as const;
    const text = (said: string) =>
      log({ type: 'phaseStarted', phase: 'p' }, { type: 'output', phase: 'p', text: said }, finished);
    const end = '✓ p 1.0 s\n';
    assert.equal(text('Running'), `${phaseHeading('p')}\nRunning\n${end}`);
    assert.equal(text('Running phase: p'), `${phaseHeading('p')}\n${end}`);
    assert.equal(text('Running phase: pq\n'), `${phaseHeading('p')}\nRunning phase: pq\n${end}`);
  });

  it('ends with the reason of a failure', () => {
    const text = log({ type: 'finished', status: 'failed', seconds: 61, failure: failure() });
    assert.equal(text, '✗ failed in 1 min 1 s: buildPhase failed.\n\n');
  });
});
