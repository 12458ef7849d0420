/** Which line of a log document is which line of the log. Pure. */
import type { LogDocument } from './logMessages';

/** Where the lines of a document come from. */
export type LogLines = Pick<LogDocument, 'first' | 'offset' | 'added'>;

/** The document line at which a line of the log (of the phase, when it is of one) stands, or would stand. */
export function documentLineOf({ first, offset, added }: LogLines, line: number): number {
  const shown = line - first;
  return offset + shown + added.filter((before) => before <= shown).length;
}

/** The line of the log that stands at a document line, or the next that does. */
export function logLineOf({ first, offset, added }: LogLines, documentLine: number): number {
  const place = documentLine - offset;
  // The n-th heading stands so many lines farther down as there are headings above it.
  return first + place - added.filter((before, headings) => before + headings < place).length;
}
