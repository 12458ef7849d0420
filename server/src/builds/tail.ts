/** The last lines of a log, in bounded memory. */
import type { LogLine } from '../protocol/model';
import { withoutColours } from './phaseLog';

/** What came before is read from the log when the phase fails. */
const keptLines = 400;
const shownLines = 40;
const keptCharacters = 2000;

export class Tail {
  private readonly kept: LogLine[] = [];
  private next = 0;

  /** `number`: of the line in its phase's log; by default the count of those pushed. */
  push(line: string, number = this.next): void {
    const text = line.length > keptCharacters ? `${line.slice(0, keptCharacters)}…` : line;
    this.kept[this.next % keptLines] = { number, text };
    this.next++;
  }

  /** Lines in order, of which those that `counts` refuses are left out; the first has this number. */
  pushAll(lines: readonly string[], first: number, counts: (line: string) => boolean): void {
    // What would be pushed out by those behind it need not be pushed.
    let begin = lines.length;
    for (let left = keptLines; begin > 0 && left > 0; begin--) if (counts(lines[begin - 1] ?? '')) left--;
    for (let index = begin; index < lines.length; index++) {
      const line = lines[index] ?? '';
      if (counts(line)) this.push(line, first + index);
    }
  }

  clear(): void {
    this.kept.length = 0;
    this.next = 0;
  }

  /** The last ones, oldest first, without colours. */
  lines(count = shownLines): readonly string[] {
    return this.last(count).map(({ text }) => text);
  }

  /** All that is kept, oldest first, without colours. */
  all(): readonly LogLine[] {
    return this.last(keptLines);
  }

  private last(count: number): readonly LogLine[] {
    const first = this.next > keptLines ? this.next % keptLines : 0;
    const inOrder = [...this.kept.slice(first), ...this.kept.slice(0, first)];
    return inOrder.slice(-count).map(({ number, text }) => ({ number, text: printable(text) }));
  }
}

/** Without colours and without what a terminal would act on or swallow. */
export function printable(line: string): string {
  // eslint-disable-next-line no-control-regex -- they are what is removed
  return withoutColours(line).replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '');
}
