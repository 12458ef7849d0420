/** Keeps an output channel below the size at which VS Code would throw its beginning away. Pure. */
import { sizeText } from '../../../server/src/protocol/sizes';

/** VS Code begins a new file for a channel at 30 MB. */
const shownBytes = 20_000_000;
const tailUnits = 1_000_000;

/** Takes text as it comes; gives what is to be appended: the first 20 MB at once, the end of what came after them at the end. */
export class BoundedText {
  private bytes = 0;
  private leftOut = 0;
  private tail = '';
  private atLineStart = true;

  constructor(
    private readonly most = shownBytes,
    private readonly kept = tailUnits,
  ) {}

  push(text: string): string {
    if (this.leftOut > 0) return this.hold(text);
    const room = this.most - this.bytes;
    const bytes = Buffer.from(text);
    this.bytes += bytes.length;
    if (bytes.length <= room) {
      this.atLineStart = text === '' ? this.atLineStart : text.endsWith('\n');
      return text;
    }
    // Cut at a line's end where there is one.
    const cut = bytes.lastIndexOf('\n', Math.max(0, room - 1)) + 1;
    const newline = cut > 0 || this.atLineStart ? '' : '\n';
    this.hold(bytes.toString('utf8', cut));
    const words = `… This log is longer than ${sizeText(this.most)}: what follows is left out here up to its end. Open Log has all of it. …`;
    return `${bytes.toString('utf8', 0, cut)}${newline}${words}\n`;
  }

  /** What stands at the end of a log that was cut; empty for one that was not. */
  end(): string {
    if (this.leftOut === 0) return '';
    const over = this.tail.length > this.kept;
    const start = over ? this.tail.indexOf('\n', this.tail.length - this.kept) + 1 : 0;
    const tail = this.tail.slice(start);
    const missing = this.leftOut - Buffer.byteLength(tail);
    const words = missing > 0 ? `… ${sizeText(missing)} are left out; the end of the log: …\n` : '';
    return `${words}${tail}${tail.endsWith('\n') ? '' : '\n'}`;
  }

  private hold(text: string): string {
    this.leftOut += Buffer.byteLength(text);
    this.tail += text;
    if (this.tail.length > 2 * this.kept) this.tail = this.tail.slice(-this.kept - 1);
    return '';
  }
}
