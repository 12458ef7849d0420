/** Copies files of the live directory into a pack. */
import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { lstat, open } from 'node:fs/promises';
import { collect, feed } from '../../nix/childStreams';
import { spawnChild } from '../../nix/process';
import type { Content } from './snapshotManifest';
import { storedLength } from './snapshotManifest';
import type { TreeEntry } from './snapshotTree';
import { pathBytes, pathIn } from './snapshotTree';
import { toolEnvironment } from './snapshotWalk';

const chunkSize = 1 << 20;
const holeSize = 1 << 16;
/** Not worth a program. */
const fewFiles = 40;
const fewBytes = 1 << 20;
const zeros = Buffer.alloc(chunkSize);

/** How many bytes copying these will take; holes do not count. */
export async function neededBytes(directory: string, files: readonly TreeEntry[]): Promise<number> {
  let sum = 0;
  for (const file of files) sum += (await holes(directory, file)) ?? file.size;
  return sum;
}

/** For a file with holes the bytes that it takes; else null. */
async function holes(directory: string, { path, size }: TreeEntry): Promise<number | null> {
  if (size < chunkSize) return null;
  const stats = await lstat(pathIn(directory, path)).catch(() => null);
  const taken = (stats?.blocks ?? Infinity) * 512;
  return taken < size ? taken : null;
}

export interface PackWriting {
  readonly pack: number;
  readonly handle: FileHandle;
  readonly directory: string;
  readonly signal: AbortSignal;
}

/** Writes the files' bytes to the pack; gives where they lie by the files' `state`. Rejects with a reason. */
export async function writeContents(
  writing: PackWriting,
  files: readonly TreeEntry[],
  oneByOne: boolean,
): Promise<ReadonlyMap<string, Content>> {
  const whole: TreeEntry[] = [];
  const single: TreeEntry[] = [];
  const few = files.length <= fewFiles && files.reduce((sum, { size }) => sum + size, 0) <= fewBytes;
  for (const file of files) {
    const alone = oneByOne || few || (await holes(writing.directory, file)) !== null;
    (alone ? single : whole).push(file);
  }
  const contents = new Map<string, Content>();
  let offset = 0;
  const bulk = await concatenate(writing, whole);
  if (bulk) {
    for (const { state, size } of whole) {
      contents.set(state, { pack: writing.pack, offset, size, pieces: null });
      offset += size;
    }
  } else single.push(...whole);
  if (offset !== (await writing.handle.stat()).size) throw new Error('files changed while they were copied');
  for (const file of single) {
    const content = await copySingle(writing, file, offset);
    if (content === null) continue;
    contents.set(file.state, content);
    offset += storedLength(content);
  }
  return contents;
}

/** False when there is no `xargs` to do it. Its `cat` keeps the copying out of our own process. */
async function concatenate(writing: PackWriting, files: readonly TreeEntry[]): Promise<boolean> {
  if (files.length === 0) return true;
  const started = await spawnChild('xargs', ['-0', 'cat', '--'], {
    cwd: writing.directory,
    env: toolEnvironment,
    stdio: ['pipe', writing.handle.fd, 'pipe'],
  });
  if (!started.ok) return false;
  const child = started.value;
  const kill = () => void child.kill();
  writing.signal.addEventListener('abort', kill, { once: true });
  if (writing.signal.aborted) kill();
  const errors = collect(child.stderr, 1 << 16, undefined);
  feed(child.stdin, Buffer.concat(files.flatMap(({ path }) => [inDirectory, pathBytes(path), nul])));
  const { exitCode } = await child.exited;
  writing.signal.removeEventListener('abort', kill);
  await errors.closed;
  if (exitCode === 0) return true;
  throw new Error(errors.text().trim().split('\n').at(-1) || 'copying files was stopped');
}

const inDirectory = Buffer.from('./');
const nul = Buffer.from([0]);

/** Null when the file is gone. */
async function copySingle(writing: PackWriting, file: TreeEntry, offset: number): Promise<Content | null> {
  const source = await openSource(pathIn(writing.directory, file.path));
  if (source === null) return null;
  try {
    const pieces: [number, number][] = [];
    const buffer = Buffer.allocUnsafe(Math.min(chunkSize, file.size + 1));
    let size = 0;
    let position = offset;
    for (;;) {
      writing.signal.throwIfAborted();
      const { bytesRead } = await source.read(buffer, 0, buffer.length, size);
      if (bytesRead === 0) break;
      for (const [start, length] of piecesOf(buffer.subarray(0, bytesRead))) {
        await writeAll(writing.handle, buffer.subarray(start, start + length), position);
        position += length;
        addPiece(pieces, size + start, length);
      }
      size += bytesRead;
    }
    const full = size === position - offset;
    return { pack: writing.pack, offset, size, pieces: full ? null : pieces };
  } finally {
    await source.close();
  }
}

/** What of the bytes is not zeros, in steps. */
function piecesOf(bytes: Buffer): readonly [number, number][] {
  const pieces: [number, number][] = [];
  if (bytes.equals(zeros.subarray(0, bytes.length))) return pieces;
  for (let start = 0; start < bytes.length; start += holeSize) {
    const step = bytes.subarray(start, start + holeSize);
    if (!step.equals(zeros.subarray(0, step.length))) addPiece(pieces, start, step.length);
  }
  return pieces;
}

function addPiece(pieces: [number, number][], start: number, length: number): void {
  const last = pieces.at(-1);
  if (last !== undefined && last[0] + last[1] === start) last[1] += length;
  else pieces.push([start, length]);
}

async function writeAll(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  const { bytesWritten } = await handle.write(bytes, 0, bytes.length, position);
  if (bytesWritten < bytes.length) throw new Error('no space left on device');
}

/** Null when there is no such file any more. Does not wait for a pipe's other end, should it have become one. */
async function openSource(path: Buffer): Promise<FileHandle | null> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  try {
    const handle = await open(path, flags);
    if ((await handle.stat()).isFile()) return handle;
    await handle.close();
    return null;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP' || code === 'ENXIO') return null;
    throw error;
  }
}
