import type { Position, Range } from '../protocol/model';
import type { Span } from './syntaxTree';
import type { TextChange } from './textChange';

const lineFeed = 10;
const carriageReturn = 13;

/** A line as Nix counts it: 1-based, with a 1-based column in UTF-8 bytes. */
export interface LineAndByteColumn {
  readonly line: number;
  readonly column: number;
}

/**
 * Converts between UTF-16 offsets, LSP positions and Nix's byte columns of one text; the only place that does.
 * Lines end with `\n`, `\r\n` or a lone `\r`, as LSP and Nix's lexer (`adjustLoc`) both count them.
 */
export class LineIndex {
  private readonly starts: Uint32Array;

  constructor(
    private readonly text: string,
    starts?: Uint32Array,
  ) {
    this.starts = starts ?? Uint32Array.from(allStarts(text));
  }

  /** The index of the text that a change leads to: only what changed is looked through. */
  after(text: string, { start, oldEnd, newEnd }: TextChange): LineIndex {
    const kept = this.lineAt(Math.max(0, start - 1)) + 1;
    // The end of a line may be a `\r` whose `\n` is what changed.
    const made = lineStarts(text, this.starts[kept - 1] ?? 0, newEnd);
    const rest = this.lineAt(oldEnd) + 1;
    const starts = new Uint32Array(kept + made.length + this.starts.length - rest);
    starts.set(this.starts.subarray(0, kept));
    starts.set(made, kept);
    const shift = newEnd - oldEnd;
    for (let index = rest, at = kept + made.length; index < this.starts.length; index++, at++) {
      starts[at] = (this.starts[index] ?? 0) + shift;
    }
    return new LineIndex(text, starts);
  }

  get lineCount(): number {
    return this.starts.length;
  }

  /** The LSP position of a UTF-16 offset; offsets outside the text are clamped, one inside `\r\n` stands before it. */
  positionAt(offset: number): Position {
    const clamped = clamp(offset, 0, this.text.length);
    const line = this.lineAt(clamped);
    const start = this.starts[line] ?? 0;
    return { line, character: Math.min(clamped, this.contentEnd(line)) - start };
  }

  /** The 0-based line that holds this offset. */
  lineAt(offset: number): number {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The UTF-16 offset of an LSP position; characters beyond the line's end stand at its end, as LSP says. */
  offsetAt(position: Position): number {
    if (position.line < 0) return 0;
    const start = this.starts[position.line];
    if (start === undefined) return this.text.length;
    return clamp(start + position.character, start, this.contentEnd(position.line));
  }

  rangeOf(span: Span): Range {
    return { start: this.positionAt(span.start), end: this.positionAt(span.end) };
  }

  /** Offsets of a 0-based line's text without its line ending; null when there is no such line. */
  lineSpan(line: number): Span | null {
    const start = this.starts[line];
    return start === undefined ? null : { start, end: this.contentEnd(line) };
  }

  /** The LSP position of a place that Nix named; places outside the text are clamped, a column inside a character stands before it. */
  fromNixPosition(line1: number, byteColumn1: number): Position {
    if (line1 < 1) return { line: 0, character: 0 };
    const line = line1 - 1;
    const span = this.lineSpan(line);
    if (span === null) return this.positionAt(this.text.length);
    let offset = span.start;
    for (let bytes = byteColumn1 - 1; offset < span.end;) {
      const character = characterAt(this.text, offset);
      bytes -= character.bytes;
      if (bytes < 0) break;
      offset += character.units;
    }
    return { line, character: offset - span.start };
  }

  /** The place of a UTF-16 offset as Nix names it. */
  toNixPosition(offset: number): LineAndByteColumn {
    const { line, character } = this.positionAt(offset);
    const start = this.starts[line] ?? 0;
    return { line: line + 1, column: 1 + utf8Length(this.text, start, start + character) };
  }

  private contentEnd(line: number): number {
    const next = this.starts[line + 1];
    if (next === undefined) return this.text.length;
    const crlf =
      this.text.charCodeAt(next - 1) === lineFeed && this.text.charCodeAt(next - 2) === carriageReturn;
    const start = this.starts[line] ?? 0;
    return crlf && next - 2 >= start ? next - 2 : next - 1;
  }
}

function allStarts(text: string): number[] {
  const starts = lineStarts(text, 0, text.length);
  starts.unshift(0);
  return starts;
}

/** The starts of the lines that end between two offsets. */
function lineStarts(text: string, from: number, to: number): number[] {
  const starts: number[] = [];
  for (let i = from; i < to; i++) {
    const unit = text.charCodeAt(i);
    if (unit > carriageReturn) continue;
    if (unit === lineFeed) starts.push(i + 1);
    else if (unit === carriageReturn && text.charCodeAt(i + 1) !== lineFeed) starts.push(i + 1);
  }
  return starts;
}

/** Bytes that this part of the text takes in UTF-8; a lone surrogate counts as the three bytes of its replacement. */
export function utf8Length(text: string, start: number, end: number): number {
  let bytes = 0;
  for (let i = start; i < end;) {
    const character = characterAt(text, i);
    bytes += character.bytes;
    i += character.units;
  }
  return bytes;
}

function characterAt(text: string, offset: number): { readonly bytes: number; readonly units: number } {
  const point = text.codePointAt(offset) ?? 0;
  if (point < 0x80) return { bytes: 1, units: 1 };
  if (point < 0x800) return { bytes: 2, units: 1 };
  return point < 0x10000 ? { bytes: 3, units: 1 } : { bytes: 4, units: 2 };
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(value, high));
}
