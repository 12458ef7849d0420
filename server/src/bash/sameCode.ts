/** Whether two bash texts differ in nothing but comments, blank lines and indentation. Pure. */

/**
 * Errs on the side of *no*: a text in which a comment cannot be told with certainty without parsing it whole (here-documents,
 * backquotes, `=~`, extended patterns, a line that reads its own number, …) is the same as itself alone.
 */
export function sameCode(one: string, other: string): boolean {
  if (one === other) return true;
  const [code, others] = [withoutComments(one), withoutComments(other)];
  return code !== null && code === others;
}

const unsure = /`|=~|\(\(|\w\[[^\]\s]*\s|\$\[|(?<!<)<<(?!<)|[@!?*+]\(|\bLINENO\b|\binteractive_comments\b/;
const nestedCase = /\$\([^)]*\bcase\b/;

/** What the scanner is inside of: `code` is the whole, or in parentheses; `substitution` is in `$()`. */
type Mode = 'code' | 'substitution' | 'single' | 'ansi' | 'double' | 'parameter';

/** Null when it cannot be told. Source of the rules: bash manual, "Comments" and "Quoting". */
function withoutComments(text: string): string | null {
  if (unsure.test(text) || nestedCase.test(text)) return null;
  const scanner = new Scanner(text);
  while (!scanner.atEnd) if (!scanner.step()) return null;
  return scanner.code;
}

class Scanner {
  private at = 0;
  private out = '';
  private readonly modes: Mode[] = ['code'];
  /** What stands before: a word begins after white space and operators. */
  private before = '\n';

  constructor(private readonly text: string) {}

  get atEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** Of lines without code nothing is left; the last newline means nothing. */
  get code(): string | null {
    return this.modes.length === 1 ? withoutEnd(this.out, ' \t\n') : null;
  }

  /** Takes the next character, or the next few that belong together; false when it is not sure what they are. */
  step(): boolean {
    const mode = this.modes.at(-1) ?? 'code';
    const next = this.text[this.at] ?? '';
    if (mode === 'single') return this.take(1, next === "'" ? 'leave' : null);
    if (next === '\\') return this.escape();
    if (mode === 'ansi') return this.take(1, next === "'" ? 'leave' : null);
    if (next === '"') return this.take(1, mode === 'double' ? 'leave' : 'double');
    const two = this.text.slice(this.at, this.at + 2);
    if (two === '$(') return this.take(2, 'substitution');
    if (two === '${') return this.take(2, 'parameter');
    if (mode === 'double') return this.take(1, null);
    if (two === "$'") return this.take(2, 'ansi');
    if (mode === 'parameter') return next === "'" ? false : this.take(1, next === '}' ? 'leave' : null);
    return this.codeStep(next);
  }

  private codeStep(next: string): boolean {
    if (next === "'") return this.take(1, 'single');
    if (next === '(') return this.take(1, 'code');
    // A `)` that nothing opened ends a pattern of `case`.
    if (next === ')') return this.closed();
    if (next === '#' && /[\s;&|()<>]/.test(this.before)) {
      const end = this.text.indexOf('\n', this.at);
      this.at = end < 0 ? this.text.length : end;
      return true;
    }
    if (next === '\n') this.out = withoutEnd(this.out, ' \t');
    return /[ \t\n]/.test(next) && this.atLineStart ? this.skip() : this.take(1, null);
  }

  private get atLineStart(): boolean {
    return this.out === '' || (this.out.endsWith('\n') && !this.out.endsWith('\\\n'));
  }

  private skip(): boolean {
    this.at++;
    this.before = '\n';
    return true;
  }

  private closed(): boolean {
    const substituted = this.modes.at(-1) === 'substitution';
    this.take(1, this.modes.length > 1 ? 'leave' : null);
    // The word that it is part of goes on.
    if (substituted) this.before = 'x';
    return true;
  }

  private escape(): boolean {
    const { before } = this;
    this.take(2, null);
    // A continued line goes on as if there were no end of line.
    this.before = this.text[this.at - 1] === '\n' ? before : '\\';
    return true;
  }

  private take(length: number, mode: Mode | 'leave' | null): boolean {
    const taken = this.text.slice(this.at, this.at + length);
    this.out += taken;
    this.at += length;
    this.before = taken.at(-1) ?? '';
    if (mode === 'leave') this.modes.pop();
    else if (mode !== null) this.modes.push(mode);
    return true;
  }
}

/** Without the last characters that are among `what`; one behind a backslash stays. */
function withoutEnd(text: string, what: string): string {
  let end = text.length;
  while (end > 0 && what.includes(text[end - 1] ?? '') && text[end - 2] !== '\\') end--;
  return text.slice(0, end);
}
