/** The build ID of an ELF file: a hash that its linker made of the file as it was then, the paths in it included. */
import type { FileHandle } from 'node:fs/promises';

export interface ByteSpan {
  readonly start: number;
  readonly end: number;
}

const programHeaderBytes = { 1: 32, 2: 56 } as const;
const notesAtMost = 64 * 1024;
const buildIdNote = 3;

/** Where the build ID stands; null when the file is no ELF file or has none. Source: elf(5), `NT_GNU_BUILD_ID`. */
export async function buildIdSpan(file: FileHandle): Promise<ByteSpan | null> {
  const header = await bytesAt(file, 0, 64);
  if (header.length < 64 || header.toString('latin1', 0, 4) !== '\x7fELF') return null;
  const elf = new ElfReader(header);
  const table = await bytesAt(file, elf.tableAt, elf.tableBytes);
  for (const { offset, bytes } of elf.notes(table)) {
    const found = elf.buildIdIn(await bytesAt(file, offset, Math.min(bytes, notesAtMost)));
    if (found !== null) return { start: offset + found.start, end: offset + found.end };
  }
  return null;
}

/** Reads numbers as the file's own header says: 32 or 64 bits, either order of bytes. */
class ElfReader {
  readonly tableAt: number;
  readonly tableBytes: number;
  private readonly bits: 1 | 2;
  private readonly little: boolean;

  constructor(header: Buffer) {
    this.bits = header[4] === 1 ? 1 : 2;
    this.little = header[5] !== 2;
    this.tableAt = this.bits === 1 ? this.word(header, 28) : this.long(header, 32);
    const countAt = this.bits === 1 ? 44 : 56;
    const count = this.little ? header.readUInt16LE(countAt) : header.readUInt16BE(countAt);
    this.tableBytes = count * programHeaderBytes[this.bits];
  }

  /** The note segments of a table of program headers. */
  notes(table: Buffer): readonly { readonly offset: number; readonly bytes: number }[] {
    const step = programHeaderBytes[this.bits];
    const found: { offset: number; bytes: number }[] = [];
    for (let at = 0; at + step <= table.length; at += step) {
      if (this.word(table, at) !== 4) continue;
      const isNarrow = this.bits === 1;
      found.push({
        offset: isNarrow ? this.word(table, at + 4) : this.long(table, at + 8),
        bytes: isNarrow ? this.word(table, at + 16) : this.long(table, at + 32),
      });
    }
    return found;
  }

  buildIdIn(notes: Buffer): ByteSpan | null {
    for (let at = 0; at + 12 <= notes.length;) {
      const [nameBytes, bytes, kind] = [
        this.word(notes, at),
        this.word(notes, at + 4),
        this.word(notes, at + 8),
      ];
      const start = at + 12 + padded(nameBytes);
      const end = start + bytes;
      const name = notes.toString('latin1', at + 12, at + 12 + nameBytes);
      if (kind === buildIdNote && name === 'GNU\0' && end <= notes.length) return { start, end };
      at = start + padded(bytes);
    }
    return null;
  }

  private word(bytes: Buffer, at: number): number {
    return this.little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
  }

  private long(bytes: Buffer, at: number): number {
    return Number(this.little ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
  }
}

function padded(bytes: number): number {
  return Math.ceil(bytes / 4) * 4;
}

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await file.read(bytes, 0, length, position);
  return bytes.subarray(0, bytesRead);
}
