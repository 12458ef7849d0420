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
  /** Whether a return was the last of it: what comes then is written over it. */
  private returned = false;
  /** Whether the line is longer than what is kept: then it is only what was written over the rest, in whatever pieces it comes. */
  private isLong = false;

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
    const text = lengthWithoutReturns(piece);
    let kept = piece;
    this.isLong ||= this.size + piece.length > mostBytes;
    if (text > 0 && this.isLong) {
      const over = piece.lastIndexOf(carriageReturn, text - 1);
      if (over >= 0 || this.returned) this.clear();
      kept = piece.subarray(over + 1);
    }
    this.returned = text < piece.length || (text === 0 && this.returned);
    kept = kept.subarray(0, mostBytes - this.size);
    this.size += kept.length;
    if (kept.length > 0) this.pending.push(Buffer.from(kept));
  }

  private take(): string {
    const bytes = Buffer.concat(this.pending);
    const text = lengthWithoutReturns(bytes);
    const over = this.isLong && text > 0 ? bytes.lastIndexOf(carriageReturn, text - 1) : -1;
    this.clear();
    this.isLong = false;
    return withoutReturn(bytes.toString('utf8', over + 1));
  }

  private clear(): void {
    this.pending = [];
    this.size = 0;
    this.returned = false;
  }
}

/** Nothing is written over a line by the returns at its end. */
function lengthWithoutReturns(piece: Buffer): number {
  let length = piece.length;
  while (length > 0 && piece[length - 1] === carriageReturn) length--;
  return length;
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
