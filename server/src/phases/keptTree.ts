/** Copies what a failed build left, with the paths in it that have another place in a session. */
import type { Stats } from 'node:fs';
import { lstat, readFile, readdir, readlink, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import type { ProcessRunner } from '../nix/process';
import { failure, stopped, success, type Problem, type Result } from '../result';
import { replacePaths, type PathPair } from './keptDirectory';

/** What it says is read. */
const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C' };

/** Larger files are no text that a configure script wrote. */
const largestFile = 64 * 1024 * 1024;

/**
 * Fills an empty folder that is there, or makes a file that is not. Modes and times stay; the copy is its owner's who makes it. Problems:
 * `kept-not-copied`, `cancelled`. What Nix alone may read is left out and named in the answer.
 */
export async function copyKept(
  source: string,
  target: string,
  pairs: readonly PathPair[],
  runner: ProcessRunner,
  signal: AbortSignal,
): Promise<Result<readonly string[]>> {
  const isFolder = (await lstat(source)).isDirectory();
  const [from, to] = isFolder ? [`${source}/.`, `${target}/`] : [source, target];
  const copied = await runner.run('cp', ['-a', '--', from, to], { signal, env });
  if (signal.aborted) return failure(stopped);
  const said = copied.stderr.trim().split('\n').filter(Boolean);
  const unreadable = said.flatMap((line) => {
    const path = /'([^']+)'.*: Permission denied$/.exec(line)?.[1];
    return path === undefined ? [] : [normalize(path)];
  });
  if (copied.exitCode !== 0 && (said.length === 0 || unreadable.length < said.length))
    return failure(notCopied(source, said.find((line) => !/Permission denied$/.test(line)) ?? ''));
  if (process.getuid?.() === 0) {
    // A builder of Nix's own user made it; here it goes on as root.
    await runner.run('chown', ['-Rh', `0:${process.getgid?.() ?? 0}`, '--', target], { signal, env });
  }
  const whole = pairs.length === 0 || (await rewriteTree(target, pairs, signal));
  return whole ? success(unreadable) : failure(stopped);
}

/** In texts; in other files only what is as long as what takes its place. False when it was stopped. */
async function rewriteTree(path: string, pairs: readonly PathPair[], signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false;
  const stats = await lstat(path);
  if (stats.isSymbolicLink()) {
    const target = await readlink(path, 'latin1');
    const rewritten = replacePaths(target, pairs);
    if (rewritten === target) return true;
    await rm(path);
    await symlink(Buffer.from(rewritten, 'latin1'), path);
  } else if (stats.isDirectory()) {
    for (const name of await readdir(path))
      if (!(await rewriteTree(join(path, name), pairs, signal))) return false;
  } else if (stats.isFile() && stats.size <= largestFile) await rewriteFile(path, stats, pairs);
  return true;
}

async function rewriteFile(path: string, stats: Stats, pairs: readonly PathPair[]): Promise<void> {
  const bytes = await readFile(path).catch(() => null);
  if (bytes === null || !pairs.some(([from]) => bytes.includes(from, 0, 'latin1'))) return;
  const fitting = bytes.includes(0) ? pairs.filter(([from, to]) => from.length === to.length) : pairs;
  const text = replacePaths(bytes.toString('latin1'), fitting);
  const isWritten = await writeFile(path, text, 'latin1').then(
    () => true,
    () => false,
  );
  // make goes by them.
  if (isWritten) await utimes(path, stats.atimeMs / 1000, stats.mtimeMs / 1000);
}

function notCopied(source: string, reason: string): Problem {
  return {
    code: 'kept-not-copied',
    message: `${source} could not be copied${reason === '' ? '' : `: ${reason.replace(/^cp: /, '')}`}.`,
    advice: 'See whether it may be read and whether /tmp has room.',
  };
}
