/** Raw log text as a page for people: phases under headings, terminal control carried out, folds and colours beside it. Pure. */
import type { LogDocument, LogFold } from '../../protocol/logMessages';
import { isErrorLine } from '../../protocol/errorLines';
import { documentLineOf } from '../../protocol/logPlaces';
import { phaseHeading } from '../phaseHeading';
import { isAnnouncement, PhaseCutter } from '../phaseLog';
import type { ShownLines } from './logLines';
import { normalised } from './normalised';
import { TerminalLines } from './terminalLine';

export interface PageOptions {
  /** Whether phases were announced to Nix before the text begins. */
  readonly marked: boolean;
  /** The only phase that it is of; null: the whole log, each phase with a heading. */
  readonly phase: string | null;
  readonly normalised: boolean;
}

/** The failing line is looked for among so many at the end. */
const searchedLines = 400;

export class LogPage {
  readonly lines: string[] = [];
  /** Lines of the log that were read. */
  shown = 0;
  /** Lines of our own above the log's. */
  private notes = 0;
  /** Before which of the lines that were read a heading stands that is no line of the log. */
  readonly added: number[] = [];
  private readonly terminal = new TerminalLines();
  private readonly styleNames = new Map<string, number>();
  private readonly spans: number[] = [];
  private readonly phases: { readonly name: string; readonly line: number }[] = [];
  private readonly hooks: LogFold[] = [];
  private openHook: number | null = null;
  private headed: string | null = null;
  private readonly cutter: PhaseCutter;

  constructor(private readonly options: PageOptions) {
    const listener = {
      phase: (name: string) => this.phase(name),
      lines: (texts: readonly string[]) => texts.forEach((text) => this.line(text)),
    };
    this.cutter = new PhaseCutter(listener, options.marked);
  }

  /** A line of our own. */
  note(text: string): void {
    this.notes = this.lines.push(text);
  }

  /** At which line of the document a line stands; 0: the first that was read. */
  documentLine(line: number): number {
    return documentLineOf({ first: 0, offset: this.notes, added: this.added }, line);
  }

  /** Whole lines, the last with or without its newline. */
  write(text: string): void {
    let start = 0;
    while (start < text.length) {
      const newline = text.indexOf('\n', start);
      const end = newline < 0 ? text.length : newline;
      const last = text.charCodeAt(end - 1) === 13 && end > start ? end - 1 : end;
      this.cutter.line(text.slice(start, last));
      start = end + 1;
    }
  }

  end(): void {
    this.cutter.end();
    this.closeHook();
  }

  /**
   * Document line that tells what failed: the first error among the last lines of this phase (the last one that is shown when it is
   * not here or null), else its last line, unless `onlyErrors`.
   */
  failing(phase: string | null, onlyErrors: boolean): number | null {
    const index = this.phases.findLastIndex(({ name }) => phase === null || name === phase);
    const start = this.phases[index]?.line ?? 0;
    let end = this.phases[index + 1]?.line ?? this.lines.length;
    while (end > start && this.lines[end - 1]?.trim() === '') end--;
    const from = Math.max(start, end - searchedLines);
    for (let line = from; line < end; line++) if (isErrorLine(this.lines[line] ?? '')) return line;
    return onlyErrors || end === start ? null : end - 1;
  }

  /** `marked`: what hooks are known to have printed, in lines of the log (of the phase, when it is of one); `first`: which of those was read first. */
  looks(marked: readonly ShownLines[], first: number): Pick<LogDocument, 'folds' | 'styles' | 'spans'> {
    const ends = this.phases.map((_, index) => (this.phases[index + 1]?.line ?? this.lines.length) - 1);
    const phases = this.phases.map(({ line }, index): LogFold => ({
      start: line,
      end: ends[index] ?? line,
      kind: 'phase',
    }));
    const known = marked.map((hook): LogFold => ({
      start: this.documentLine(Math.max(0, hook.first - first)),
      end: this.documentLine(Math.min(this.shown - 1, hook.last - first)),
      kind: 'hook',
    }));
    // What the log itself says of hooks is less than what was marked.
    const said = this.hooks.filter(
      ({ start }) => !known.some((hook) => hook.start <= start && start <= hook.end),
    );
    const folds = [...phases, ...known, ...said].filter(({ start, end }) => end > start);
    return { folds, styles: [...this.styleNames.keys()], spans: this.spans };
  }

  private phase(name: string): void {
    this.closeHook();
    if (this.headed !== null) this.headingAdded();
    this.headed = name;
    if (this.options.phase !== null) {
      if (this.phases.length === 0) this.phases.push({ name, line: this.lines.length });
      return;
    }
    this.phases.push({ name, line: this.lines.length });
    this.lines.push(phaseHeading(name));
  }

  private line(raw: string): void {
    const { headed } = this;
    if (headed !== null && !isAnnouncement(raw, headed)) this.headingAdded();
    this.headed = null;
    this.shown++;
    if (headed !== null && isAnnouncement(raw, headed)) {
      // The heading stands for it; of a single phase it takes its line, so that lines keep their numbers.
      if (this.options.phase !== null) this.lines.push(phaseHeading(headed));
      return;
    }
    const { text, spans } = this.terminal.read(raw);
    this.hook(text);
    const line = this.lines.push(this.options.normalised ? normalised(text) : text) - 1;
    if (this.options.normalised) return;
    for (const { start, end, style } of spans) this.spans.push(line, start, end, this.styleOf(style));
  }

  /** Of a single phase the heading stands in the place of the line that announces it. */
  private headingAdded(): void {
    if (this.options.phase === null) this.added.push(this.shown);
  }

  private styleOf(name: string): number {
    const known = this.styleNames.get(name);
    if (known !== undefined) return known;
    this.styleNames.set(name, this.styleNames.size);
    return this.styleNames.size - 1;
  }

  private hook(text: string): void {
    if (!mayNameHook(text)) return;
    const ends = hookEnd.test(text);
    if (ends || hookStart.test(text)) this.closeHook(ends ? this.lines.length : this.lines.length - 1);
    if (!ends && hookStart.test(text)) this.openHook = this.lines.length;
  }

  private closeHook(end = this.lines.length - 1): void {
    if (this.openHook !== null) this.hooks.push({ start: this.openHook, end, kind: 'hook' });
    this.openHook = null;
  }
}

/**
 * How a log names a hook, when it does: nixpkgs' `setup.sh` at higher verbosity (`_logHook`), and the hooks of its language
 * frameworks.
 */
const hookStart =
  /^(?:\S+: )?(?:calling '\S+' function hook|sourcing '\S+' script hook|evaling '\S+' string hook) '|^Executing \w+(?:Hook|Phase)?$/;
const hookEnd = /^Finished executing \w+$/;

/** Most lines are told from those by their first letter. */
function mayNameHook(text: string): boolean {
  const first = text.charCodeAt(0);
  return (
    (first === letterE || first === letterF ? /^(?:Executing|Finished) /.test(text) : false) ||
    text.includes(" hook '")
  );
}

const letterE = 'E'.charCodeAt(0);
const letterF = 'F'.charCodeAt(0);
