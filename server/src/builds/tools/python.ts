/** Python's tracebacks and warnings, and what pytest makes of failures. Pure. */
import { lineIn, nothing, placeIn, said, type Place, type Said, type ToolWords } from './said';

const frame = /^\s+File "(.+?)", line (\d+)(?:, in .*)?$/;
const raised = /^(?:[\w.]+(?:Error|Exception|Warning|Interrupt|Exit)|SystemExit)(?:: .*)?$/;
/** `warnings.warn`, which pytest shows two columns in. */
const warning = /^\s*(\S[^:]*\.py):(\d+): (\w*Warning: .+)$/;
/** pytest: what failed, and where; in a short traceback (`--tb=short`, and while it collects) the frames come before that. */
const told = /^E {2,}(\S.*)$/;
const failed = /^(\S[^:]*\.py):(\d+): ([\w.]+)$/;
const shortFrame = /^(\S[^:]*\.py):(\d+): in \S.*$/;
/** What is not the author's. */
const library = /^<|\/site-packages\/|\/lib\/python\d/;

export class PythonWords implements ToolWords {
  /** The innermost frame so far that is no library's. */
  private frame: Place | null = null;
  private short: Place | null = null;
  private told: string | null = null;

  line(text: string): readonly Said[] | null {
    const { frame: at } = this;
    const isTraceback = at !== null || text.includes('File "');
    return (isTraceback ? this.traceback(text) : null) ?? this.pytest(text);
  }

  private traceback(text: string): readonly Said[] | null {
    const match = frame.exec(text);
    if (match !== null) {
      this.frame = innermost(this.frame, lineIn(match));
      return nothing;
    }
    const at = this.frame;
    if (at === null || !raised.test(text)) return null;
    this.frame = null;
    return said(at, 'error', text, 'python');
  }

  private pytest(text: string): readonly Said[] | null {
    if (text.includes('.py:')) return this.place(text);
    const [, words] = told.exec(text) ?? [];
    if (words !== undefined) {
      const { short } = this;
      this.short = null;
      if (short !== null) return said(short, 'error', words, 'python');
      this.told ??= words;
      return nothing;
    }
    return null;
  }

  private place(text: string): readonly Said[] | null {
    const inFrame = shortFrame.exec(text);
    if (inFrame !== null) {
      this.short = innermost(this.short, lineIn(inFrame));
      return nothing;
    }
    const at = failed.exec(text);
    if (at === null) return this.warning(text);
    const message = this.told ?? at[3] ?? '';
    this.told = null;
    return said(lineIn(at), 'error', message, 'python');
  }

  private warning(text: string): readonly Said[] | null {
    const match = warning.exec(text);
    if (match === null) return null;
    const place = placeIn(match);
    const isOwn = !library.test(place.file);
    return isOwn ? said({ ...place, column: null }, 'warning', match[3] ?? '', 'python') : nothing;
  }
}

function innermost(before: Place | null, next: Place): Place {
  return before === null || !library.test(next.file) ? next : before;
}
