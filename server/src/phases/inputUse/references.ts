/** Which store paths a tree refers to, found as Nix finds it: by the hash parts in names, link targets and contents. */
import { open, lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';

const chunkBytes = 1024 * 1024;
const hashLength = 32;

/** Those of the hash parts that are in the tree. Rejects when it cannot be read, or the signal was aborted. */
export async function hashesIn(
  tree: string,
  hashes: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const look = (bytes: Buffer): void => {
    for (const hash of hashes) if (!found.has(hash) && bytes.includes(hash, 0, 'latin1')) found.add(hash);
  };
  for await (const { path, kind } of entriesOf(tree, signal)) {
    look(Buffer.from(path.slice(tree.length)));
    if (kind === 'link') look(await readlink(path, { encoding: 'buffer' }));
    if (kind === 'file') await eachChunk(path, look);
  }
  return found;
}

/** Those of the hash parts that the first lines of the tree's scripts name: which interpreter the kernel starts is seen nowhere else. */
export async function hashesInScripts(
  tree: string,
  hashes: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for await (const { path, kind, executable } of entriesOf(tree, signal)) {
    if (kind !== 'file' || !executable) continue;
    const line = await firstBytes(path);
    if (!line.startsWith('#!')) continue;
    for (const hash of hashes) if (line.includes(hash)) found.add(hash);
  }
  return found;
}

interface Entry {
  readonly path: string;
  readonly kind: 'file' | 'link' | 'other';
  readonly executable: boolean;
}

async function* entriesOf(tree: string, signal: AbortSignal): AsyncGenerator<Entry> {
  const waiting = [tree];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    signal.throwIfAborted();
    const stats = await lstat(path);
    const kind = stats.isFile() ? 'file' : stats.isSymbolicLink() ? 'link' : 'other';
    yield { path, kind, executable: (stats.mode & 0o111) !== 0 };
    if (stats.isDirectory()) for (const name of await readdir(path)) waiting.push(join(path, name));
  }
}

/** Chunks overlap, so that no hash lies between two. */
async function eachChunk(path: string, look: (bytes: Buffer) => void): Promise<void> {
  const handle = await open(path);
  try {
    const buffer = Buffer.alloc(chunkBytes + hashLength);
    let kept = 0;
    for (;;) {
      const { bytesRead } = await handle.read(buffer, kept, chunkBytes, null);
      if (bytesRead === 0) return;
      const filled = kept + bytesRead;
      look(buffer.subarray(0, filled));
      kept = Math.min(filled, hashLength - 1);
      buffer.copyWithin(0, filled - kept, filled);
    }
  } finally {
    await handle.close();
  }
}

async function firstBytes(path: string): Promise<string> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(512), 0, 512, 0);
    return buffer.toString('latin1', 0, bytesRead).split('\n', 1)[0] ?? '';
  } finally {
    await handle.close();
  }
}
