/** The standard streams of a child that runs to its end. */
import { Readable, type Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long streams may stay open after the child ended, before those who hold them are ended too. */
const drainMs = 1000;

/** What one output stream of a child gave. */
export interface Collected {
  readonly closed: Promise<void>;
  text(): string;
  truncated(): boolean;
  abandon(): void;
}

/** Reads a stream to its end: to the listener, or kept up to `limit` bytes. */
export function collect(
  stream: Readable | null,
  limit: number,
  listener: ((chunk: Uint8Array) => void) | undefined,
): Collected {
  const chunks: Uint8Array[] = [];
  let kept = 0;
  let truncated = false;
  const closed = new Promise<void>((resolve) => {
    if (stream === null) return resolve();
    stream.on('data', (chunk: Buffer) => {
      if (listener !== undefined) return listener(chunk);
      const room = limit - kept;
      if (chunk.length > room) truncated = true;
      if (room <= 0) return;
      chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
      kept += Math.min(chunk.length, room);
    });
    // A broken pipe ends the stream as its end does.
    stream.once('error', () => resolve());
    stream.once('close', () => resolve());
  });
  return {
    closed,
    text: () => Buffer.concat(chunks).toString('utf8'),
    truncated: () => truncated,
    abandon: () => stream?.destroy(),
  };
}

/** Writes the input and closes it at its end. */
export function feed(stream: Writable | null, input: string | Uint8Array | Readable | undefined): void {
  if (stream === null) return;
  stream.on('error', () => {
    // EPIPE: the child ended or closed its input without reading everything, which is its right.
  });
  if (input instanceof Readable) input.pipe(stream);
  else stream.end(input ?? '');
}

/** Waits for the streams' ends; what still holds them after a while was left behind by the child and is ended. */
export async function drained(streams: readonly Collected[], endHolders: () => void): Promise<void> {
  const all = Promise.all(streams.map((stream) => stream.closed));
  const patience = new AbortController();
  const late = sleep(drainMs, true, { signal: patience.signal }).catch(() => false);
  const timedOut = await Promise.race([all.then(() => false), late]);
  patience.abort();
  if (!timedOut) return;
  endHolders();
  for (const stream of streams) stream.abandon();
  await all;
}
