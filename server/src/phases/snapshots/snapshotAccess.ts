/** Makes what an ordinary user's phase closed to everybody (`chmod 000`) readable for the time of a look at it. */
import { chmod, lstat, readdir } from 'node:fs/promises';
import type { Result } from '../../result';
import { success } from '../../result';
import { pathIn } from './snapshotTree';
import type { DirectoryWalker, Listing } from './snapshotWalk';

/** Paths to the modes that they had. */
export type OpenedPaths = ReadonlyMap<string, number>;

export interface OpenedListing {
  readonly listing: Listing;
  readonly opened: OpenedPaths;
}

/** As for the system's permission checks: root reads everything. */
export function readsEverything(): boolean {
  return process.geteuid?.() === 0;
}

/** Lists the directory, opening first what cannot be read. `closeAgain` is the caller's to call. For `earlier` see `walk`. */
export async function walkOpened(
  walker: DirectoryWalker,
  directory: string,
  signal: AbortSignal,
  earlier: Listing | null = null,
): Promise<Result<OpenedListing>> {
  const first = await walker.walk(signal, earlier);
  if (readsEverything() || (first.ok && !first.value.entries.some(isClosedFile))) {
    return first.ok ? success({ listing: first.value, opened: new Map() }) : first;
  }
  const opened = await openClosed(directory);
  if (opened.size === 0) return first.ok ? success({ listing: first.value, opened }) : first;
  const second = await walker.walk(signal);
  if (second.ok) return success({ listing: second.value, opened });
  await closeAgain(directory, opened);
  return second;
}

function isClosedFile(entry: Listing['entries'][number]): boolean {
  return entry.type === 'file' && (entry.mode & 0o400) === 0;
}

/** What is not ours stays as it is: the walk says so. */
async function openClosed(directory: string): Promise<OpenedPaths> {
  const opened = new Map<string, number>();
  const left = [''];
  for (let path = left.pop(); path !== undefined; path = left.pop()) {
    const absolute = pathIn(directory, path);
    const stats = await lstat(absolute).catch(() => null);
    if (stats === null || !(stats.isFile() || stats.isDirectory())) continue;
    const needed = stats.isDirectory() ? 0o500 : 0o400;
    const mode = stats.mode & 0o7777;
    if ((mode & needed) !== needed && (await changed(chmod(absolute, mode | needed)))) opened.set(path, mode);
    if (!stats.isDirectory()) continue;
    const names = await readdir(absolute, { encoding: 'buffer' }).catch(() => []);
    const prefix = path === '' ? '' : `${path}/`;
    for (const name of names) left.push(prefix + name.toString('latin1'));
  }
  return opened;
}

/** Gives back the modes, in folders before the folders themselves. */
export async function closeAgain(directory: string, opened: OpenedPaths): Promise<void> {
  for (const [path, mode] of [...opened].reverse()) await changed(chmod(pathIn(directory, path), mode));
}

function changed(changing: Promise<void>): Promise<boolean> {
  return changing.then(
    () => true,
    () => false,
  );
}
