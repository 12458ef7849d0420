import assert from 'node:assert/strict';
import { rewriteChunks } from '../../../server/src/phases/snapshots/snapshotRewrite';

describe('a path rewritten in chunks', () => {
  const rewritten = async (chunks: readonly string[]) => {
    async function* given() {
      for (const chunk of chunks) yield await Promise.resolve(Buffer.from(chunk, 'latin1'));
    }
    const parts: Buffer[] = [];
    for await (const chunk of rewriteChunks(given(), { from: '/tmp/abc', to: '/tmp/xyz' })) parts.push(chunk);
    return Buffer.concat(parts).toString('latin1');
  };

  it('is found wherever the chunks end', async () => {
    const text = '\xff/tmp/abc/build /tmp/abx /tmp/abc';
    const expected = text.replaceAll('/tmp/abc', '/tmp/xyz');
    for (let at = 0; at <= text.length; at++) {
      assert.equal(await rewritten([text.slice(0, at), text.slice(at)]), expected, String(at));
    }
    assert.equal(await rewritten(Array.from(text)), expected);
  });

  it('leaves what is shorter, and nothing', async () => {
    assert.equal(await rewritten(['/tmp']), '/tmp');
    assert.equal(await rewritten([]), '');
  });
});
