/**
 * Where the reading of a text may go on after an error. Pure. How a text is laid out tells: bindings of one set or `let` mostly begin lines, at
 * the same column. What goes on there is whole by itself, whatever is wrong before.
 */
import type { Span } from '../syntaxTree';

/** Bindings that were read and may be followed by others. */
export interface OpenBindings {
  /** Its place on the stack. */
  readonly index: number;
  readonly bindings: readonly { readonly span: Span }[];
}

export interface ResumePlace {
  readonly index: number;
  readonly offset: number;
}

/** Lines of a text that are looked at for one error. */
const maximumLines = 2000;
/** The innermost lists, and the last bindings of each, by which it is told how a text is laid out. */
const maximumLists = 64;
const bindingsLookedAt = 8;
const bindingStart =
  /(?:inherit\b|(?:[a-zA-Z_][\w'-]*|"[^"\n$\\]*")(?:\s*\.\s*(?:[a-zA-Z_][\w'-]*|"[^"\n$\\]*"|\$\{[^}\n]*\}))*\s*=(?!=))/y;

/** Takes the open lists, the innermost last; gives the first line after an error where a binding or the end of one of them stands. */
export function resumePlace(text: string, error: number, open: readonly OpenBindings[]): ResumePlace | null {
  const lists = open.slice(-maximumLists).flatMap(({ index, bindings }) => {
    const columns = bindings.slice(-bindingsLookedAt).map(({ span }) => columnOf(text, span.start));
    const column = columns.findLast((each) => each !== null) ?? null;
    return column === null ? [] : [{ index, column }];
  });
  let line = nextLine(text, error);
  for (let count = 0; line >= 0 && count < maximumLines && lists.length > 0; count++) {
    const offset = firstSign(text, line);
    const column = offset - line;
    if (/[^\r\n#]/.test(text.charAt(offset))) {
      const place = placeOn(text, offset, column, lists);
      if (place !== null) return place;
    }
    line = nextLine(text, line);
  }
  return null;
}

/** Null when something else stands before it on the line. */
function columnOf(text: string, offset: number): number | null {
  let start = offset;
  while (text.charAt(start - 1) === ' ' || text.charAt(start - 1) === '\t') start--;
  return start === 0 || text.charAt(start - 1) === '\n' ? offset - start : null;
}

type List = { readonly index: number; readonly column: number };

/** What stands further left ends the lists that stand further right. */
function placeOn(text: string, offset: number, column: number, lists: List[]): ResumePlace | null {
  while ((lists.at(-1)?.column ?? -1) > column) {
    const ended = lists.pop();
    const isOuter = (lists.at(-1)?.column ?? -1) <= column;
    if (ended !== undefined && isOuter && text.charAt(offset) === '}') return { index: ended.index, offset };
  }
  const list = lists.at(-1);
  if (list?.column !== column) return null;
  bindingStart.lastIndex = offset;
  return bindingStart.test(text) ? { index: list.index, offset } : null;
}

function nextLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? -1 : end + 1;
}

function firstSign(text: string, line: number): number {
  let offset = line;
  while (text.charAt(offset) === ' ' || text.charAt(offset) === '\t') offset++;
  return offset;
}
