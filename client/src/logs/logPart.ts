/** What is shown of a long log, and how the rest is reached. Pure. */
import type { LogDocument } from '../../../server/src/protocol/logMessages';
import { documentLineOf } from '../../../server/src/protocol/logPlaces';
import { countText } from '../../../server/src/protocol/sizes';
import type { LogAddress } from '../../../server/src/protocol/logUri';

/** Line of the document to open at; null when none is better than another. */
export function openingLine(document: LogDocument, { line }: LogAddress): number | null {
  if (line === null) return document.failing;
  const { first, shown } = document;
  return documentLineOf(document, Math.min(Math.max(line, first), first + Math.max(0, shown - 1)));
}

/** Whether there is more of the log, or of the phase. */
export function isPart({ shown, total }: Pick<LogDocument, 'shown' | 'total'>): boolean {
  return shown < total;
}

/** Whether a line of the log is among those that are shown. */
export function shows({ first, shown }: Pick<LogDocument, 'first' | 'shown'>, line: number): boolean {
  return line >= first && line < first + shown;
}

export interface PartLens {
  readonly title: string;
  readonly command: string;
  /** The line of the log that it leads to; null for all of it. */
  readonly to: number | null;
}

/** What stands above the first line of a log that is shown in part; nothing above a whole one. */
export function partLenses(document: LogDocument): readonly PartLens[] {
  const { first, shown, total, file } = document;
  const behind = first + shown;
  const part = (title: string, line: number): PartLens => ({
    title,
    command: 'phasewise.openLogPart',
    to: line,
  });
  if (!isPart(document)) return [];
  return [
    ...(file === null ? [] : [{ title: 'Open Whole File', command: 'phasewise.openWholeLog', to: null }]),
    { title: 'Search Whole Log…', command: 'phasewise.searchWholeLog', to: null },
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

/** Where in a line the text stands that was found in it, as the search compares them; its beginning for null. */
export function columnsOf(
  line: string,
  text: string | null,
): { readonly start: number; readonly end: number } {
  const start = text === null ? 0 : Math.max(0, line.toLowerCase().indexOf(text.toLowerCase()));
  return { start, end: Math.min(start + (text?.length ?? 0), line.length) };
}

/** What an editor's own search looks at, of a log that is shown in part. */
export function findWords({ shown, total }: Pick<LogDocument, 'shown' | 'total'>): string {
  return `Find looks through the ${countText(shown)} lines that are shown, of ${countText(total)}.`;
}
