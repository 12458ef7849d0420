import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LiveScreen } from '../../../../client/src/builds/liveScreen';

/** What a terminal of so many columns shows, row by row, after all this was written: text, CR, LF, CSI A, J, m and modes. */
class Screen {
  readonly rows: string[] = [''];
  private row = 0;
  private column = 0;

  constructor(public columns: number) {}

  write(text: string): void {
    // eslint-disable-next-line no-control-regex -- terminal control is what this reads
    for (const [token, up] of text.matchAll(/\x1b\[(?:(\d+)A|[?\d;]*[Jmhl])|[\s\S]/g)) {
      if (up !== undefined) this.row = Math.max(0, this.row - Number(up));
      else if (token.startsWith('\x1b') && token.endsWith('J')) this.eraseBelow();
      else if (token === '\r') this.column = 0;
      else if (token === '\n') this.down();
      else if (!token.startsWith('\x1b')) this.put(token);
    }
  }

  private put(character: string): void {
    if (this.column >= this.columns) {
      this.down();
      this.column = 0;
    }
    const line = (this.rows[this.row] ?? '').padEnd(this.column);
    this.rows[this.row] = line.slice(0, this.column) + character + line.slice(this.column + 1);
    this.column++;
  }

  private down(): void {
    this.row++;
    this.rows[this.row] ??= '';
  }

  private eraseBelow(): void {
    this.rows.length = this.row + 1;
    this.rows[this.row] = (this.rows[this.row] ?? '').slice(0, this.column);
  }
}

describe('a terminal with rows that are drawn anew', () => {
  it('shows all output, in order, with the latest rows below it', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            text: fc.constantFrom('', 'a\r\n', 'b c\r\nd\r\n', 'unfinished', '\r\n'),
            block: fc.array(fc.constantFrom('one', 'a longer row', 'x'.repeat(50)), { maxLength: 3 }),
          }),
          { maxLength: 12 },
        ),
        (steps) => {
          const live = new LiveScreen();
          live.resize(30);
          const screen = new Screen(30);
          for (const { text, block } of steps) screen.write(live.write(text, block));
          screen.write(live.write('', []));
          const plain = new Screen(30);
          for (const { text } of steps) plain.write(text);
          assert.deepEqual(screen.rows, plain.rows);
        },
      ),
    );
  });

  it('cuts rows to the width, and takes back those that a narrower terminal wrapped', () => {
    const live = new LiveScreen();
    live.resize(60);
    const screen = new Screen(60);
    screen.write(live.write('output\r\n', ['y'.repeat(80)]));
    assert.deepEqual(screen.rows, ['output', `${'y'.repeat(58)}…`]);
    live.resize(30);
    // As a terminal does: 59 characters on 30 columns are two rows, the cursor at their end.
    const narrow = new Screen(30);
    narrow.write(`output\r\n${'y'.repeat(58)}…`);
    narrow.write(live.write('more\r\n', []));
    assert.deepEqual(narrow.rows, ['output', 'more', '']);
  });

  it('writes nothing when nothing changed', () => {
    const live = new LiveScreen();
    assert.notEqual(live.write('', ['row 1 s']), '');
    assert.equal(live.write('', ['row 1 s']), '');
    assert.notEqual(live.write('', ['row 2 s']), '');
  });

  it('leaves the cursor shown and no colour behind', () => {
    const live = new LiveScreen();
    const text = live.write('', ['row']) + live.write('end\r\n', []);
    assert.ok(text.lastIndexOf('\x1b[?25h') > text.lastIndexOf('\x1b[?25l'));
  });
});
