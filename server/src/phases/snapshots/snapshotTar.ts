/**
 * The headers of a tar archive, the one portable way to give files times to the nanosecond: Node's own calls take a
 * double. Pure. Form: POSIX `pax` (extended header `x` for what the old fields cannot hold) with GNU's `L` and `K` for
 * long names, which are raw bytes where pax would have UTF-8, and GNU's sparse format 1.0.
 */
import type { TreeEntry } from './snapshotTree';

export const blockSize = 512;

type TarEntry = Pick<TreeEntry, 'path' | 'type' | 'mode' | 'mtime' | 'uid' | 'gid' | 'target'>;

export interface TarContent {
  readonly size: number;
  /** Pieces of a file with holes, as start and length; else null. */
  readonly pieces: readonly (readonly [number, number])[] | null;
}

/** Everything of an entry that comes before its content. `linkTo` makes it a hard link. */
export function tarHeader(entry: TarEntry, content: TarContent | null, linkTo: string | null): Buffer {
  const name = entry.path === '' ? './' : entry.type === 'directory' ? `${entry.path}/` : entry.path;
  const target = linkTo ?? entry.target;
  const map = content?.pieces == null ? null : sparseMap(content.size, content.pieces);
  const size = map === null ? (content?.size ?? 0) : map.length + piecesLength(content);
  const records = [['mtime', entry.mtime]];
  if (size > 0o77777777777) records.push(['size', String(size)]);
  if (entry.uid > 0o7777777) records.push(['uid', String(entry.uid)]);
  if (entry.gid > 0o7777777) records.push(['gid', String(entry.gid)]);
  if (map !== null) {
    records.push(['GNU.sparse.major', '1'], ['GNU.sparse.minor', '0']);
    records.push(['GNU.sparse.realsize', String(content?.size ?? 0)]);
  }
  const parts = [paxHeader(records)];
  if (name.length > 100) parts.push(longName('L', name));
  if (target.length > 100) parts.push(longName('K', target));
  const type = linkTo === null ? typeFlags[entry.type] : '1';
  const { mode, mtime, uid, gid } = entry;
  parts.push(plainHeader({ name, target, type, mode, size, uid, gid, mtime: Number.parseInt(mtime, 10) }));
  if (map !== null) parts.push(map);
  return Buffer.concat(parts);
}

function piecesLength(content: TarContent | null): number {
  return (content?.pieces ?? []).reduce((sum, [, length]) => sum + length, 0);
}

/** What fills the last block of `size` bytes. */
export function tarPadding(size: number): Buffer {
  return Buffer.alloc((blockSize - (size % blockSize)) % blockSize);
}

export const tarEnd = Buffer.alloc(2 * blockSize);

/** Sockets and devices are never written. */
const typeFlags: Readonly<Record<TreeEntry['type'], string>> = {
  file: '0',
  directory: '5',
  symlink: '2',
  fifo: '6',
  socket: '0',
  device: '0',
};

interface PlainHeader {
  readonly name: string;
  readonly target: string;
  readonly type: string;
  readonly mode: number;
  readonly size: number;
  readonly mtime: number;
  readonly uid: number;
  readonly gid: number;
}

function plainHeader(header: PlainHeader): Buffer {
  const block = Buffer.alloc(blockSize);
  block.write(header.name.slice(0, 100), 0, 'latin1');
  block.write(octal(header.mode, 8), 100, 'latin1');
  block.write(octal(header.uid, 8), 108, 'latin1');
  block.write(octal(header.gid, 8), 116, 'latin1');
  block.write(octal(header.size, 12), 124, 'latin1');
  block.write(octal(header.mtime, 12), 136, 'latin1');
  block.write(' '.repeat(8), 148, 'latin1');
  block.write(header.type, 156, 'latin1');
  block.write(header.target.slice(0, 100), 157, 'latin1');
  block.write('ustar\u000000', 257, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

/** What does not fit is 0 here and in the extended header. */
function octal(value: number, width: number): string {
  const digits = value < 0 ? '0' : value.toString(8);
  return (digits.length < width ? digits : '0').padStart(width - 1, '0') + '\0';
}

function extension(type: string, name: string, bytes: Buffer): Buffer {
  const plain = { name, target: '', type, mode: 0o644, size: bytes.length, mtime: 0, uid: 0, gid: 0 };
  return Buffer.concat([plainHeader(plain), bytes, tarPadding(bytes.length)]);
}

function longName(type: 'L' | 'K', name: string): Buffer {
  return extension(type, '././@LongLink', Buffer.from(`${name}\0`, 'latin1'));
}

function paxHeader(records: readonly (readonly string[])[]): Buffer {
  return extension('x', 'PaxHeader', Buffer.from(records.map(paxRecord).join(''), 'latin1'));
}

/** `LENGTH NAME=VALUE` and a newline, where the length counts its own digits. */
function paxRecord([name = '', value = '']: readonly string[]): string {
  const rest = ` ${name}=${value}\n`;
  let length = rest.length + 1;
  while (String(length).length + rest.length > length) length++;
  return `${length}${rest}`;
}

function sparseMap(size: number, pieces: readonly (readonly [number, number])[]): Buffer {
  const last = pieces.at(-1);
  const ends = last !== undefined && last[0] + last[1] === size;
  const all = ends ? pieces : [...pieces, [size, 0] as const];
  const text = [all.length, ...all.flat()].map((number) => `${number}\n`).join('');
  return Buffer.concat([Buffer.from(text), tarPadding(text.length)]);
}
