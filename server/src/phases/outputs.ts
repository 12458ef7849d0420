/** A session's outputs, copied to where they stay, with the paths that a real build would have put into them. */
import type { Stats } from 'node:fs';
import { chmod, lstat, lutimes, mkdir, open, readdir, readlink, symlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Result } from '../result';
import { failure, stopped, success } from '../result';
import { decisionLength, rewriteBytes, rewriteHashes, rewriteInPlace } from './outputRewriting';

/** What a builder was told in place of what a real build is told. */
export interface OutputPrefix {
  /** The work directory, and the store directory, as long, which it stood for; null: the true paths were told. */
  readonly redirect: { readonly work: string; readonly store: string } | null;
  /** Hash parts of output paths that the build was told, and the real ones. */
  readonly hashes: readonly (readonly [string, string])[];
}

/**
 * Copies one output, with the paths inside that a real build puts there. `target` must not exist. Modes become what Nix
 * makes of them (0444, 0555), times its 1 second after the epoch; symbolic links stay links. A Problem when something is neither file, folder nor link, or cannot be copied.
 */
export async function copyOutput(
  source: string,
  target: string,
  prefix: OutputPrefix,
  signal: AbortSignal,
): Promise<Result<null>> {
  try {
    await copyEntry(source, target, prefix, signal);
    return success(null);
  } catch (error) {
    if (signal.aborted) return failure(stopped);
    return failure({
      code: 'output-not-copied',
      message: `The output ${source} could not be copied to ${target}: ${error instanceof Error ? error.message : String(error)}.`,
      advice: 'Check that the folder may be written and has space.',
    });
  }
}

async function copyEntry(
  source: string,
  target: string,
  prefix: OutputPrefix,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const stats = await lstat(source);
  if (stats.isSymbolicLink()) {
    const link = await readlink(source, { encoding: 'buffer' });
    await symlink(rewritten(link, prefix), target);
  } else if (stats.isDirectory()) {
    await mkdir(target, { mode: 0o700 });
    for (const entry of await readdir(source)) {
      const name = nameWithHashes(entry, prefix);
      await copyEntry(join(source, entry), join(target, name), prefix, signal);
    }
    await chmod(target, 0o755);
  } else if (stats.isFile()) {
    await copyFile(source, target, stats, prefix);
  } else throw new Error(`${source} is neither a file, a folder nor a symbolic link`);
  await lutimes(target, 1, 1);
}

function nameWithHashes(name: string, { hashes }: OutputPrefix): string {
  return hashes.reduce((renamed, [told, real]) => renamed.replaceAll(told, real), name);
}

function rewritten(bytes: Buffer, { redirect, hashes }: OutputPrefix): Buffer {
  const whole = redirect === null ? bytes : rewriteBytes(bytes, redirect.work, redirect.store);
  rewriteHashes(whole, hashes, whole.length);
  return whole;
}

const chunkBytes = 4 * 1024 * 1024;

async function copyFile(source: string, target: string, stats: Stats, prefix: OutputPrefix): Promise<void> {
  const from = await open(source, 'r');
  try {
    const to = await open(target, 'wx', 0o600);
    try {
      await rewriteFile(from, to, prefix);
      await to.chmod((stats.mode & 0o100) !== 0 ? 0o555 : 0o444);
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}

async function rewriteFile(from: FileHandle, to: FileHandle, prefix: OutputPrefix): Promise<void> {
  const { redirect, hashes } = prefix;
  const buffer = Buffer.alloc(chunkBytes);
  const wait = Math.max(redirect === null ? 0 : decisionLength(redirect.work), hashes.length === 0 ? 0 : 32);
  let held = 0;
  for (;;) {
    const { bytesRead } = await from.read(buffer, held, buffer.length - held, null);
    const filled = held + bytesRead;
    const ready = bytesRead === 0 ? filled : Math.max(0, filled - wait);
    if (redirect !== null) rewriteInPlace(buffer.subarray(0, filled), redirect.work, redirect.store, ready);
    rewriteHashes(buffer.subarray(0, filled), hashes, ready);
    await to.writeFile(buffer.subarray(0, ready));
    if (bytesRead === 0) return;
    held = filled - ready;
    buffer.copyWithin(0, ready, filled);
  }
}
