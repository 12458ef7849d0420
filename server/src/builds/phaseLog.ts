/**
 * Cuts the text of a build log (`nix-store -l`, or the lines of a running build) by phase. Pure and streaming: text may
 * be cut anywhere between writes.
 *
 * Stdenv announces a phase to Nix by a line `@nix { "action": "setPhase", "phase": "…" }` (nixpkgs setup.sh,
 * `showPhaseHeader`); logs keep it. Logs without any such line are cut by the headings stdenv prints for people.
 */

export interface PhaseLogListener {
  /** A phase begins; its lines follow. */
  phase(name: string): void;
  /** One line without its newline, as a terminal shows it after carriage returns; colours are kept. */
  line(text: string): void;
}

/** The same, with lines that came together given together. */
export interface PhaseLinesListener {
  phase(name: string): void;
  lines(texts: readonly string[]): void;
}

export interface PhaseLogReader {
  write(text: string): void;
  /** Gives what stands after the last newline. */
  end(): void;
}

const markPrefix = '@nix ';
const headingStart = 'Running phase: ';
const heading = /^Running phase: ([^\s]+)$/;

/** Whether stdenv announces this phase to people by this line, in whatever colours. */
export function isAnnouncement(line: string, phase: string): boolean {
  return heading.exec(withoutColours(line))?.[1] === phase;
}

/** The phase that stdenv announces to people by this line, without colours; null for every other line. */
export function headedPhase(line: string): string | null {
  return heading.exec(line)?.[1] ?? null;
}

/** What stdenv printed before nixpkgs 23.11, in order: `showPhaseHeader` of then. */
export const oldHeadings: readonly (readonly [string, string])[] = [
  ['unpacking sources', 'unpackPhase'],
  ['patching sources', 'patchPhase'],
  ['configuring', 'configurePhase'],
  ['building', 'buildPhase'],
  ['running tests', 'checkPhase'],
  ['installing', 'installPhase'],
  ['post-installation fixup', 'fixupPhase'],
  ['running install tests', 'installCheckPhase'],
];

/**
 * The phase of an old heading and the place after it; null for every other line. `from`: the place after the last one found, 0 at first.
 * Only the first of them may begin, for other programs print words such as `building`, too.
 */
export function oldHeadedPhase(
  line: string,
  from: number,
): { readonly phase: string; readonly next: number } | null {
  if (from === 0 && line !== oldHeadings[0]?.[0]) return null;
  const found = oldHeadings.findIndex(([words], index) => index >= from && words === line);
  const phase = oldHeadings[found]?.[1];
  return phase === undefined ? null : { phase, next: found + 1 };
}

/** The phase that a `@nix … setPhase` line announces; null for every other line. */
export function announcedPhase(line: string): string | null {
  if (!line.startsWith(markPrefix)) return null;
  try {
    const message: unknown = JSON.parse(line.slice(markPrefix.length));
    if (typeof message !== 'object' || message === null) return null;
    if (!('action' in message) || message.action !== 'setPhase' || !('phase' in message)) return null;
    return typeof message.phase === 'string' && isPhaseName(message.phase) ? message.phase : null;
  } catch {
    return null;
  }
}

const longestPhaseName = 200;

/** Whether stdenv can have announced this: a build may print any such line. Text that no row could show is none. */
export function isPhaseName(name: string): boolean {
  return name.trim() !== '' && name.length <= longestPhaseName && !/\p{Cc}/u.test(name);
}

/** The line that announces a phase to Nix, as logs keep it. */
export function phaseMark(phase: string): string {
  return `${markPrefix}${JSON.stringify({ action: 'setPhase', phase })}`;
}

/** What a terminal shows of a line with carriage returns: each part overwrites the beginning of those before it. */
export function overwritten(parts: readonly string[]): string {
  let shown = '';
  for (let index = parts.length - 1; index >= 0; index--) {
    const part = parts[index] ?? '';
    if (part.length > shown.length) shown += part.slice(shown.length);
  }
  return shown;
}

export function createPhaseLogReader(listener: PhaseLogListener): PhaseLogReader {
  const lines = new LineAssembler();
  const cutter = new PhaseCutter({
    phase: (name) => listener.phase(name),
    lines: (texts) => texts.forEach((text) => listener.line(text)),
  });
  return {
    write: (text) => lines.write(text, (line) => cutter.line(line)),
    end: () => {
      lines.end((line) => cutter.line(line));
      cutter.end();
    },
  };
}

/** Joins text into lines without ever searching or copying the same text twice. */
class LineAssembler {
  private readonly pieces: string[] = [];

  write(text: string, onLine: (line: string) => void): void {
    let start = 0;
    for (let newline = text.indexOf('\n'); newline >= 0; newline = text.indexOf('\n', start)) {
      this.pieces.push(text.slice(start, newline));
      onLine(this.take());
      start = newline + 1;
    }
    if (start < text.length) this.pieces.push(text.slice(start));
  }

  end(onLine: (line: string) => void): void {
    if (this.pieces.length > 0) onLine(this.take());
  }

  private take(): string {
    const line = this.pieces.join('');
    this.pieces.length = 0;
    return line.includes('\r') ? overwritten(line.split('\r')) : line;
  }
}

/** Decides line by line where phases begin. */
export class PhaseCutter {
  /** A heading that waits for the next line: its announcement may follow. */
  private held: { readonly line: string; readonly phase: string } | null = null;
  private nextOldHeading = 0;

  /** `marked`: whether phases were announced to Nix before the first line. */
  constructor(
    private readonly listener: PhaseLinesListener,
    private marked = false,
  ) {}

  line(text: string): void {
    const phase = announcedPhase(text);
    if (phase !== null) return this.announced(phase);
    this.end();
    const headed = headedPhase(text);
    if (headed !== null) this.held = { line: text, phase: headed };
    else {
      this.oldHeading(text);
      this.listener.lines([text]);
    }
  }

  /** The same for many; what neither begins a phase nor announces one is handed on together. */
  lines(texts: readonly string[]): void {
    let from = 0;
    texts.forEach((text, index) => {
      if (this.isOrdinary(text)) return;
      if (index > from) this.listener.lines(texts.slice(from, index));
      from = index + 1;
      this.line(text);
    });
    if (from < texts.length) this.listener.lines(from === 0 ? texts : texts.slice(from));
  }

  private isOrdinary(text: string): boolean {
    if (this.held !== null || text.startsWith(markPrefix) || text.startsWith(headingStart)) return false;
    return this.marked || oldHeadedPhase(text, this.nextOldHeading) === null;
  }

  /** Nix (or the log) says that this phase begins. */
  announced(phase: string): void {
    const { held } = this;
    this.held = null;
    if (held !== null && held.phase !== phase) this.listener.lines([held.line]);
    this.marked = true;
    this.listener.phase(phase);
    if (held?.phase === phase) this.listener.lines([held.line]);
  }

  /** Gives a heading that still waits. */
  end(): void {
    const { held } = this;
    if (held === null) return;
    this.held = null;
    if (!this.marked) this.listener.phase(held.phase);
    this.listener.lines([held.line]);
  }

  private oldHeading(text: string): void {
    const found = this.marked ? null : oldHeadedPhase(text, this.nextOldHeading);
    if (found === null) return;
    this.nextOldHeading = found.next;
    this.listener.phase(found.phase);
  }
}

const escapeSequence =
  // eslint-disable-next-line no-control-regex -- terminal escapes are control characters
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

/** The line without terminal escape sequences (ECMA-48 CSI, OSC and two-byte ones). */
export function withoutColours(line: string): string {
  return line.includes('\u001b') ? line.replace(escapeSequence, '') : line;
}
