/** rustc, whose place stands below its words, and programs of rust that panic, whose words stand below the place. Pure. */
import {
  nothing,
  placeIn,
  said,
  severityOf,
  type Place,
  type Said,
  type Severity,
  type ToolWords,
} from './said';

const head = /^(error|warning)(?:\[\w+\])?: (.+)$/;
const below = /^\s*--> (.+?):(\d+):(\d+)$/;
/** Since 1.73. */
const panic = /^thread '.*'(?: \(\d+\))? panicked at (\S.*?):(\d+):(\d+):$/;
const oldPanic = /^thread '.*' panicked at '(.*)', (\S[^']*?):(\d+):(\d+)$/;

export class RustWords implements ToolWords {
  private begun: { readonly severity: Severity; readonly message: string } | null = null;
  private panicked: Place | null = null;

  get waits(): boolean {
    return this.panicked !== null;
  }

  line(text: string): readonly Said[] | null {
    const { begun, panicked } = this;
    if (panicked !== null) {
      this.panicked = null;
      return said(panicked, 'error', text.trim(), 'rustc');
    }
    const place = below.exec(text);
    if (place !== null) {
      this.begun = null;
      return begun === null ? nothing : said(placeIn(place), begun.severity, begun.message, 'rustc');
    }
    return this.panic(text) ?? this.head(text);
  }

  other(): void {
    this.begun = null;
  }

  private panic(text: string): readonly Said[] | null {
    if (!text.startsWith('thread ')) return null;
    const match = panic.exec(text);
    if (match !== null) {
      this.panicked = placeIn(match);
      return nothing;
    }
    const [whole, message, ...place] = oldPanic.exec(text) ?? [];
    if (whole === undefined) return null;
    const [file = '', line, column] = place;
    const at = { file, line: Number(line) - 1, column: Number(column) - 1 };
    return said(at, 'error', message ?? '', 'rustc');
  }

  private head(text: string): null {
    const match = head.exec(text);
    this.begun = match === null ? null : { severity: severityOf(match[1] ?? ''), message: match[2] ?? '' };
    return null;
  }
}
