/** What tells whether a file on the disk is still what it was. */
import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';

/** Larger files are not read: nobody wrote them. */
const largestFile = 4 * 1024 * 1024;

/** Another one when the text is another one; null for what is no file, or too large to be read. */
export function stampOf(stats: Stats): string | null {
  return stats.isFile() && stats.size <= largestFile ? `${stats.mtimeMs} ${stats.size} ${stats.ino}` : null;
}

/** Null also where nothing is. */
export async function fileStamp(path: string): Promise<string | null> {
  const found = await stat(path).catch(() => null);
  return found === null ? null : stampOf(found);
}
