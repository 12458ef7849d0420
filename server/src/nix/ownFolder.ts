/**
 * Our folders among the temporary files. Each is named after our process, so that what a process left that was killed can be told from
 * what is in use.
 */
import { lstat, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A process in another container looks as if it were not there: what it uses was touched a moment ago. */
const abandonedAfterMs = 60 * 60_000;
const named = /^phasewise-[a-z]+-(\d+)-\w{6}$/;

/** A new one, which no other user can read; by the path that Nix names it. Who makes it removes it. */
export async function makeOwnFolder(purpose: string): Promise<string> {
  return realpath(await mkdtemp(join(tmpdir(), `phasewise-${purpose}-${process.pid}-`)));
}

/** Removes those of ours whose process is no more. Never rejects. */
export async function removeAbandonedFolders(now = Date.now()): Promise<void> {
  const names = await readdir(tmpdir()).catch(() => []);
  for (const name of names) {
    const pid = named.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const folder = join(tmpdir(), name);
    const stats = await lstat(folder).catch(() => null);
    if (stats?.isDirectory() !== true || stats.uid !== process.getuid?.()) continue;
    if (now - stats.mtimeMs < abandonedAfterMs) continue;
    await rm(folder, { recursive: true, force: true }).catch(() => {
      // Another of ours removes it at the same time.
    });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
