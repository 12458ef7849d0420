/** The file that describes one snapshot: each entry, where its content lies, and a checksum over all. Pure. */
import { createHash } from 'node:crypto';
import type { TreeEntry } from './snapshotTree';
import { parseEntry } from './snapshotTree';

/** Where a file's content lies in a pack. */
export interface Content {
  readonly pack: number;
  readonly offset: number;
  /** Of the file. */
  readonly size: number;
  /** For a file with holes: the pieces that were kept, one behind the other, as start and length in the file; else null. */
  readonly pieces: readonly (readonly [number, number])[] | null;
}

/** How long a pack is, and the SHA-256 of each of its blocks, so that a few contents can be checked without the rest. */
export interface PackSummary {
  readonly size: number;
  readonly digests: readonly string[];
}

export interface SnapshotEntry extends TreeEntry {
  /** Of a file with bytes in it; else null. */
  readonly content: Content | null;
  /**
   * Whether a file with the same `state` has this content. Not when it was changed within a tick of the kernel's coarse
   * clock: a later change would leave the same ctime.
   */
  readonly settled: boolean;
}

export interface Manifest {
  readonly entries: ReadonlyMap<string, SnapshotEntry>;
  /** Those that the entries' contents lie in. */
  readonly packs: ReadonlyMap<number, PackSummary>;
}

/** Field by field: a spread of twenty thousand entries takes longer than all else. */
export function snapshotEntry(entry: TreeEntry, content: Content | null, settled: boolean): SnapshotEntry {
  return {
    path: entry.path,
    type: entry.type,
    mode: entry.mode,
    size: entry.size,
    mtime: entry.mtime,
    ctime: entry.ctime,
    inode: entry.inode,
    links: entry.links,
    uid: entry.uid,
    gid: entry.gid,
    target: entry.target,
    state: entry.state,
    content,
    settled,
  };
}

const heading = 'phasewise snapshot 1';
const digestLength = 64;

export function encodeManifest({ entries, packs }: Manifest): Buffer {
  let text = `${heading}\n`;
  for (const [pack, { size, digests }] of packs) text += `${pack} ${size} ${digests.join(',')}\n`;
  text += '\n';
  for (const { state, path, target, content, settled } of entries.values()) {
    text += `${settled ? '' : '?'}${encodeContent(content)}\0${state}\0${path}\0${target}\0`;
  }
  const body = Buffer.from(text, 'latin1');
  return Buffer.concat([body, Buffer.from(digestOf(body), 'latin1')]);
}

/** Null when the bytes are not exactly what `encodeManifest` gave. */
export function decodeManifest(bytes: Uint8Array): Manifest | null {
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, Math.max(0, bytes.length - digestLength));
  const digest = Buffer.from(bytes).toString('latin1', body.length);
  if (digestOf(body) !== digest) return null;
  const text = body.toString('latin1');
  const end = text.indexOf('\n\n');
  const [first, ...packLines] = text.slice(0, end).split('\n');
  if (end < 0 || first !== heading) return null;
  const packs = new Map<number, PackSummary>();
  for (const line of packLines) {
    const [pack, size, digests = ''] = line.split(' ');
    packs.set(Number(pack), { size: Number(size), digests: digests.split(',') });
  }
  const entries = decodeEntries(text.slice(end + 2).split('\0'));
  return entries === null ? null : { entries, packs };
}

function decodeEntries(fields: readonly string[]): ReadonlyMap<string, SnapshotEntry> | null {
  const entries = new Map<string, SnapshotEntry>();
  for (let at = 0; at + 3 < fields.length; at += 4) {
    const [where = '', path = ''] = [fields[at], fields[at + 2]];
    const entry = parseEntry(fields[at + 1] ?? '', path, fields[at + 3] ?? '');
    if (entry === null) return null;
    const settled = !where.startsWith('?');
    entries.set(path, snapshotEntry(entry, decodeContent(settled ? where : where.slice(1)), settled));
  }
  return entries;
}

function encodeContent(content: Content | null): string {
  if (content === null) return '';
  const { pack, offset, size, pieces } = content;
  const place = `${pack} ${offset} ${size}`;
  return pieces === null
    ? place
    : `${place} ${pieces.map(([start, length]) => `${start}+${length}`).join(',')}`;
}

function decodeContent(text: string): Content | null {
  if (text === '') return null;
  const [pack, offset, size, pieces] = text.split(' ');
  return {
    pack: Number(pack),
    offset: Number(offset),
    size: Number(size),
    pieces: pieces === undefined ? null : decodePieces(pieces),
  };
}

function decodePieces(text: string): readonly (readonly [number, number])[] {
  if (text === '') return [];
  return text.split(',').map((piece) => {
    const [start, length] = piece.split('+');
    return [Number(start), Number(length)] as const;
  });
}

/** How many bytes of the pack the content takes. */
export function storedLength({ size, pieces }: Content): number {
  return pieces === null ? size : pieces.reduce((sum, [, length]) => sum + length, 0);
}

/** Whether two contents are the same place in the store, so that they need no comparing. */
export function samePlace(a: Content | null, b: Content | null): boolean {
  if (a === null || b === null) return a === b;
  return a.pack === b.pack && a.offset === b.offset && a.size === b.size;
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
