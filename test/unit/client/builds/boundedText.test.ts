import assert from 'node:assert/strict';
import { BoundedLog } from '../../../../client/src/builds/boundedLog';
import { BoundedText } from '../../../../client/src/builds/boundedText';

const lines = (count: number) => Array.from({ length: count }, (_, n) => `line ${n} é\n`);

describe('a long log in an output channel', () => {
  it('is shown as it comes while it is short', () => {
    const text = new BoundedText(1000, 100);
    const all = lines(20);
    assert.equal(all.map((line) => text.push(line)).join('') + text.end(), all.join(''));
  });

  it('says that it is cut where it is, and goes on with its end', () => {
    const text = new BoundedText(1000, 100);
    const all = lines(1000);
    const pushed = all.map((line) => text.push(line)).join('');
    const [before, words] = pushed.split('… This log');
    assert.ok(all.join('').startsWith(before ?? '-'));
    assert.ok(Buffer.byteLength(before ?? '') <= 1000 && Buffer.byteLength(before ?? '') > 980);
    assert.match(words ?? '', /^ is longer than 1\.0 kB: .* Open Log has all of it\. …\n$/);
    const end = text.end();
    const [notice, ...tail] = end.split(/(?<=\n)/);
    assert.match(notice ?? '', /^… 11 kB are left out; the end of the log: …\n$/);
    assert.ok(all.join('').endsWith(tail.join('')) && tail.length > 5);
    const kept = Buffer.byteLength(before ?? '') + Buffer.byteLength(tail.join(''));
    assert.ok(kept < 1200);
  });

  it('of an activity ends with its last words, and counts what was written', () => {
    const log = new BoundedLog(1000);
    const output = (text: string) => log.render({ type: 'output', phase: 'p', text });
    const written = lines(200_000).map(output).join('');
    const end = log.render({ type: 'finished', status: 'ok', seconds: 1, failure: null });
    assert.match(written, /is longer than 1\.0 kB/);
    assert.match(end, /are left out; the end of the log: …\n[\s\S]*line 199999 é\n✓ done in 1\.0 s\n\n$/);
    assert.equal(log.size, Buffer.byteLength(written + end));
  });

  it('is cut also when it comes in one piece, or has no lines', () => {
    assert.match(new BoundedText(100, 10).push('x'.repeat(1000)), /^… This log/);
    const text = new BoundedText(100, 30);
    assert.match(text.push(lines(100).join('')), /^line 0 é\n(line \d é\n)+… This log/);
    assert.match(text.end(), /line 99 é\n$/);
  });

  it('of a hundred megabytes needs little memory', () => {
    const text = new BoundedText();
    const piece = 'x'.repeat(99).concat('\n').repeat(1000);
    let shown = 0;
    for (let n = 0; n < 1000; n++) shown += text.push(piece).length;
    const end = text.end();
    assert.ok(shown > 19_900_000 && shown < 20_001_000 && end.length < 1_100_000);
    assert.match(end, /^… 79 MB are left out/);
  });
});
