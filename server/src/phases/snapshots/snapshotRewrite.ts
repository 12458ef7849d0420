/** A path in a tree replaced by another of the same length, in contents and link targets. Pure. */
import type { SnapshotEntry } from './snapshotManifest';

export interface PathRewrite {
  readonly from: string;
  /** As long as `from`: nothing in a file may move. */
  readonly to: string;
}

/** The same bytes in chunks, rewritten; also what stands across the border of two chunks. */
export async function* rewriteChunks(
  chunks: AsyncIterable<Buffer>,
  rewrite: PathRewrite | null,
): AsyncGenerator<Buffer> {
  if (rewrite === null) {
    yield* chunks;
    return;
  }
  const from = Buffer.from(rewrite.from, 'latin1');
  const to = Buffer.from(rewrite.to, 'latin1');
  if (from.length !== to.length) throw new Error(`${rewrite.from} and ${rewrite.to} differ in length`);
  let held = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = Buffer.concat([held, chunk]);
    for (let at = bytes.indexOf(from); at >= 0; at = bytes.indexOf(from, at + from.length))
      to.copy(bytes, at);
    const ready = Math.max(0, bytes.length - from.length + 1);
    held = bytes.subarray(ready);
    yield bytes.subarray(0, ready);
  }
  yield held;
}

/** The entry with its link's target rewritten. */
export function rewriteTarget(entry: SnapshotEntry, rewrite: PathRewrite | null): SnapshotEntry {
  if (rewrite === null || entry.target === '') return entry;
  return { ...entry, target: entry.target.replaceAll(rewrite.from, rewrite.to) };
}
