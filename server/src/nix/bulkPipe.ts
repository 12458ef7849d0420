/**
 * A pipe for a program that writes line by line without end. Node's own are sockets: each line wakes the reader, which costs both sides
 * more than the line is worth. Of a real pipe the system keeps 64 KiB, which is read at once, a moment after there is something.
 */
import { closeSync, constants, openSync, rmSync } from 'node:fs';
import { Socket, type SocketConstructorOpts } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { makeOwnFolder } from './ownFolder';

/** Time for lines to gather in; a program that fills the pipe sooner waits for the rest of it. */
const pauseMs = 1;
const pieceBytes = 64 * 1024;

export interface BulkPipe {
  /** A descriptor for the child. */
  readonly writeEnd: number;
  /** Closes our own copy of the write end, once the child has its own; the stream ends when nobody has it open any more. */
  reader(): Readable;
  /** The child never started. */
  close(): void;
}

/** A moment after the last one was taken, for the next build to find. */
const spareMs = 500;

/** Makes such pipes, one ahead of its use: starting the program that makes them takes time that a build with nothing to do would notice. */
export class BulkPipes {
  private spare: Promise<BulkPipe | null> | null = null;
  private timer: NodeJS.Timeout | null = null;

  /** `makeFifo` gives whether it made one. */
  constructor(private readonly makeFifo: (path: string) => Promise<boolean>) {}

  /** Null where no such pipe can be made. */
  take(): Promise<BulkPipe | null> {
    const { spare } = this;
    this.spare = null;
    // A process that is about to end does not wait for it.
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.spare ??= makeBulkPipe(this.makeFifo);
    }, spareMs).unref();
    return spare ?? makeBulkPipe(this.makeFifo);
  }
}

async function makeBulkPipe(makeFifo: (path: string) => Promise<boolean>): Promise<BulkPipe | null> {
  const folder = await makeOwnFolder('pipe').catch(() => null);
  if (folder === null) return null;
  // A process that has done its work ends while a spare one is made.
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    const path = join(folder, 'pipe');
    return (await makeFifo(path)) ? openEnds(path) : null;
  } finally {
    process.off('exit', remove);
    remove();
  }
}

function openEnds(path: string): BulkPipe | null {
  const ends: number[] = [];
  const close = (): void => ends.splice(0).forEach((end) => closeSync(end));
  try {
    // Without waiting for a writer; then a writer need not wait for it.
    const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    ends.push(readEnd);
    const writeEnd = openSync(path, constants.O_WRONLY);
    ends.push(writeEnd);
    return {
      writeEnd,
      reader: () => {
        ends.length = 0;
        closeSync(writeEnd);
        return unhurried(readEnd);
      },
      close,
    };
  } catch {
    close();
    return null;
  }
}

/** A socket's own stream would take each line as it comes until it is full; this one lets the system gather them. */
function unhurried(fd: number): Readable {
  const stream = new Readable({
    read: () => undefined,
    destroy: (error, done) => {
      socket.destroy();
      done(error);
    },
  });
  const take = (count: number, buffer: Uint8Array): boolean => {
    stream.push(Buffer.from(buffer.subarray(0, count)));
    if (count >= pieceBytes / 2) return true;
    setTimeout(() => socket.resume(), pauseMs);
    return false;
  };
  const onread = { buffer: Buffer.alloc(pieceBytes), callback: take };
  const socket = new Socket({ fd, readable: true, writable: false, onread } as SocketConstructorOpts);
  // What broke ends it as its end does.
  socket.on('error', () => undefined);
  socket.once('close', () => stream.push(null));
  socket.resume();
  return stream;
}
