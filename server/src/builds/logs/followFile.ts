/** Reads a file that somebody else goes on writing. */
import { open } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as delay } from 'node:timers/promises';

/** How long nothing is looked for after the end was reached. */
const pauseMs = 100;
const pieceBytes = 1 << 18;

export interface FileReader {
  /** The next piece of its text; the one after it is read when this one was taken. */
  readonly onText: (text: string) => void | Promise<void>;
  /** Whether more may come. What was written before this says no is still read. */
  readonly goesOn: () => Promise<boolean>;
}

/** Reads from its beginning what is there and what comes. False when there is no such file (any more); ends at once with the signal. */
export async function followFile(
  path: string,
  { onText, goesOn }: FileReader,
  signal: AbortSignal,
): Promise<boolean> {
  const file = await open(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
  if (file === null) return false;
  const decoder = new StringDecoder('utf8');
  const buffer = Buffer.alloc(pieceBytes);
  try {
    let more = true;
    while (more && !signal.aborted) {
      more = await goesOn();
      let bytes = -1;
      while (bytes !== 0) {
        signal.throwIfAborted();
        ({ bytesRead: bytes } = await file.read(buffer, 0, pieceBytes, null));
        const text = decoder.write(buffer.subarray(0, bytes));
        if (text !== '') await onText(text);
      }
      if (more) await delay(pauseMs, null, { signal });
    }
    return true;
  } catch (error) {
    // Nobody reads on.
    if (signal.aborted) return true;
    throw error;
  } finally {
    await file.close();
  }
}
