/** Leaves out the line by which stdenv announces a phase, where a heading of ours has just named it. Pure. */

/** Takes output as it comes, cut anywhere, and gives it without that line. */
export class RepeatedHeading {
  /** Of the phase whose heading was the last thing written; null when output followed it. */
  private announcement: string | null = null;
  private pending = '';

  /** A heading for this phase was written. */
  headed(phase: string): void {
    // nixpkgs setup.sh, showPhaseHeader.
    this.announcement = `Running phase: ${phase}`;
  }

  push(text: string): string {
    const { announcement } = this;
    if (announcement === null || text === '') return text;
    const whole = this.pending + text;
    this.pending = '';
    if (`${announcement}\n`.startsWith(whole) && !whole.endsWith('\n')) {
      this.pending = whole;
      return '';
    }
    this.announcement = null;
    return whole.startsWith(`${announcement}\n`) ? whole.slice(announcement.length + 1) : whole;
  }

  /** What was held back as the possible beginning of such a line; something else is written now. */
  flush(): string {
    const { pending, announcement } = this;
    this.pending = '';
    return pending === announcement ? '' : pending;
  }
}
