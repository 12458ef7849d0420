/** Cuts the bytes of a log into lines without ever keeping one that is longer than what is shown of it. Pure. */

/** Of a line that is longer only so many bytes are given: its beginning, or what was written over it. */
const mostBytes = 1 << 16;
const newline = 10;
const carriageReturn = '\r'.charCodeAt(0);

/** Takes a log's bytes in any pieces. */
export class LineCutter {
  /** The beginning of a line whose end has not come. */
  private pending: Buffer[] = [];
  private size = 0;

  /** The lines that end in this piece, without their ends. The piece may be written over afterwards. */
  feed(chunk: Buffer): readonly string[] {
    const last = chunk.lastIndexOf(newline);
    if (last < 0) {
      this.hold(chunk);
      return [];
    }
    const first = this.size === 0 ? 0 : chunk.indexOf(newline) + 1;
    const begun: string[] = [];
    if (first > 0) {
      this.hold(chunk.subarray(0, first - 1));
      begun.push(this.take());
    }
    const whole = last < first ? [] : chunk.toString('utf8', first, last).split('\n').map(withoutReturn);
    if (last + 1 < chunk.length) this.hold(chunk.subarray(last + 1));
    return begun.length === 0 ? whole : begun.concat(whole);
  }

  /** A last line that no newline ends. */
  end(): readonly string[] {
    return this.size === 0 ? [] : [this.take()];
  }

  private hold(piece: Buffer): void {
    const over = this.size + piece.length > mostBytes ? piece.lastIndexOf(carriageReturn, -2) : -1;
    if (over >= 0) {
      this.pending = [];
      this.size = 0;
    }
    const kept = piece.subarray(over + 1, over + 1 + mostBytes - this.size);
    this.size += kept.length;
    if (kept.length > 0) this.pending.push(Buffer.from(kept));
  }

  private take(): string {
    const line = Buffer.concat(this.pending).toString('utf8');
    this.pending = [];
    this.size = 0;
    return withoutReturn(line);
  }
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
