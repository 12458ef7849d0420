/** Gathers output into at most twenty messages a second, fewer while more comes than anybody can read, each of bounded size, without losing the order of events. */
import type { ActivityEvent } from '../protocol/messages';

const pauseMs = 50;
/** After output of which a part was left out: each message has a window draw all that it shows of it anew, and there is nothing to read. */
const floodPauseMs = 250;
/** What comes after a longer silence is told after this, with what comes just behind it. */
const leastMs = 4;
/** Of what comes within one pause, the newest this many UTF-16 units are told; the log on the disk has all. */
const most = 32 * 1024;

export class OutputBuffer {
  private text = '';
  private leftOut = 0;
  private phase: string | null = null;
  private timer: NodeJS.Timeout | null = null;
  private sentAt = -Infinity;
  private pauseAfter = pauseMs;

  constructor(private readonly send: (event: ActivityEvent) => void) {}

  /** Output is held for a moment; whatever else comes follows what was held before it. */
  write(event: ActivityEvent): void {
    if (event.type !== 'output') {
      this.flush();
      this.send(event);
      return;
    }
    if (event.phase !== this.phase) this.flush();
    this.phase = event.phase;
    this.text += event.text;
    if (this.text.length > 2 * most) this.shorten();
    this.timer ??= setTimeout(() => this.flush(), this.pause());
  }

  flush(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (this.text.length > most) this.shorten();
    if (this.text === '') return;
    const notice = `… ${this.leftOut} characters came too fast to be shown here: Open Log has them …\n`;
    const text = this.leftOut > 0 ? notice + this.text : this.text;
    this.pauseAfter = this.leftOut > 0 ? floodPauseMs : pauseMs;
    this.text = '';
    this.leftOut = 0;
    this.sentAt = performance.now();
    this.send({ type: 'output', phase: this.phase, text });
  }

  private pause(): number {
    return Math.max(leastMs, Math.min(this.pauseAfter, this.sentAt + this.pauseAfter - performance.now()));
  }

  /** Keeps the end, from the beginning of a line where there is one. */
  private shorten(): void {
    const cut = this.text.length - most;
    const newline = this.text.indexOf('\n', cut);
    const start = newline < 0 ? cut : newline + 1;
    this.leftOut += start;
    this.text = this.text.slice(start);
  }
}
