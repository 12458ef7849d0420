/** Compares two outputs byte for byte, in what Nix keeps of files: kind, content, executable bit, link target. */
import { lstat, open, readdir, readlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Stats } from 'node:fs';
import { buildIdSpan, type ByteSpan } from './buildId';

const mostDifferences = 50;
const chunkBytes = 1024 * 1024;

export interface TreeDifference {
  /** A sentence. */
  readonly words: string;
  /** The files are the same but for their build IDs, which hash what the linker was given. */
  readonly isBuildIdOnly: boolean;
}

/**
 * The differences of two trees, at most 50; empty when they are the same. `name` is what sentences call the root, `other` what made the
 * second tree. Rejects when aborted or when a tree cannot be read.
 */
export async function compareTrees(
  name: string,
  ours: string,
  real: string,
  signal: AbortSignal,
  other = 'real build',
): Promise<readonly TreeDifference[]> {
  const differences: TreeDifference[] = [];
  const waiting = [''];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    signal.throwIfAborted();
    if (differences.length >= mostDifferences) return differences;
    const shown = path === '' ? name : `${name}/${path}`;
    const pair = { ours: join(ours, path), real: join(real, path), other };
    const [a, b] = [await statOf(pair.ours), await statOf(pair.real)];
    const difference = await entryDifference(shown, pair, a, b);
    if (difference !== null) differences.push({ words: difference, isBuildIdOnly: false });
    else if (a?.isFile() === true) differences.push(...(await contentDifference(shown, pair, signal)));
    else if (a?.isDirectory() === true) waiting.push(...(await childrenOf(path, pair)));
  }
  return differences;
}

interface Pair {
  readonly ours: string;
  readonly real: string;
  /** What made `real`, e.g. `real build`. */
  readonly other: string;
}

async function statOf(path: string): Promise<Stats | null> {
  return lstat(path).catch(() => null);
}

async function childrenOf(path: string, pair: Pair): Promise<readonly string[]> {
  const names = new Set([...(await readdir(pair.ours)), ...(await readdir(pair.real))]);
  return [...names]
    .sort()
    .reverse()
    .map((name) => join(path, name));
}

async function entryDifference(
  shown: string,
  pair: Pair,
  ours: Stats | null,
  real: Stats | null,
): Promise<string | null> {
  if (ours === null && real === null) return `${shown} is missing on both sides.`;
  if (ours === null) return `${shown} is missing; the ${pair.other} makes it.`;
  if (real === null) return `${shown} is not in the ${pair.other}.`;
  const [kind, realKind] = [kindOf(ours), kindOf(real)];
  if (kind !== realKind) return `${shown} is a ${kind}; in the ${pair.other} it is a ${realKind}.`;
  if (ours.isSymbolicLink()) {
    const [to, realTo] = [await readlink(pair.ours), await readlink(pair.real)];
    return to === realTo ? null : `${shown} links to ${to}; in the ${pair.other} to ${realTo}.`;
  }
  if (!ours.isFile()) return null;
  if ((ours.mode & 0o100) !== (real.mode & 0o100)) {
    return `${shown} is ${(ours.mode & 0o100) === 0 ? 'not ' : ''}executable, unlike in the ${pair.other}.`;
  }
  return ours.size === real.size
    ? null
    : `${shown} has ${ours.size} bytes; in the ${pair.other} ${real.size}.`;
}

function kindOf(stats: Stats): string {
  if (stats.isSymbolicLink()) return 'link';
  if (stats.isDirectory()) return 'folder';
  return stats.isFile() ? 'file' : 'special file';
}

/** Of two files of the same size. */
async function contentDifference(shown: string, pair: Pair, signal: AbortSignal): Promise<TreeDifference[]> {
  const [ours, real] = [await open(pair.ours), await open(pair.real)];
  try {
    const at = await firstDifference(ours, real, [], signal);
    if (at === null) return [];
    const ids = [await buildIdSpan(ours), await buildIdSpan(real)].flatMap((span) => span ?? []);
    const apart = ids.length === 0 ? at : await firstDifference(ours, real, ids, signal);
    if (apart === null) return [{ words: `${shown} has another build ID.`, isBuildIdOnly: true }];
    return [{ words: `${shown} differs from the ${pair.other} at byte ${apart}.`, isBuildIdOnly: false }];
  } finally {
    await ours.close();
    await real.close();
  }
}

async function firstDifference(
  ours: FileHandle,
  real: FileHandle,
  ignored: readonly ByteSpan[],
  signal: AbortSignal,
): Promise<number | null> {
  const [a, b] = [Buffer.alloc(chunkBytes), Buffer.alloc(chunkBytes)];
  for (let position = 0; ;) {
    signal.throwIfAborted();
    const { bytesRead } = await ours.read(a, 0, chunkBytes, position);
    const other = await real.read(b, 0, chunkBytes, position);
    const length = Math.min(bytesRead, other.bytesRead);
    for (const { start, end } of ignored) {
      for (const bytes of [a, b]) bytes.fill(0, clamped(start - position), clamped(end - position));
    }
    if (!a.subarray(0, length).equals(b.subarray(0, length))) {
      for (let index = 0; index < length; index++) if (a[index] !== b[index]) return position + index;
    }
    if (bytesRead !== other.bytesRead && length === 0) return position;
    if (length === 0) return null;
    position += length;
  }
}

function clamped(index: number): number {
  return Math.min(Math.max(index, 0), chunkBytes);
}
