/** The end of a phase's log in a session, as long as a build's is looked at. */
import { open } from 'node:fs/promises';
import { printable } from '../builds/tail';
import type { SessionPhaseResult } from '../phases/sessionResults';
import type { LogLine } from '../protocol/model';

const mostLines = 400;
const mostBytes = 128 * 1024;

/** Oldest first, without colours; what memory has of it when the file cannot be read. */
export async function endOfLog({ logFile, lines, tail }: SessionPhaseResult): Promise<readonly LogLine[]> {
  const read = await endOf(logFile).catch(() => null);
  const last = (read ?? tail).slice(-mostLines).map(printable);
  return last.map((text, index) => ({ number: Math.max(0, lines - last.length) + index, text }));
}

/** Null when it is empty. */
async function endOf(path: string): Promise<readonly string[] | null> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const position = Math.max(0, size - mostBytes);
    const { bytesRead, buffer } = await file.read(
      Buffer.alloc(size - position),
      0,
      size - position,
      position,
    );
    const text = buffer.toString('utf8', 0, bytesRead).replace(/\r?\n$/, '');
    // The first line may begin in the middle.
    return text === '' ? null : text.split('\n').slice(position === 0 ? 0 : 1);
  } finally {
    await file.close();
  }
}
