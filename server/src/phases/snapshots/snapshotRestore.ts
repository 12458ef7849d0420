/** Makes a directory as a plan says: removes, makes folders, and lets one `tar` write the rest with its exact times. */
import { chmod, mkdir, rmdir, unlink } from 'node:fs/promises';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { collect } from '../../nix/childStreams';
import { spawnChild } from '../../nix/process';
import type { Result } from '../../result';
import { failure, success } from '../../result';
import { readsEverything } from './snapshotAccess';
import type { SnapshotEntry } from './snapshotManifest';
import { storedLength } from './snapshotManifest';
import type { PathRewrite } from './snapshotRewrite';
import { rewriteChunks, rewriteTarget } from './snapshotRewrite';
import type { Packs } from './snapshotPacks';
import type { RestorePlan } from './snapshotPlan';
import { tarEnd, tarHeader, tarPadding } from './snapshotTar';
import type { TreeEntry } from './snapshotTree';
import { pathIn, pathText } from './snapshotTree';
import { toolEnvironment } from './snapshotWalk';

const concurrency = 32;

/**
 * Carries a plan out; not to be interrupted, since half of it is a directory as it never was. The error is a reason.
 * Folders that their owner may not enter stay enterable until `closeFolders`; `rewrite` puts another path into files and links.
 */
export async function applyPlan(
  directory: string,
  plan: RestorePlan,
  packs: Packs,
  rewrite: PathRewrite | null = null,
): Promise<Result<null, string>> {
  try {
    if (!readsEverything()) await openFolders(directory, plan);
    await removeEntries(directory, plan.remove);
    for (const { path } of plan.makeFolders) await mkdir(pathIn(directory, path), 0o700);
    if (plan.write.length === 0 && plan.finishFolders.length === 0) return success(null);
    return await extract(directory, plan, packs, rewrite);
  } catch (error) {
    return failure(error instanceof Error ? error.message : String(error));
  }
}

/** The mode that a folder has until `closeFolders`. */
export function enterableMode({ type, mode }: TreeEntry): number {
  return type === 'directory' && !readsEverything() ? mode | 0o700 : mode;
}

/** Gives folders that their owner may not enter their own mode. */
export async function closeFolders(directory: string, folders: readonly SnapshotEntry[]): Promise<void> {
  for (const folder of folders) {
    if (enterableMode(folder) !== folder.mode) await chmod(pathIn(directory, folder.path), folder.mode);
  }
}

/** In a folder without write permission nothing can be removed or made. Those removed come last, outer ones first. */
async function openFolders(directory: string, plan: RestorePlan): Promise<void> {
  const made = new Set(plan.makeFolders.map(({ path }) => path));
  for (const path of [...plan.touched].sort()) {
    if (!made.has(path)) await chmod(pathIn(directory, path), 0o700).catch(() => undefined);
  }
}

async function removeEntries(directory: string, entries: readonly TreeEntry[]): Promise<void> {
  const files = entries.filter(({ type }) => type !== 'directory');
  for (let at = 0; at < files.length; at += concurrency) {
    const some = files.slice(at, at + concurrency);
    await Promise.all(some.map(({ path }) => unless('ENOENT', unlink(pathIn(directory, path)))));
  }
  for (const { path, type } of entries) {
    if (type === 'directory') await unless('ENOENT', rmdir(pathIn(directory, path)));
  }
}

async function unless(code: string, promise: Promise<void>): Promise<void> {
  try {
    await promise;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === code)) throw error;
  }
}

async function extract(
  directory: string,
  plan: RestorePlan,
  packs: Packs,
  rewrite: PathRewrite | null,
): Promise<Result<null, string>> {
  const owner = readsEverything() ? ['--same-owner', '--numeric-owner'] : ['--no-same-owner'];
  // Without -P, GNU tar makes links that lead upwards last of all, after it has set their folders' times.
  const started = await spawnChild('tar', ['-x', '-p', '-P', '-f', '-', ...owner], {
    cwd: directory,
    env: { ...toolEnvironment, COPYFILE_DISABLE: '1' },
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  if (!started.ok) return failure(`tar could not be started (${started.error.code})`);
  const { stdin, stderr, exited } = started.value;
  const errors = collect(stderr, 1 << 16, undefined);
  let broken: unknown = null;
  if (stdin !== null) {
    stdin.on('error', (error) => (broken ??= error));
    await sendArchive(stdin, plan, packs, rewrite).catch((error: unknown) => (broken ??= error));
    stdin.end();
  }
  const { exitCode } = await exited;
  await errors.closed;
  if (exitCode === 0 && broken === null) return success(null);
  const reason = broken instanceof Error ? broken.message : 'tar ended early';
  return failure(errors.text().trim().split('\n')[0] || reason);
}

async function sendArchive(
  stream: Writable,
  plan: RestorePlan,
  packs: Packs,
  rewrite: PathRewrite | null,
): Promise<void> {
  let waiting: Buffer[] = [];
  let length = 0;
  const flush = async () => {
    const bytes = Buffer.concat(waiting);
    waiting = [];
    length = 0;
    if (stream.destroyed) throw new Error('tar ended early');
    if (!stream.write(bytes)) await Promise.race([once(stream, 'drain'), once(stream, 'close')]);
  };
  const send = async (bytes: Buffer) => {
    waiting.push(bytes);
    length += bytes.length;
    if (length >= batchSize) await flush();
  };
  for (const { entry, linkTo } of plan.write) {
    const content = linkTo === null ? entry.content : null;
    await send(tarHeader(rewriteTarget(entry, rewrite), content, linkTo));
    if (content === null) continue;
    for await (const chunk of rewriteChunks(packs.chunks(content), rewrite)) await send(chunk);
    await send(tarPadding(storedLength(content)));
  }
  for (const folder of plan.finishFolders) {
    await send(tarHeader({ ...folder, mode: enterableMode(folder) }, null, null));
  }
  await send(tarEnd);
  await flush();
}

const batchSize = 1 << 20;

/** A few names for a message. */
export function someNames(paths: readonly string[]): string {
  const shown = paths.slice(0, 3).map(pathText).join(', ');
  return paths.length > 3 ? `${shown} and ${paths.length - 3} more` : shown;
}
