import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { OutputBuffer } from '../../../server/src/features/outputBuffer';
import type { ActivityEvent } from '../../../server/src/protocol/messages';

describe('output on its way to the client', () => {
  const sent: { readonly at: number; readonly event: ActivityEvent }[] = [];
  let buffer: OutputBuffer;
  beforeEach(() => {
    sent.length = 0;
    buffer = new OutputBuffer((event) => sent.push({ at: performance.now(), event }));
  });
  const write = (text: string): void => buffer.write({ type: 'output', phase: 'buildPhase', text });
  const texts = () => sent.map(({ event }) => (event.type === 'output' ? event.text : event.type));

  it('comes seldom while more is printed than is shown, and soon again once it is less', async () => {
    const line = `${'x'.repeat(99)}\n`;
    const begun = performance.now();
    while (performance.now() - begun < 1100) {
      write(line.repeat(1000));
      await pause(10);
    }
    // Two when it begins, then one for each quarter of a second.
    assert.ok(sent.length <= 2 + Math.ceil((performance.now() - begun) / 250), `${sent.length} messages`);
    assert.ok(sent.length >= 3);
    write('the last\n');
    await pause(400);
    assert.ok(texts().at(-1)?.endsWith('the last\n'));
    write('calm\n');
    await pause(60);
    const before = sent.length;
    write('one\n');
    await pause(150);
    write('two\n');
    await pause(150);
    assert.deepEqual(texts().slice(before), ['one\n', 'two\n']);
  });

  it('is sent before whatever else happens', () => {
    write('first\n');
    buffer.write({ type: 'notice', text: 'second' });
    assert.deepEqual(texts(), ['first\n', 'notice']);
  });
});
