/** The time that an evaluation may take, of which what it waits for (a build, a download) is no part. */
export class Deadline {
  private readonly controller = new AbortController();
  private left: number;
  private since = performance.now();
  private timer: NodeJS.Timeout | null = null;
  private pauses = 0;

  constructor(milliseconds: number) {
    this.left = milliseconds;
    this.go();
  }

  /** Aborted when the time is over. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get isOver(): boolean {
    return this.controller.signal.aborted;
  }

  /** Stops the clock until as many calls of `resume` have come. */
  pause(): void {
    if (this.pauses++ > 0) return;
    this.left -= performance.now() - this.since;
    this.dispose();
  }

  resume(): void {
    if (this.pauses === 0 || --this.pauses > 0) return;
    this.go();
  }

  /** Stops the clock for good. */
  dispose(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private go(): void {
    this.since = performance.now();
    this.timer = setTimeout(() => this.controller.abort(), Math.max(1, this.left));
  }
}
