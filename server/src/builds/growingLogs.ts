/** The logs of the builds of ours that go on, each in its file, for those who read them from the beginning while they grow. */
import { createReadStream } from 'node:fs';
import type { LogWriter } from './logs/logWriter';

/** A moment after text came, it is in the file and told. */
const pauseMs = 100;

export class GrowingLogs {
  private readonly logs = new Map<string, GrowingLog>();

  /** The log of a derivation, in the form of `nix-store -l`; `writer` is given to one that is not being written. */
  of(drvPath: string, writer: LogWriter): GrowingLog {
    const known = this.logs.get(drvPath);
    if (known !== undefined) return known;
    const log = new GrowingLog(writer, () => {
      this.logs.delete(drvPath);
    });
    this.logs.set(drvPath, log);
    return log;
  }

  /** Streams the log of this derivation until its build ends; null at once when no build of ours writes it. */
  async read(drvPath: string, onText: (text: string) => void, signal: AbortSignal): Promise<'ended' | null> {
    const log = this.logs.get(drvPath);
    if (log === undefined || signal.aborted) return null;
    await log.read(onText, signal);
    return 'ended';
  }
}

interface Reader {
  onText(text: string): void;
  onEnd(): void;
}

export class GrowingLog {
  private readonly readers = new Set<Reader>();
  private written = 0;
  private untold: string[] = [];
  private timer: NodeJS.Timeout | null = null;
  private ended = false;

  constructor(
    private readonly file: LogWriter,
    private readonly onEnd: () => void,
  ) {}

  get path(): string {
    return this.file.path;
  }

  write(text: string): void {
    this.file.write(text);
    this.written += text.length;
    if (this.readers.size > 0) this.untold.push(text);
    this.timer ??= setTimeout(() => this.tell(), pauseMs);
  }

  /** The build has ended. */
  close(): void {
    if (this.ended) return;
    this.ended = true;
    this.tell();
    this.file.close();
    this.onEnd();
    for (const reader of this.readers) reader.onEnd();
  }

  async read(onText: (text: string) => void, signal: AbortSignal): Promise<void> {
    this.tell();
    const begun = this.written > 0;
    // What comes while the file is read follows it.
    let held: string[] | null = [];
    const reader = {
      onText: (text: string) => (held === null ? onText(text) : void held.push(text)),
      onEnd: (): void => undefined,
    };
    const ended = new Promise<void>((resolve) => (reader.onEnd = resolve));
    signal.addEventListener('abort', reader.onEnd, { once: true });
    this.readers.add(reader);
    try {
      if (begun) await this.readFile(onText, signal);
      for (const text of held) onText(text);
      held = null;
      if (!this.ended) await ended;
    } finally {
      this.readers.delete(reader);
      signal.removeEventListener('abort', reader.onEnd);
    }
  }

  /** What stands in the file now; of one that cannot be read nothing. */
  private async readFile(onText: (text: string) => void, signal: AbortSignal): Promise<void> {
    let left = this.written;
    try {
      const stream = createReadStream(this.file.path, { encoding: 'utf8', signal });
      for await (const piece of stream as AsyncIterable<string>) {
        const text = piece.slice(0, left);
        left -= text.length;
        onText(text);
        if (left <= 0) break;
      }
    } catch {
      // Removed, or the reader has gone.
    }
  }

  private tell(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.file.flush();
    const text = this.untold.join('');
    this.untold = [];
    if (text !== '') for (const reader of this.readers) reader.onText(text);
  }
}
