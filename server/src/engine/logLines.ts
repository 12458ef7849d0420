/** Reads lines of a log on disk, wherever they stand, keeping no more than a piece of it. */
import { open, type FileHandle } from 'node:fs/promises';
import { LineCutter } from '../builds/logs/lineCutter';
import type { LogIndex } from '../builds/logs/logIndex';
import { stretchesOf, type LogStretch } from '../builds/logs/logStretches';
import type { LineSpan } from '../protocol/logUri';

/** What is read at once, so that others get their turn between. */
const pieceBytes = 1 << 18;

export interface NumberedLine {
  /** Of all lines that are shown; one that announces a phase to Nix has the number of that phase's first line. */
  readonly line: number;
  readonly raw: string;
}

/** The lines of a stretch, those together that were read together. Rejects when the signal is aborted. */
export async function* numberedLines(
  file: FileHandle,
  stretch: LogStretch,
  signal: AbortSignal,
): AsyncGenerator<readonly NumberedLine[]> {
  let number = stretch.first - stretch.unshown;
  for await (const lines of linesOf(file, stretch, signal))
    yield lines.map((raw) => ({ line: Math.max(stretch.first, number++), raw }));
}

async function* linesOf(
  file: FileHandle,
  { start, end }: LogStretch,
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
      for await (const lines of numberedLines(file, stretch, signal)) {
        for (const { line, raw } of lines) if (line >= first && line < end) yield raw;
        if ((lines.at(-1)?.line ?? -1) >= end - 1) break;
      }
    }
  } finally {
    await file.close();
  }
}
