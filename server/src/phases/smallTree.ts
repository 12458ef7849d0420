/** Removes small trees in our own process: starting a program for it takes longer than the work. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

const fewEntries = 60;

/** False when the tree is larger, or something in it could not be removed; nothing there is fine. */
export async function removeSmallTree(path: string): Promise<boolean> {
  try {
    if (!(await isSmall(path))) return false;
    await rm(path, { recursive: true, force: true });
    return true;
  } catch {
    return false;
  }
}

async function isSmall(path: string): Promise<boolean> {
  let left = fewEntries;
  const folders = [path];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    left -= entries.length;
    if (left < 0) return false;
    for (const entry of entries) if (entry.isDirectory()) folders.push(join(folder, entry.name));
  }
  return true;
}
