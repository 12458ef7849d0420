/**
 * A terminal whose last rows are drawn anew while output goes by above them. Makes the text to write; pure. What it writes itself ends in
 * no newline, so that the rows are the last of the screen and can be taken back.
 */

const hideCursor = '\x1b[?25l';
const showCursor = '\x1b[?25h';
const dim = (text: string) => `\x1b[2m${text}\x1b[22m`;
const defaultColumns = 80;

export class LiveScreen {
  private drawn: readonly string[] = [];
  private drawnText = '';
  private atLineStart = true;
  private columns = defaultColumns;

  /** The terminal's width; undefined when it is not known. */
  resize(columns: number | undefined): void {
    this.columns = Math.max(20, columns ?? defaultColumns);
  }

  /** Output, and the block below it; nothing is drawn below a line that is not finished. */
  write(text: string, block: readonly string[]): string {
    if (text !== '') this.atLineStart = text.endsWith('\n');
    const rows = this.atLineStart ? block.map((line) => cut(line, this.columns - 1)) : [];
    const shown = rows.length === 0 ? '' : `${hideCursor}\x1b[0m${rows.map(dim).join('\r\n')}`;
    if (text === '' && shown === this.drawnText) return '';
    const erased = this.erase();
    this.drawn = rows;
    this.drawnText = shown;
    return erased + text + shown;
  }

  /** Takes the rows back. */
  private erase(): string {
    if (this.drawn.length === 0) return '';
    // A terminal that became narrower has wrapped them.
    const rows = this.drawn.reduce(
      (sum, line) => sum + Math.max(1, Math.ceil(line.length / this.columns)),
      0,
    );
    const up = rows > 1 ? `\x1b[${rows - 1}A` : '';
    return `\r${up}\x1b[J${showCursor}`;
  }
}

function cut(line: string, columns: number): string {
  return line.length > columns ? `${line.slice(0, columns - 1)}…` : line;
}
