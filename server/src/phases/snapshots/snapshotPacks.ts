/**
 * The contents that snapshots keep: one file (a pack) for what one snapshot found changed, the files' bytes one behind
 * the other. Snapshots share contents; nothing here is linked to the live directory.
 */
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Result } from '../../result';
import { failure, success } from '../../result';
import { writeContents } from './snapshotCopy';
import type { Content, PackSummary } from './snapshotManifest';
import { storedLength } from './snapshotManifest';
import type { TreeEntry } from './snapshotTree';

export interface WrittenPack {
  readonly pack: number;
  readonly summary: PackSummary;
  /** By the files' `state`; a file that is gone is not in it. */
  readonly contents: ReadonlyMap<string, Content>;
}

const chunkSize = 1 << 20;

export class Packs {
  constructor(private readonly folder: string) {}

  /**
   * Copies the files of the live directory to a new pack. By one `cat` for all, unless `oneByOne`, which does not mind
   * files that change meanwhile. The error is a reason; nothing is left then.
   */
  async write(
    directory: string,
    files: readonly TreeEntry[],
    oneByOne: boolean,
    signal: AbortSignal,
  ): Promise<Result<WrittenPack, string>> {
    const pack = 1 + Math.max(0, ...(await this.numbers()));
    try {
      const handle = await open(this.file(pack), 'wx+', 0o600);
      try {
        const contents = await writeContents({ pack, handle, directory, signal }, files, oneByOne);
        const summary = { size: (await handle.stat()).size, digests: await digestsOf(handle, signal) };
        return success({ pack, summary, contents });
      } finally {
        await handle.close();
      }
    } catch (error) {
      await rm(this.file(pack), { force: true });
      return failure(error instanceof Error ? error.message : String(error));
    }
  }

  /** Whether the pack is there, as long as it was, and has the bytes that were written where the contents lie. */
  async isIntact(
    pack: number,
    summary: PackSummary,
    contents: Iterable<Content>,
    signal: AbortSignal,
  ): Promise<boolean> {
    try {
      const handle = await open(this.file(pack), 'r');
      try {
        if ((await handle.stat()).size !== summary.size) return false;
        const buffer = Buffer.allocUnsafe(chunkSize);
        for (const block of blocksOf(contents)) {
          signal.throwIfAborted();
          if ((await blockDigest(handle, block, buffer)) !== summary.digests[block]) return false;
        }
        return true;
      } finally {
        await handle.close();
      }
    } catch {
      return false; // Deleted, or not readable: as good as damaged.
    }
  }

  /** The kept bytes of a content, holes left out, in chunks. Rejects when the pack is shorter. */
  async *chunks(content: Content): AsyncGenerator<Buffer> {
    const handle = await open(this.file(content.pack), 'r');
    try {
      let position = content.offset;
      const end = position + storedLength(content);
      while (position < end) {
        const bytes = Buffer.allocUnsafe(Math.min(chunkSize, end - position));
        const { bytesRead } = await handle.read(bytes, 0, bytes.length, position);
        if (bytesRead === 0) throw new Error(`pack ${content.pack} is too short`);
        yield bytes.subarray(0, bytesRead);
        position += bytesRead;
      }
    } finally {
      await handle.close();
    }
  }

  /** The whole file. */
  async read(content: Content): Promise<Buffer> {
    const kept: Buffer[] = [];
    for await (const chunk of this.chunks(content)) kept.push(chunk);
    const bytes = Buffer.concat(kept);
    if (content.pieces === null) return bytes;
    const whole = Buffer.alloc(content.size);
    let from = 0;
    for (const [start, length] of content.pieces) {
      bytes.copy(whole, start, from, from + length);
      from += length;
    }
    return whole;
  }

  async keepOnly(packs: ReadonlySet<number>): Promise<void> {
    for (const pack of await this.numbers()) {
      if (!packs.has(pack)) await rm(this.file(pack), { force: true });
    }
  }

  /** How long each pack is. */
  async sizes(): Promise<ReadonlyMap<number, number>> {
    const sizes = new Map<number, number>();
    for (const pack of await this.numbers()) {
      const stats = await stat(this.file(pack)).catch(() => null);
      if (stats !== null) sizes.set(pack, stats.size);
    }
    return sizes;
  }

  private async numbers(): Promise<readonly number[]> {
    const names = await readdir(this.folder).catch(() => []);
    return names.flatMap((name) => (/^pack-\d+$/.test(name) ? [Number(name.slice(5))] : []));
  }

  private file(pack: number): string {
    return join(this.folder, `pack-${pack}`);
  }
}

/** A digest for each block of `chunkSize`. */
async function digestsOf(handle: FileHandle, signal: AbortSignal): Promise<readonly string[]> {
  const digests: string[] = [];
  const buffer = Buffer.allocUnsafe(chunkSize);
  for (;;) {
    signal.throwIfAborted();
    const digest = await blockDigest(handle, digests.length, buffer);
    if (digest === null) return digests;
    digests.push(digest);
  }
}

/** Null behind the pack's end. */
async function blockDigest(handle: FileHandle, block: number, buffer: Buffer): Promise<string | null> {
  const { bytesRead } = await handle.read(buffer, 0, chunkSize, block * chunkSize);
  return bytesRead === 0
    ? null
    : createHash('sha256').update(buffer.subarray(0, bytesRead)).digest('hex').slice(0, 32);
}

function blocksOf(contents: Iterable<Content>): ReadonlySet<number> {
  const blocks = new Set<number>();
  for (const content of contents) {
    const last = Math.floor((content.offset + storedLength(content) - 1) / chunkSize);
    for (let block = Math.floor(content.offset / chunkSize); block <= last; block++) blocks.add(block);
  }
  return blocks;
}
