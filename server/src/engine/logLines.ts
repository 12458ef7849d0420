/** Reads lines of a log on disk, wherever they stand, keeping no more than a piece of it. */
import { open, type FileHandle } from 'node:fs/promises';
import { LineCutter } from '../builds/logs/lineCutter';
import type { LogIndex } from '../builds/logs/logIndex';
import { stretchesOf } from '../builds/logs/logStretches';
import type { LineSpan } from '../protocol/logUri';

/** What is read at once, so that others get their turn between. */
const pieceBytes = 1 << 18;

/** The lines of a part of a file, those together that were read together. Rejects when the signal is aborted. */
export async function* linesOf(
  file: FileHandle,
  { start, end }: { readonly start: number; readonly end: number },
  signal: AbortSignal,
): AsyncGenerator<readonly string[]> {
  const buffer = Buffer.alloc(Math.min(pieceBytes, end - start));
  const cutter = new LineCutter();
  for (let at = start; at < end;) {
    signal.throwIfAborted();
    const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, end - at), at);
    if (bytesRead === 0) break;
    at += bytesRead;
    yield cutter.feed(buffer.subarray(0, bytesRead));
  }
  yield cutter.end();
}

/** Raw lines by their numbers; one that announces a phase to Nix comes with the first line of that phase. */
export async function* spanLines(
  { path, index }: { readonly path: string; readonly index: LogIndex },
  phase: string | null,
  { first, end }: LineSpan,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const file = await open(path);
  try {
    for (const stretch of stretchesOf(index, phase)) {
      if (stretch.first + stretch.lines <= first || stretch.first >= end) continue;
      let number = stretch.first - stretch.unshown;
      for await (const lines of linesOf(file, stretch, signal)) {
        for (const raw of lines) {
          const line = Math.max(stretch.first, number++);
          if (line >= first && line < end) yield raw;
        }
        if (number >= end) break;
      }
    }
  } finally {
    await file.close();
  }
}
