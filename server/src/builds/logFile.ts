/** Keeps the whole text of a running build's log on disk, so that memory does not have to. */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Logger } from '../environment';

const flushBytes = 64 * 1024;
/** So long after it came, text is in the file for whoever reads it meanwhile. */
const flushMs = 100;

/** Writes in pieces of 64 KiB, or after a moment; a disk that cannot be written costs the file, never the build. */
export class LogFile {
  private waiting: string[] = [];
  private size = 0;
  private timer: NodeJS.Timeout | null = null;
  /** Null when it cannot be written, or not any more. */
  private descriptor: number | null = null;
  private lost = false;

  /** Begins the file. `onBytes` gets what was written, as it is written. */
  constructor(
    readonly path: string,
    private readonly logger: Logger,
    private readonly onBytes: (bytes: Buffer) => void = () => undefined,
  ) {
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      this.descriptor = openSync(path, 'w', 0o600);
    } catch (error) {
      logger.warn(`No log is kept in ${path}: ${String(error)}`);
    }
  }

  /** Whether all that was written so far is in the file, or will be. */
  get complete(): boolean {
    return !this.lost;
  }

  write(text: string): void {
    if (this.descriptor === null) {
      this.lost = true;
      return;
    }
    this.waiting.push(text);
    this.size += text.length;
    if (this.size >= flushBytes) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), flushMs);
  }

  close(): void {
    this.flush();
    if (this.descriptor !== null) closeSync(this.descriptor);
    this.descriptor = null;
  }

  /** Writes what waits, so that those who read the file see it. */
  flush(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (this.descriptor === null || this.size === 0) return;
    try {
      const bytes = Buffer.from(this.waiting.join(''));
      for (let from = 0; from < bytes.length;) from += writeSync(this.descriptor, bytes, from);
      this.onBytes(bytes);
    } catch (error) {
      this.logger.warn(`The log in ${this.path} ends early: ${String(error)}`);
      this.lost = true;
      closeSync(this.descriptor);
      this.descriptor = null;
    }
    this.waiting = [];
    this.size = 0;
  }
}
