/**
 * What a terminal shows of one line of output: carriage returns, backspaces and cursor movement within the line carried out, so
 * that of a progress bar its last state is left; colours as spans beside the text. Pure.
 */
import { TerminalStyle } from './terminalStyle';

export interface StyledSpan {
  /** UTF-16 columns; `end` is the first that is not of it. */
  readonly start: number;
  readonly end: number;
  /** See `TerminalStyle.name`. */
  readonly style: string;
}

export interface TerminalLine {
  readonly text: string;
  readonly spans: readonly StyledSpan[];
}

/** Of a longer line only this many UTF-16 units are shown, and how many are not. */
const shownUnits = 10_000;
/** Of what made the line only so much is carried out. */
const readUnits = 1 << 16;

// eslint-disable-next-line no-control-regex -- control characters are what this is about
const control = /[\u0000-\u0008\u000b-\u001f\u007f\u2028\u2029]/;
const sequence =
  // eslint-disable-next-line no-control-regex -- as above; the last alternative is a sequence that was cut off
  /\u001b(?:\[([0-?]*)[ -/]*([@-~])|[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-~]|\[?[0-?]*$)/y;

/** Reads lines of one log, in order: a colour may reach over the end of a line. */
export class TerminalLines {
  private readonly style = new TerminalStyle();

  /** `raw` is a line without its newline. */
  read(raw: string): TerminalLine {
    if (!control.test(raw)) return this.plain(raw);
    const screen = new LineScreen(this.style);
    const part = lastState(raw);
    screen.write(part.text);
    return cut(screen.line(), part.leftOut);
  }

  private plain(raw: string): TerminalLine {
    const { name } = this.style;
    const spans = name === '' || raw === '' ? [] : [{ start: 0, end: raw.length, style: name }];
    return raw.length > shownUnits ? cut({ text: raw, spans }, 0) : { text: raw, spans };
  }
}

/** Of a very long line the last thing that was written over the rest, else its beginning. */
function lastState(raw: string): { readonly text: string; readonly leftOut: number } {
  if (raw.length <= readUnits) return { text: raw, leftOut: 0 };
  let end = raw.length;
  while (end > 0 && raw[end - 1] === '\r') end--;
  const start = raw.lastIndexOf('\r', end - 1) + 1;
  const last = raw.slice(start, end);
  return { text: last.slice(0, readUnits), leftOut: Math.max(0, last.length - readUnits) };
}

function cut({ text, spans }: TerminalLine, leftOut: number): TerminalLine {
  const more = Math.max(0, text.length - shownUnits) + leftOut;
  if (more === 0) return { text, spans };
  const shown = text.slice(0, shownUnits).replace(/[\ud800-\udbff]$/, '');
  return {
    text: `${shown} … ${more} more characters`,
    spans: spans
      .filter(({ start }) => start < shown.length)
      .map((span) => ({ ...span, end: Math.min(span.end, shown.length) })),
  };
}

/** The one line of a terminal that the cursor stays in. */
class LineScreen {
  private readonly units: string[] = [];
  private readonly styles: string[] = [];
  private column = 0;

  constructor(private readonly style: TerminalStyle) {}

  write(text: string): void {
    let index = 0;
    while (index < text.length) {
      const unit = text[index] ?? '';
      if (unit === '\u001b') index = this.escape(text, index);
      else {
        this.put(unit);
        index++;
      }
    }
  }

  line(): TerminalLine {
    const spans: { start: number; end: number; style: string }[] = [];
    this.styles.forEach((style, column) => {
      const last = spans.at(-1);
      if (last?.style === style && last.end === column) last.end++;
      else if (style !== '') spans.push({ start: column, end: column + 1, style });
    });
    return { text: this.units.join(''), spans };
  }

  private put(unit: string): void {
    if (unit === '\r') this.column = 0;
    else if (unit === '\b') this.column = Math.max(0, this.column - 1);
    else if (unit !== '\u0007') this.print(visible(unit));
  }

  private print(unit: string): void {
    while (this.units.length < this.column) this.blank(this.units.length);
    this.units[this.column] = unit;
    this.styles[this.column] = this.style.name;
    this.column++;
  }

  private blank(column: number): void {
    this.units[column] = ' ';
    this.styles[column] = '';
  }

  /** Gives where the text goes on behind the sequence; one that leaves the line does nothing. */
  private escape(text: string, index: number): number {
    sequence.lastIndex = index;
    const found = sequence.exec(text);
    if (found === null) return index + 1;
    const [whole, parameters = '', final = ''] = found;
    const count = Math.min(Number(/^\d+/.exec(parameters)?.[0] ?? 1) || 1, shownUnits);
    if (final === 'm') this.style.apply(parameters);
    else if (final === 'K' || final === 'J') this.erase(parameters);
    else if (final === 'G' || final === '`') this.column = count - 1;
    else if (final === 'H' || final === 'f') this.column = columnOf(parameters);
    else if (final === 'C') this.column = Math.min(this.column + count, shownUnits);
    else if (final === 'D') this.column = Math.max(0, this.column - count);
    return index + whole.length;
  }

  /** Erase in line, and in display as far as it is this line. */
  private erase(parameters: string): void {
    const from = parameters === '1' || parameters === '2' ? 0 : this.column;
    const to = parameters === '1' ? Math.min(this.column + 1, this.units.length) : this.units.length;
    if (to === this.units.length) {
      this.units.length = Math.min(from, this.units.length);
      this.styles.length = this.units.length;
    } else for (let column = from; column < to; column++) this.blank(column);
  }
}

function columnOf(parameters: string): number {
  return Math.min(Math.max(0, Number(parameters.split(';')[1] ?? 1) - 1 || 0), shownUnits);
}

/** Characters that an editor cannot show, or would end the line at, as their pictures (Unicode's Control Pictures). */
function visible(unit: string): string {
  const code = unit.charCodeAt(0);
  if (code === 0x7f) return '\u2421';
  if (code === 0x2028 || code === 0x2029) return '\u2424';
  return code < 0x20 && unit !== '\t' ? String.fromCharCode(0x2400 + code) : unit;
}
