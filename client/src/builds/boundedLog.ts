/** One activity written as a log of bounded size: its beginning as it comes, and at its end the end of what was left out. Pure. */
import type { ActivityEvent } from '../../../server/src/protocol/messages';
import { BoundedText } from './boundedText';
import { ActivityLog } from './logText';

export class BoundedLog {
  private readonly log = new ActivityLog();
  private readonly bounded: BoundedText;
  private bytes = 0;

  /** `most`: bytes that may be written before the rest is left out; default: what a channel holds. */
  constructor(most?: number) {
    this.bounded = new BoundedText(most);
  }

  /** Bytes of all that was given so far. */
  get size(): number {
    return this.bytes;
  }

  /** The text to append for this event. */
  render(event: ActivityEvent): string {
    const text = this.bounded.push(this.log.render(event));
    return this.counted(event.type === 'finished' ? text + this.bounded.end() : text);
  }

  private counted(text: string): string {
    this.bytes += Buffer.byteLength(text);
    return text;
  }
}
