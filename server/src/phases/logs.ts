/** Output on its way from the builder's terminal to the phase's log file and to those who watch. */
import { createWriteStream } from 'node:fs';
import type { WriteStream } from 'node:fs';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { MarkSplitter, OutputText } from './outputStream';
import type { Terminal } from './terminal';

const coalesceMs = 50;
const coalesceCharacters = 64 * 1024;
const tailLines = 30;
/** As `texts.sh` marks what the entries of hooks print. */
const hookMark = /^(hook|hooked) (.+)$/;

type OnHook = (name: string, ends: boolean) => void;

/** Reads a terminal to its end. What comes between `begin` and `end` belongs to one log; the rest is dropped. */
export class OutputPump {
  private readonly splitter: MarkSplitter;
  private readonly marks: string[] = [];
  private log: PhaseLog | null = null;
  private lastActivity = Date.now();
  private readonly finished: Promise<void>;

  constructor(
    private readonly terminal: Terminal,
    token: string,
  ) {
    this.splitter = new MarkSplitter(token);
    this.finished = this.pump();
  }

  begin(path: string, onText: (text: string) => void, onHook: OnHook = () => undefined): PhaseLog {
    this.marks.length = 0;
    this.log = new PhaseLog(path, onText, onHook);
    return this.log;
  }

  async end(): Promise<void> {
    const log = this.log;
    this.log = null;
    await log?.close();
  }

  /** Waits until the mark has come; gives up when `patienceMs` have passed without any output. */
  async mark(label: string, patienceMs = 2000): Promise<void> {
    this.lastActivity = Date.now();
    while (!this.marks.includes(label) && Date.now() - this.lastActivity < patienceMs) await delay(1);
  }

  /** Waits for the mark, and has what came before it shown; another of the same name can be waited for afterwards. */
  async shown(label: string): Promise<void> {
    await this.mark(label);
    const index = this.marks.indexOf(label);
    if (index >= 0) this.marks.splice(index, 1);
    this.log?.flush();
  }

  /** Waits until nothing has come for a moment: for output that no mark follows. */
  async settle(quietMs = 50): Promise<void> {
    this.lastActivity = Date.now();
    while (Date.now() - this.lastActivity < quietMs) await delay(5);
  }

  /** Waits until the terminal is closed and read. */
  async drained(): Promise<void> {
    await this.finished;
  }

  private async pump(): Promise<void> {
    try {
      for await (const chunk of this.terminal.output) await this.consume(chunk as Buffer);
    } catch {
      // The terminal was closed while being read: nothing more comes.
    }
  }

  private async consume(chunk: Buffer): Promise<void> {
    for (const part of this.splitter.feed(chunk)) {
      if (part.kind === 'bytes') await this.log?.write(part.bytes);
      else {
        const hook = hookMark.exec(part.label);
        if (hook?.[2] === undefined) this.marks.push(part.label);
        else this.log?.hook(hook[2], hook[1] === 'hooked');
      }
    }
    this.lastActivity = Date.now();
  }
}

/** One phase's log: the whole in a file, the text to a listener a few times a second, the last lines in memory. */
export class PhaseLog {
  private readonly text = new OutputText();
  private readonly file: WriteStream;
  private waiting = '';
  private timer: NodeJS.Timeout | null = null;
  private recent = '';
  private broken = false;

  constructor(
    readonly path: string,
    private readonly onText: (text: string) => void,
    private readonly onHook: OnHook,
  ) {
    this.file = createWriteStream(path, { mode: 0o600 });
    this.file.on('error', () => (this.broken = true));
  }

  get lines(): number {
    return this.text.lines;
  }

  /** The last lines, oldest first, without ANSI colours. */
  tail(): readonly string[] {
    const lines = this.recent.replace(/\n$/, '').split('\n').slice(-tailLines);
    // eslint-disable-next-line no-control-regex -- escape sequences begin with a control character
    const plain = lines.map((line) => line.replaceAll(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, '').replace(/\r$/, ''));
    return plain.length === 1 && plain[0] === '' ? [] : plain;
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.show(this.text.feed(bytes));
  }

  async close(): Promise<void> {
    await this.show(this.text.end());
    this.flush();
    if (this.broken) return;
    await new Promise<void>((resolve) => {
      this.file.once('error', () => resolve());
      this.file.end(() => resolve());
    });
  }

  private async show(text: string): Promise<void> {
    if (text === '') return;
    this.recent = (this.recent + text).slice(-32 * 1024);
    this.waiting += text;
    if (this.waiting.length >= coalesceCharacters) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), coalesceMs);
    if (!this.broken && !this.file.write(text)) await this.writable();
  }

  /** Waits until the file takes more, or will never. */
  private async writable(): Promise<void> {
    const stop = new AbortController();
    const { signal } = stop;
    const ready = ['drain', 'error', 'close'].map((event) => once(this.file, event, { signal }));
    await Promise.race(ready).catch(() => (this.broken = true));
    stop.abort();
    await Promise.allSettled(ready);
  }

  /** A hook begins or ends behind what was written. */
  hook(name: string, ends: boolean): void {
    this.flush();
    this.onHook(name, ends);
  }

  /** Gives the listener what waits for it. */
  flush(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    const text = this.waiting;
    this.waiting = '';
    if (text !== '') this.onText(text);
  }
}
