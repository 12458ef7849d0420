/**
 * The simple commands at the beginning of a bash text, one after the other, as far as the text is nothing else: what comes after the first
 * loop, condition, pipe, function or here document is left to those that know more of bash. Pure.
 */
import type { Span } from '../../syntax/syntaxTree';

export interface ShellWord extends Span {
  /** What bash makes of it; null where only running tells: variables, patterns, braces, splices of Nix. */
  readonly value: string | null;
  /** What it begins with before anything that only running tells. */
  readonly prefix: string;
}

export interface SimpleCommand {
  readonly words: readonly ShellWord[];
  /** Files that it writes its output to. */
  readonly writes: readonly ShellWord[];
}

export interface CommandSequence {
  readonly commands: readonly SimpleCommand[];
  /** Whether these are all of the text. */
  readonly complete: boolean;
}

/** Words that begin something else than a simple command. */
const reserved =
  /^(?:if|then|elif|else|fi|for|while|until|do|done|case|esac|select|function|time|coproc|\[\[|\{|\}|!)$/;

/** `opaque`: what is not known of the script, as spans of it. */
export function simpleCommands(script: string, opaque: readonly Span[]): CommandSequence {
  const reader = new CommandReader(script, opaque);
  const commands: SimpleCommand[] = [];
  for (;;) {
    const command = reader.next();
    if (command === 'end') return { commands, complete: true };
    if (command === null) return { commands, complete: false };
    commands.push(command);
  }
}

class CommandReader {
  private at = 0;

  constructor(
    private readonly script: string,
    private readonly opaque: readonly Span[],
  ) {}

  /** Null where no simple command can be read, `end` behind the last. */
  next(): SimpleCommand | 'end' | null {
    this.skipBetween();
    if (this.at >= this.script.length) return 'end';
    const words: ShellWord[] = [];
    const writes: ShellWord[] = [];
    for (;;) {
      this.skipBlanks();
      const rest = this.script.slice(this.at, this.at + 2);
      if (rest === '' || /^(?:[\n;#])/.test(rest) || rest === '&&') {
        if (rest.startsWith(';') && rest !== ';' && rest[1] === ';') return null;
        this.at += rest === '&&' ? 2 : 0;
        return words.length === 0 && writes.length === 0 ? null : { words, writes };
      }
      if (/^[()|&<]/.test(rest)) return null;
      if (rest.startsWith('>')) {
        this.at += rest === '>>' ? 2 : 1;
        if (/^[&|(]/.test(this.script.slice(this.at))) return null;
        this.skipBlanks();
        const target = this.word();
        if (target === null) return null;
        writes.push(target);
        continue;
      }
      const word = this.word();
      if (word === null) return null;
      // `2>file`, `2>&1`
      if (/^[<>]/.test(this.script.slice(this.at)) && /^\d+$/.test(word.value ?? '')) return null;
      if (words.length === 0 && reserved.test(word.value ?? '')) return null;
      words.push(word);
    }
  }

  /** Blanks, ends of lines and of commands, comments. */
  private skipBetween(): void {
    for (;;) {
      this.skipBlanks();
      const letter = this.script[this.at];
      if (letter === '#') {
        const end = this.script.indexOf('\n', this.at);
        this.at = end < 0 ? this.script.length : end;
      } else if (letter === '\n' || letter === ';') this.at++;
      else return;
    }
  }

  private skipBlanks(): void {
    for (;;) {
      if (/^[ \t\r]/.test(this.script.slice(this.at, this.at + 1))) this.at++;
      else if (this.script.startsWith('\\\n', this.at)) this.at += 2;
      else return;
    }
  }

  /** Null where it is not closed, or holds what may do anything (`$(…)`). */
  private word(): ShellWord | null {
    const start = this.at;
    const text = new WordText();
    while (this.at < this.script.length) {
      const letter = this.script[this.at] ?? '';
      if (/[\s;&|()<>]/.test(letter)) break;
      const splice = this.opaque.find((span) => span.start <= this.at && this.at < span.end);
      if (splice !== undefined) {
        text.unknown();
        this.at = splice.end;
      } else if (letter === "'") {
        if (!this.quoted(text)) return null;
      } else if (letter === '"') {
        if (!this.doubleQuoted(text)) return null;
      } else if (letter === '\\') {
        if (this.script[this.at + 1] !== '\n') text.add(this.script[this.at + 1] ?? '');
        this.at += 2;
      } else if (letter === '$') {
        if (!this.expansion(text)) return null;
      } else if (letter === '`') return null;
      else {
        if (/[*?[{~]/.test(letter)) text.unknown();
        else text.add(letter);
        this.at++;
      }
    }
    if (this.at === start) return null;
    return { start, end: this.at, value: text.value, prefix: text.prefix };
  }

  private quoted(text: WordText): boolean {
    const end = this.script.indexOf("'", this.at + 1);
    if (end < 0) return false;
    this.known(this.at + 1, end, text);
    this.at = end + 1;
    return true;
  }

  private known(from: number, to: number, text: WordText): void {
    if (this.opaque.some((span) => span.start < to && from < span.end)) text.unknown();
    else text.add(this.script.slice(from, to));
  }

  private doubleQuoted(text: WordText): boolean {
    this.at++;
    text.add('');
    while (this.at < this.script.length) {
      const letter = this.script[this.at] ?? '';
      const splice = this.opaque.find((span) => span.start <= this.at && this.at < span.end);
      if (splice !== undefined) {
        text.unknown();
        this.at = splice.end;
      } else if (letter === '"') {
        this.at++;
        return true;
      } else if (letter === '\\') {
        const next = this.script[this.at + 1] ?? '';
        if (next !== '\n') text.add(/[$`"\\]/.test(next) ? next : `\\${next}`);
        this.at += 2;
      } else if (letter === '$') {
        if (!this.expansion(text)) return false;
      } else if (letter === '`') return false;
      else {
        text.add(letter);
        this.at++;
      }
    }
    return false;
  }

  /** `$name` and `${name}`; false for anything that may do more than give a value. */
  private expansion(text: WordText): boolean {
    const name = /^\$(?:\w+|\{\w+\}|[@*#?!$-])/.exec(this.script.slice(this.at));
    if (name === null) {
      if (/^\$[({'"[]/.test(this.script.slice(this.at))) return false;
      text.add('$');
      this.at++;
      return true;
    }
    text.unknown(name[0].replaceAll(/[{}]/g, ''));
    this.at += name[0].length;
    return true;
  }
}

class WordText {
  private text = '';
  private isKnown = true;
  private before = '';

  /** `name`: what stands there, for who knows what that begins with. */
  unknown(name = ''): void {
    if (this.isKnown) this.before = this.text + name;
    this.isKnown = false;
  }

  add(text: string): void {
    this.text += text;
  }

  get value(): string | null {
    return this.isKnown ? this.text : null;
  }

  get prefix(): string {
    return this.isKnown ? this.text : this.before;
  }
}
