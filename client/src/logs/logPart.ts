/** What is shown of a long log, and how the rest is reached. Pure. */
import type { LogDocument } from '../../../server/src/protocol/logMessages';
import type { LogAddress } from '../../../server/src/protocol/logUri';

/** Line of the document to open at; null when none is better than another. */
export function openingLine(document: LogDocument, { line }: LogAddress): number | null {
  if (line === null) return document.failing;
  const last = document.offset + document.shown - 1;
  return Math.min(Math.max(line - document.first + document.offset, 0), Math.max(0, last));
}

export interface PartLens {
  readonly title: string;
  readonly command: string;
  /** The part that it leads to; null for the file. */
  readonly to: LogAddress | null;
}

/** What stands above the first line of a log that is shown in part; nothing above a whole one. */
export function partLenses(document: LogDocument, address: LogAddress): readonly PartLens[] {
  const { first, shown, total, file } = document;
  const behind = first + shown;
  const part = (title: string, line: number): PartLens => ({
    title,
    command: 'phasewise.openLogPart',
    to: { ...address, line },
  });
  const whole = { title: 'Open Whole File', command: 'phasewise.openWholeLog', to: null };
  if (shown >= total) return [];
  return [
    ...(file === null ? [] : [whole]),
    ...(first > 0 ? [part('Show Lines Before', first - 1)] : []),
    ...(behind < total ? [part('Show Lines After', behind)] : []),
  ];
}

/** The next line that tells of an error in a direction, beginning anew at the other end; null when there is none. */
export function errorFrom(
  count: number,
  from: number,
  step: 1 | -1,
  isError: (line: number) => boolean,
): number | null {
  for (let done = 1; done <= count; done++) {
    const line = (((from + step * done) % count) + count) % count;
    if (isError(line)) return line;
  }
  return null;
}
