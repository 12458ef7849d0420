/**
 * Where the phases of a log's bytes are, so that a phase is shown without reading what stands before it. Made while a log is
 * written, or in one pass over a file; cuts as `PhaseCutter` does. Pure.
 */
import { announcedPhase, headedPhase, oldHeadedPhase, oldHeadings } from '../phaseLog';

export interface LogSection {
  /** Empty for what stands before the first phase. */
  readonly phase: string;
  /** Byte at which it begins, the line that announces it included. */
  readonly start: number;
  /** The same as a 0-based line of the file. */
  readonly first: number;
  /** Lines that are shown of it: all but the mark that is for Nix. */
  readonly lines: number;
}

/** What the entries of a hook printed. */
export interface LogHook {
  /** As `runHook` is given it, e.g. `preBuild`. */
  readonly name: string;
  /** Which section it is in. */
  readonly section: number;
  /** Its first and last line, of those of the section that are shown. */
  readonly first: number;
  readonly last: number;
}

export interface LogIndex {
  readonly bytes: number;
  /** Lines of the file, marks for Nix included. */
  readonly lines: number;
  /** Whether phases were announced to Nix. */
  readonly marked: boolean;
  /** In order, at least one unless the log is empty. */
  readonly sections: readonly LogSection[];
  /** Byte at which each `checkpointLines`-th line of the file begins. */
  readonly checkpoints: readonly number[];
  /** In order of their ends; absent in records of older versions, and in what Nix kept, where nobody marked them. */
  readonly hooks?: readonly LogHook[];
}

export const checkpointLines = 4096;
/** A build may announce phases without end; from then on they are text. */
const mostSections = 2000;
/** A phase may run hooks without end, too. */
const mostHooks = 2000;
/** No line that begins a phase is longer. */
const headBytes = 1024;
const newline = 10;
const carriageReturn = 13;

const oldHeadingBytes = new Set(oldHeadings.map(([words]) => words.charCodeAt(0)));
const markByte = '@'.charCodeAt(0);
const headingByte = 'R'.charCodeAt(0);

interface OpenSection {
  readonly phase: string;
  readonly start: number;
  readonly first: number;
  lines: number;
}

type OpenHook = Omit<LogHook, 'last'>;

/** Takes a log's bytes in any pieces. */
export class LogIndexer {
  private readonly sections: OpenSection[] = [];
  private readonly checkpoints: number[] = [0];
  private bytes = 0;
  private lines = 0;
  private marked = false;
  private lineStart = 0;
  /** The beginning of a line whose end has not come. */
  private head = Buffer.alloc(0);
  /** The line before was a heading whose announcement may follow. */
  private held: { readonly phase: string; readonly start: number; readonly first: number } | null = null;
  private nextOldHeading = 0;
  private readonly openHooks: OpenHook[] = [];
  private readonly hooks: LogHook[] = [];

  feed(chunk: Buffer): void {
    let from = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      if (this.isOrdinary(chunk[from] ?? 0)) this.ordinary(this.bytes + end + 1);
      else this.line(this.headOf(chunk, from, end), this.bytes + end + 1);
      from = end + 1;
    }
    if (from < chunk.length && this.head.length < headBytes)
      this.head = Buffer.concat([this.head, chunk.subarray(from, from + headBytes)]);
    this.bytes += chunk.length;
  }

  /** What is known so far; a last line without a newline counts. */
  index(): LogIndex {
    const { bytes, lines, marked, sections, checkpoints, hooks } = this.ended();
    return { bytes, lines, marked, sections, checkpoints, ...(hooks.length > 0 && { hooks }) };
  }

  /** An entry of a hook begins or ends behind the bytes that were given. */
  hook(name: string, ends: boolean): void {
    const lines = this.sections.at(-1)?.lines ?? 0;
    if (!ends) this.openHooks.push({ name, section: this.sections.length - 1, first: lines });
    else {
      const opened = this.openHooks.findLastIndex((hook) => hook.name === name);
      const isInLine = this.bytes > this.lineStart;
      const [hook] = opened < 0 ? [] : this.openHooks.splice(opened);
      if (hook !== undefined) this.closeHook(hook, isInLine ? lines : lines - 1);
    }
  }

  private closeHook({ name, section, first }: OpenHook, last: number): void {
    if (section < 0 || last < first || section !== this.sections.length - 1) return;
    const before = this.hooks.at(-1);
    const goesOn = before?.name === name && before.section === section && before.last === first - 1;
    if (goesOn) this.hooks.pop();
    if (this.hooks.length < mostHooks)
      this.hooks.push({ name, section, first: goesOn ? before.first : first, last });
  }

  /** A copy, as it would be if nothing followed. */
  private ended(): LogIndexer {
    const copy = new LogIndexer();
    const sections = this.sections.map((section) => ({ ...section }));
    const [openHooks, hooks] = [[...this.openHooks], [...this.hooks]];
    Object.assign(copy, this, { sections, checkpoints: [...this.checkpoints], openHooks, hooks });
    if (this.bytes > this.lineStart) copy.line(this.head, this.bytes);
    copy.settle();
    copy.endHooks();
    return copy;
  }

  /** Whether a line that begins so, in a piece of its own, can begin no phase and decide nothing about the one before it. */
  private isOrdinary(first: number): boolean {
    if (this.head.length > 0 || this.held !== null || first === markByte || first === headingByte)
      return false;
    return this.marked || !oldHeadingBytes.has(first);
  }

  private ordinary(next: number): void {
    this.count();
    this.nextLine(next);
  }

  private headOf(chunk: Buffer, from: number, end: number): Buffer {
    if (this.head.length === 0) return chunk.subarray(from, Math.min(end, from + headBytes));
    const head = Buffer.concat([this.head, chunk.subarray(from, Math.min(end, from + headBytes))]);
    this.head = Buffer.alloc(0);
    return head;
  }

  /** `next`: the byte at which the line after it begins. */
  private line(head: Buffer, next: number): void {
    const first = head[0] ?? 0;
    const phase = first === markByte ? announcedPhase(textOf(head)) : null;
    if (phase !== null && this.sections.length < mostSections) this.announced(phase);
    else {
      this.settle();
      const headed = first === headingByte ? headedPhase(textOf(head)) : null;
      if (headed !== null) this.held = { phase: headed, start: this.lineStart, first: this.lines };
      else if (oldHeadingBytes.has(first)) this.oldHeading(textOf(head));
      this.count();
    }
    this.nextLine(next);
  }

  private nextLine(start: number): void {
    this.lines++;
    this.lineStart = start;
    if (this.lines % checkpointLines === 0) this.checkpoints.push(start);
  }

  /** A hook that failed, or that ended its phase, has no end of its own. */
  private endHooks(ofNextPhase = 0): void {
    const last = (this.sections.at(-1)?.lines ?? 0) - 1 - ofNextPhase;
    for (const hook of this.openHooks.splice(0).reverse()) this.closeHook(hook, last);
  }

  private announced(phase: string): void {
    const { held } = this;
    this.endHooks(held?.phase === phase ? 1 : 0);
    this.held = null;
    this.marked = true;
    if (held?.phase === phase) this.beginAtHeading(held);
    else this.sections.push({ phase, start: this.lineStart, first: this.lines, lines: 0 });
  }

  /** The line before the present one was a heading that no announcement followed. */
  private settle(): void {
    const { held } = this;
    this.held = null;
    if (held !== null && !this.marked && this.sections.length < mostSections) this.beginAtHeading(held);
  }

  /** The heading was counted where it stood. */
  private beginAtHeading({ phase, start, first }: NonNullable<LogIndexer['held']>): void {
    const before = this.sections.at(-1);
    if (before !== undefined && --before.lines === 0 && before.phase === '') this.sections.pop();
    this.sections.push({ phase, start, first, lines: 1 });
  }

  private count(): void {
    const last = this.sections.at(-1);
    if (last === undefined) this.sections.push({ phase: '', start: 0, first: 0, lines: 1 });
    else last.lines++;
  }

  private oldHeading(text: string): void {
    const found = this.marked ? null : oldHeadedPhase(text, this.nextOldHeading);
    if (found === null) return;
    this.nextOldHeading = found.next;
    this.sections.push({ phase: found.phase, start: this.lineStart, first: this.lines, lines: 0 });
  }
}

function textOf(head: Buffer): string {
  const end = head.at(-1) === carriageReturn ? head.length - 1 : head.length;
  return head.toString('utf8', 0, end);
}
