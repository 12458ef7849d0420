/** The words of a bash text that an editor colours: variables, and commands that are functions of a stdenv. Pure. */
import type { StringLiteral } from '../syntax/ast';
import type { Span } from '../syntax/syntaxTree';

export interface BashToken {
  readonly span: Span;
  readonly kind: 'variable' | 'command';
  readonly name: string;
}

/** Takes a string of a Nix text; gives the variables that bash puts in and the first words of commands, in order. */
export function bashTokens(text: string, literal: StringLiteral): BashToken[] {
  return new BashScan(asBash(text, literal), literal.content.start).run();
}

/** What bash reads, each character where it stands: what Nix puts in, and its escapes, as dots, which mean nothing. */
function asBash(text: string, { content, interpolations, style }: StringLiteral): string {
  let made = '';
  let at = content.start;
  const literally = (end: number): string => withoutEscapes(text.slice(at, end), style);
  for (const { span } of interpolations) {
    made += literally(span.start) + '.'.repeat(Math.max(0, span.end - span.start));
    at = span.end;
  }
  return made + literally(content.end);
}

function withoutEscapes(text: string, style: StringLiteral['style']): string {
  if (style === 'indented')
    return text.replaceAll(/''(?:'|\$|\\.?)/gs, (escape) => {
      if (escape === "'''") return ".''";
      return escape === "''$" ? '..$' : '.'.repeat(escape.length);
    });
  return text.replaceAll(/\\(.)/gs, (_, escaped: string) => {
    if (escaped === 't') return '  ';
    return /[nr\n\r]/.test(escaped) ? ' \n' : `.${escaped}`;
  });
}

/** Words after which a command begins. */
const leading = new Set(['then', 'do', 'else', 'if', 'elif', 'while', 'until', 'time', '!', '{']);
const variable = /\$(?:\{[#!]?)?([A-Za-z_]\w*)/y;
const variables = /(?<!\\)\$(?:\{[#!]?)?([A-Za-z_]\w*)/g;
const hereDocument = /<<-?\s*(['"\\]?)([A-Za-z_]\w*)['"]?[^\n]*\n?/y;
const word = /[A-Za-z_][\w-]*(?=[\s;&|()<>]|$)/y;
const otherWord = /[^\s;&|()<>"'`$\\]+/y;

class BashScan {
  private readonly found: BashToken[] = [];
  private at = 0;
  /** Whether a command begins here. */
  private begins = true;
  /** What the place is in: `"` for double quotes, `(` for parentheses; what is innermost last. */
  private readonly around: ('"' | '(')[] = [];

  constructor(
    private readonly text: string,
    private readonly offset: number,
  ) {}

  run(): BashToken[] {
    while (this.at < this.text.length) this.step();
    return this.found;
  }

  private step(): void {
    const character = this.text.charAt(this.at);
    if (character === '\\') this.at += 2;
    else if (character === '$') this.dollar();
    else if (character === '"') this.quote();
    else if (this.around.at(-1) === '"') this.at++;
    else if (character === "'") this.skipPast("'");
    else if (character === '#' && /^$|[\s;&|()]/.test(this.text.charAt(this.at - 1))) this.skipTo('\n');
    else if (/<<<|[<>]&/y.test(this.text.slice(this.at, this.at + 3))) this.at += 2;
    else if (character === '<' && this.hereDocument()) return;
    else if (/[\n;&|(`]/.test(character)) this.separator(character);
    else if (character === ')') this.close();
    else if (/\s/.test(character)) this.at++;
    else this.word();
  }

  private dollar(): void {
    if (this.text.startsWith('$(', this.at)) {
      this.at++;
      return this.separator('(');
    }
    this.begins = false;
    if (this.text.startsWith("$'", this.at) && this.around.at(-1) !== '"') {
      this.at++;
      return this.skipPast("'");
    }
    const found = this.match(variable);
    const name = found?.[1];
    if (found === null || name === undefined) {
      this.at += this.text.startsWith('$$', this.at) ? 2 : 1;
      return;
    }
    this.at += found[0].length;
    this.add('variable', name);
  }

  private quote(): void {
    this.begins = false;
    this.at++;
    if (this.around.at(-1) === '"') this.around.pop();
    else this.around.push('"');
  }

  private separator(character: string): void {
    if (character === '(') this.around.push('(');
    this.begins = true;
    this.at++;
  }

  private close(): void {
    if (this.around.at(-1) === '(') this.around.pop();
    // Also after the pattern of a `case`.
    else this.begins = true;
    this.at++;
  }

  private word(): void {
    const name = this.match(word)?.[0];
    const whole = name ?? this.match(otherWord)?.[0] ?? this.text.charAt(this.at);
    this.at += whole.length;
    if (!this.begins) return;
    if (leading.has(whole)) return;
    this.begins = /^[A-Za-z_]\w*\+?=/.test(whole);
    if (name !== undefined) this.add('command', name);
  }

  /** What stands in a here-document is no command; variables count unless its word is quoted. */
  private hereDocument(): boolean {
    const isArithmetic = this.around.at(-1) === '(' && this.around.at(-2) === '(';
    const found = isArithmetic ? null : this.match(hereDocument);
    if (found === null) return false;
    const [opening, quote, end] = found;
    const { at, text } = this;
    const body = at + opening.length;
    const last = new RegExp(`^[ \\t]*${end ?? ''}[ \\t]*$`, 'm').exec(text.slice(body));
    const after = last === null ? text.length : body + last.index + last[0].length;
    const read = text.slice(at, quote === '' ? after : body);
    for (const { 0: whole, 1: name, index } of read.matchAll(variables)) {
      this.at = at + index + whole.length;
      this.add('variable', name ?? '');
    }
    this.at = after;
    this.begins = true;
    return true;
  }

  private match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    return pattern.exec(this.text);
  }

  private add(kind: BashToken['kind'], name: string): void {
    const end = this.offset + this.at;
    this.found.push({ kind, name, span: { start: end - name.length, end } });
  }

  private skipPast(character: string): void {
    this.begins = false;
    const end = this.text.indexOf(character, this.at + 1);
    this.at = end === -1 ? this.text.length : end + 1;
  }

  private skipTo(character: string): void {
    const end = this.text.indexOf(character, this.at);
    this.at = end === -1 ? this.text.length : end;
  }
}
