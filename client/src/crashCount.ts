/** Whether a server that ended unasked is started again. Pure. */

const windowMs = 3 * 60_000;
const mostRestarts = 3;

export class CrashCount {
  private times: readonly number[] = [];

  /** Counts one more crash, at this time in milliseconds; false when there were too many in the last minutes. */
  mayRestart(now: number): boolean {
    this.times = [...this.times.filter((time) => now - time < windowMs), now];
    return this.times.length <= mostRestarts;
  }
}
