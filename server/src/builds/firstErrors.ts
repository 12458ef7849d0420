/**
 * The first errors that a phase's log tells of, however much comes after them, each with a few lines around it: the end of a
 * long log is often no more than what followed. Pure.
 */
import type { LogLine } from '../protocol/model';
import { isError } from './errorLines';
import { printable } from './tail';

const mostErrors = 20;
const linesAbove = 2;
const linesBelow = 3;
const keptCharacters = 2000;
/** What is over in a line longer than this is not looked at. */
const longestRest = 1 << 20;

/** What stands in every line that tells of an error, coloured or not: a text is searched for it at once, as most lines of a log have none. */
const couldTell =
  // eslint-disable-next-line no-control-regex -- what begins a colour may end a word
  /[eE][rR][rR][oO][rR](?:\[\w+\]| [A-Z]+\d+)?(?:[:\])\r\u001b]| \[|$)|Exception(?:[:)\r\u001b]| \[|$)|ERROR |^\*\* \(| line \d|CMake Error|Bus error|undefined (?:reference|symbol)|multiple definition|panic|\.go:\d|not ok \d|FAIL|[✗✖] |\*\*\*Failed|: (?:command not found|not found|No such file or directory|Permission denied|Is a directory|Read-only file system|line \d)|Segmentation fault|Aborted|Killed|core dumped/gm;

export class FirstErrors {
  private readonly found = new Map<number, LogLine>();
  private errors = 0;
  /** Lines that wait for those below them, after a few that were looked at. */
  private rest = '';
  /** Where in `rest` looking goes on. */
  private looked = 0;

  /** `number`: of the first line. */
  constructor(private number = 0) {}

  /** Whether more of the log adds nothing. */
  get full(): boolean {
    return this.errors >= mostErrors;
  }

  /** In their order. */
  get lines(): readonly LogLine[] {
    return [...this.found.values()].sort((a, b) => a.number - b.number);
  }

  /** Text of the log, cut anywhere. */
  write(text: string): void {
    if (this.full || (this.rest.length > longestRest && !text.includes('\n'))) return;
    const all = this.rest + text;
    const end = linesBack(all, all.length, linesBelow + 1);
    if (end <= this.looked) {
      this.rest = all;
      return;
    }
    this.look(all, end);
    const from = linesBack(all, end, linesAbove + 1);
    this.number += newlines(all, 0, from);
    this.rest = all.slice(from);
    this.looked = end - from;
  }

  end(): void {
    this.look(this.rest, this.rest.length);
    this.looked = this.rest.length;
  }

  private look(text: string, end: number): void {
    let counted = 0;
    let number = this.number;
    couldTell.lastIndex = this.looked;
    while (!this.full) {
      const at = couldTell.exec(text)?.index ?? end;
      if (at >= end) return;
      const start = text.lastIndexOf('\n', at - 1) + 1;
      const next = endOfLine(text, at) + 1;
      if (isError(lineAt(text, start))) {
        number += newlines(text, counted, start);
        counted = start;
        this.keep(text, start, number);
      }
      couldTell.lastIndex = next;
    }
  }

  private keep(text: string, error: number, number: number): void {
    this.errors++;
    const first = linesBack(text, error, linesAbove + 1);
    const above = newlines(text, first, error);
    for (let start = first, line = -above; line <= linesBelow && start < text.length; line++) {
      this.found.set(number + line, { number: number + line, text: lineAt(text, start) });
      start = endOfLine(text, start) + 1;
    }
  }
}

/** What is looked at of a failed phase's log: its first errors, and its end. Where lines are left out between, an empty one stands. */
export function withFirst(first: readonly LogLine[], end: readonly LogLine[]): readonly LogLine[] {
  const begins = end[0]?.number ?? Infinity;
  const all = [...first.filter(({ number }) => number < begins), ...end];
  return all.flatMap((line, index) => {
    const next = all[index + 1]?.number ?? 0;
    const isCut = next > line.number + 1 && line.number < begins;
    return isCut ? [line, { number: line.number + 1, text: '' }] : [line];
  });
}

/** Where the line begins that is so many before this place; 1: the one that ends or stands there. */
function linesBack(text: string, place: number, lines: number): number {
  let at = place;
  for (let back = 0; back < lines; back++) {
    if (at <= 0) return 0;
    at = text.lastIndexOf('\n', at - 1);
  }
  return at + 1;
}

function newlines(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

function endOfLine(text: string, from: number): number {
  const newline = text.indexOf('\n', from);
  return newline < 0 ? text.length : newline;
}

function lineAt(text: string, start: number): string {
  const end = endOfLine(text, start);
  const line = text.slice(start, Math.min(end, start + keptCharacters));
  return printable(end - start > keptCharacters ? `${line}…` : line);
}
