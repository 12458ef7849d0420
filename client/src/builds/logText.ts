/** Build output made readable in a channel: no colours, no lone carriage returns, phases marked. Pure. */
import type { ActivityEvent } from '../../../server/src/protocol/messages';
import { duration } from '../words';
import { RepeatedHeading } from './repeatedHeading';

// eslint-disable-next-line no-control-regex -- terminal control is what this is about
const control = /\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z\\-_]|[\x00\x07\x08]/g;
// eslint-disable-next-line no-control-regex -- the beginning of a sequence whose end comes with the next chunk
const unfinished = /(?:\x1b(?:\[[0-?]*[ -/]*|\][^\x07\x1b]*)?|\r)$/;
const longestSequence = 4096;

/** Takes output as it comes, cut anywhere, and gives it without terminal control. */
export class PlainText {
  private pending = '';

  push(text: string): string {
    const whole = this.pending + text;
    const cut = unfinished.exec(whole);
    const end = cut !== null && whole.length - cut.index < longestSequence ? cut.index : whole.length;
    this.pending = whole.slice(end);
    return plain(whole.slice(0, end));
  }
}

function plain(text: string): string {
  return text.replace(control, '').replace(/\r+\n|\r/g, '\n');
}

const headingWidth = 48;

/** A line that marks the beginning of a phase, as the logs that the server streams have it. */
export function phaseHeading(phase: string): string {
  const start = `── ${phase} `;
  return start + '─'.repeat(Math.max(3, headingWidth - start.length));
}

/** One activity written as a log: keeps track of line ends, so that headings stand on lines of their own. */
export class ActivityLog {
  private readonly output = new PlainText();
  private readonly repeated = new RepeatedHeading();
  private atLineStart = true;

  /** The text to append for this event; empty when there is nothing to say. */
  render(event: ActivityEvent): string {
    switch (event.type) {
      case 'started':
      case 'progress':
        return '';
      case 'phaseFinished':
        return this.finishedPhase(event);
      case 'phaseStarted':
        return this.startedPhase(event.phase);
      case 'output':
        return this.keep(this.repeated.push(this.output.push(event.text)));
      case 'notice':
        return this.line(`· ${event.text}`);
      case 'finished': {
        const words = { ok: '✓ done', failed: '✗ failed', cancelled: '■ stopped' }[event.status];
        const reason = event.failure === null ? '' : `: ${event.failure.message}`;
        return `${this.line(`${words} in ${duration(event.seconds)}${reason}`)}\n`;
      }
    }
  }

  private startedPhase(phase: string): string {
    const text = this.line(phaseHeading(phase));
    this.repeated.headed(phase);
    return text;
  }

  private finishedPhase(event: Extract<ActivityEvent, { type: 'phaseFinished' }>): string {
    const time = duration(event.seconds);
    switch (event.status) {
      case 'ok':
        return this.line(`✓ ${event.phase} ${time}`);
      case 'failed':
        return this.line(`✗ ${event.phase} failed after ${time}`);
      case 'cancelled':
        return this.line(`■ ${event.phase} stopped`);
      case 'skipped':
        return this.line(`○ ${event.phase} skipped`);
    }
  }

  private line(text: string): string {
    const held = this.keep(this.repeated.flush());
    const before = this.atLineStart ? held : `${held}\n`;
    return this.keep(`${before}${text}\n`);
  }

  private keep(text: string): string {
    if (text !== '') this.atLineStart = text.endsWith('\n');
    return text;
  }
}
