/** A Nix string as the bash it becomes, with the place in the document of each of its characters. Pure. */
import type { StringLiteral } from '../../syntax/ast';
import { stringParts } from '../../syntax/stringText';
import type { Span } from '../../syntax/syntaxTree';

export interface ShellText {
  readonly literal: StringLiteral;
  /** What goes before the text, and the text itself; a word stands for each splice. */
  readonly script: string;
  /** Where in the script the text begins. */
  readonly begin: number;
  /** What of the document each unit of the text comes from; for one of a splice the whole of the splice. */
  readonly places: readonly Span[];
  /** The words that stand for splices, as spans of the script. */
  readonly splices: readonly Span[];
}

/** A word in every place of a shell's grammar where a splice may be: a command, an argument, a variable's name, a number's. */
export function spliceWord(index: number): string {
  return `NIX_SPLICE_${index}`;
}

export function shellTextOf(source: string, literal: StringLiteral, prelude: string): ShellText {
  let script = prelude;
  const places: Span[] = [];
  const splices: Span[] = [];
  for (const part of stringParts(source, literal)) {
    if (part.kind === 'text') {
      script += part.text;
      for (const start of part.offsets) places.push({ start, end: start + lengthAt(source, literal, start) });
      continue;
    }
    const word = spliceWord(splices.length + 1);
    splices.push({ start: script.length, end: script.length + word.length });
    script += word;
    for (let i = 0; i < word.length; i++) places.push(part.span);
  }
  return { literal, script, begin: prelude.length, places, splices };
}

/** How much of the document one character of the text takes, as Nix's lexer reads it. */
function lengthAt(source: string, { style }: StringLiteral, at: number): number {
  if (style === 'quoted') return source[at] === '\\' || source.startsWith('\r\n', at) ? 2 : 1;
  if (source.startsWith("'''", at) || source.startsWith("''$", at)) return 3;
  if (!source.startsWith("''\\", at)) return 1;
  return (source.codePointAt(at + 3) ?? 0) > 0xffff ? 5 : 4;
}

/** The place in the document of a span of the script; null where that is not in the text alone. */
export function placeOf({ begin, places }: ShellText, { start, end }: Span): Span | null {
  if (start < begin || end < start || end - begin > places.length) return null;
  const [first, last] = [places[start - begin], places[end - begin - 1]];
  if (start === end) {
    const at = first?.start ?? last?.end;
    return at === undefined ? null : { start: at, end: at };
  }
  return first === undefined || last === undefined ? null : { start: first.start, end: last.end };
}

/** Offsets of a script by line and column, as shellcheck counts: from 1, in code points. */
export class ScriptPositions {
  private readonly starts: readonly number[];

  constructor(private readonly script: string) {
    const starts = [0];
    for (let at = script.indexOf('\n'); at >= 0; at = script.indexOf('\n', at + 1)) starts.push(at + 1);
    this.starts = starts;
  }

  /** Null where there is no such place. */
  offset(line: number, column: number): number | null {
    const start = this.starts[line - 1];
    if (start === undefined || column < 1) return null;
    const end = (this.starts[line] ?? this.script.length + 1) - 1;
    let at = start;
    for (let left = column - 1; left > 0; left--) {
      if (at >= end) return null;
      at += (this.script.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
    }
    return at;
  }

  /** The whole lines that a span touches. */
  lines({ start, end }: Span): Span {
    const from = this.script.lastIndexOf('\n', start - 1) + 1;
    const to = this.script.indexOf('\n', end);
    return { start: from, end: to < 0 ? this.script.length : to };
  }
}
