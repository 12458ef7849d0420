/** What `find -printf` says in `findFormat` of an entry, said of its `lstat`. Pure. */
import type { BigIntStats } from 'node:fs';

/** Path and target one byte a character. */
export function recordOf(stats: BigIntStats, path: string, target: string): string {
  return `${stateOf(stats)}\0${path}\0${target}\0`;
}

/** All but path and target. */
export function stateOf(stats: BigIntStats): string {
  const mode = (stats.mode & 0o7777n).toString(8);
  const times = `${time(stats.mtimeNs)} ${time(stats.ctimeNs)}`;
  return `${letterOf(stats)} ${mode} ${stats.size} ${times} ${stats.ino} ${stats.nlink} ${stats.uid} ${stats.gid}`;
}

function letterOf(stats: BigIntStats): string {
  if (stats.isFile()) return 'f';
  if (stats.isDirectory()) return 'd';
  if (stats.isSymbolicLink()) return 'l';
  if (stats.isFIFO()) return 'p';
  if (stats.isSocket()) return 's';
  return stats.isBlockDevice() ? 'b' : 'c';
}

function time(nanoseconds: bigint): string {
  const sign = nanoseconds < 0n ? '-' : '';
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  return `${sign}${size / 1_000_000_000n}.${String(size % 1_000_000_000n).padStart(9, '0')}0`;
}
