/** Puts the store directory back where the work directory stood for it. Pure, length-preserving, safe for any bytes. */

/** Replaces `work` by `store` (as long) unless it names the build directory, which a real build leaves in too. */
export function rewriteBytes(bytes: Uint8Array, work: string, store: string): Buffer {
  const result = Buffer.from(bytes);
  rewriteInPlace(result, work, store, result.length);
  return result;
}

/** The same in the buffer itself, for those places that begin before `limit`. */
export function rewriteInPlace(bytes: Buffer, work: string, store: string, limit: number): void {
  const from = Buffer.from(work, 'latin1');
  const to = Buffer.from(store, 'latin1');
  if (from.length !== to.length) throw new Error(`${work} and ${store} differ in length`);
  for (let at = bytes.indexOf(from); at >= 0 && at < limit; at = bytes.indexOf(from, at + from.length)) {
    if (!isBuildDirectory(bytes, at + from.length)) to.copy(bytes, at);
  }
}

/** Puts other hash parts of store paths, as long, where those of output paths stand that begin before `limit`. */
export function rewriteHashes(
  bytes: Buffer,
  hashes: readonly (readonly [string, string])[],
  limit: number,
): void {
  for (const [told, real] of hashes) {
    if (told.length !== real.length) throw new Error(`${told} and ${real} differ in length`);
    for (let at = bytes.indexOf(told); at >= 0 && at < limit; at = bytes.indexOf(told, at + told.length)) {
      bytes.write(real, at, 'latin1');
    }
  }
}

const build = Buffer.from('/build');

function isBuildDirectory(bytes: Buffer, at: number): boolean {
  if (!bytes.subarray(at, at + build.length).equals(build)) return false;
  const after = bytes[at + build.length];
  return after === undefined || !/[A-Za-z0-9+._?=-]/.test(String.fromCharCode(after));
}

/** How many bytes a place needs from its beginning until it can be decided about. */
export function decisionLength(work: string): number {
  return work.length + build.length + 1;
}
