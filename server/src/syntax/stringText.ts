import type { Expression, Interpolation, StringLiteral } from './ast';
import type { Span } from './syntaxTree';

/** A piece of a string's value. */
export type StringPart = StringTextPart | StringInterpolationPart;

export interface StringTextPart {
  readonly kind: 'text';
  readonly text: string;
  /** For each UTF-16 unit of `text`, the offset in the source that it comes from. */
  readonly offsets: readonly number[];
}

export interface StringInterpolationPart {
  readonly kind: 'interpolation';
  /** With its `${` and `}`. */
  readonly span: Span;
  readonly expression: Expression;
}

/**
 * The value of a string literal as Nix computes it: escapes resolved, line endings of `"…"` made `\n`, indentation of
 * `''…''` removed. Interpolations stay as they are. Never fails; of an unclosed string it tells what is there.
 *
 * Source of the rules: Nix's `src/libexpr/lexer.l` (tokens, `unescapeStr`) and `parser.y` (`stripIndentation`).
 */
export function stringParts(source: string, literal: StringLiteral): StringPart[] {
  return literal.style === 'quoted' ? quotedParts(source, literal) : indentedParts(source, literal);
}

/** The value of a literal without interpolations; null when it has some. */
export function literalValue(source: string, literal: StringLiteral): string | null {
  if (literal.interpolations.length > 0) return null;
  return stringParts(source, literal)
    .map((part) => (part.kind === 'text' ? part.text : ''))
    .join('');
}

/** A growing text with the source offset of each unit. */
class TextBuilder {
  private readonly chunks: string[] = [];
  readonly offsets: number[] = [];

  push(text: string, offset: number): void {
    this.chunks.push(text);
    for (let i = 0; i < text.length; i++) this.offsets.push(offset);
  }

  part(): StringTextPart {
    return { kind: 'text', text: this.chunks.join(''), offsets: this.offsets };
  }
}

function interpolationPart({ span, expression }: Interpolation): StringInterpolationPart {
  return { kind: 'interpolation', span, expression };
}

/** The stretches of source between interpolations, one more than there are interpolations. */
function stretches(literal: StringLiteral, start: number): Span[] {
  const found: Span[] = [];
  let from = start;
  for (const { span } of literal.interpolations) {
    found.push({ start: from, end: Math.max(from, span.start) });
    from = span.end;
  }
  found.push({ start: from, end: Math.max(from, literal.content.end) });
  return found;
}

function quotedParts(source: string, literal: StringLiteral): StringPart[] {
  const parts: StringPart[] = [];
  stretches(literal, literal.content.start).forEach((span, i) => {
    const text = new TextBuilder();
    unescape(source, span, text);
    if (text.offsets.length > 0) parts.push(text.part());
    const next = literal.interpolations[i];
    if (next !== undefined) parts.push(interpolationPart(next));
  });
  return parts;
}

/** Nix's `unescapeStr`: `\n`, `\r`, `\t`, `\` before any other character, and line endings made `\n`. */
function unescape(source: string, span: Span, into: TextBuilder): void {
  for (let i = span.start; i < span.end; i++) {
    const unit = source.charAt(i);
    if (unit === '\\' && i + 1 < span.end) {
      into.push(escaped(source.charAt(i + 1)), i);
      i++;
    } else if (unit === '\r') {
      into.push('\n', i);
      if (source.charAt(i + 1) === '\n' && i + 1 < span.end) i++;
    } else into.push(unit, i);
  }
}

function escaped(unit: string): string {
  if (unit === 'n') return '\n';
  if (unit === 'r') return '\r';
  return unit === 't' ? '\t' : unit;
}

/** What Nix's lexer makes of the inside of `''…''`; only `plain` tokens count as indentation. */
type Token =
  | { readonly kind: 'plain' | 'escape'; readonly text: string; readonly offset: number }
  | { readonly kind: 'interpolation'; readonly interpolation: Interpolation };

function indentedParts(source: string, literal: StringLiteral): StringPart[] {
  const tokens: Token[] = [];
  stretches(literal, afterOpening(source, literal.content)).forEach((span, i) => {
    tokenize(source, span, tokens);
    const interpolation = literal.interpolations[i];
    if (interpolation !== undefined) tokens.push({ kind: 'interpolation', interpolation });
  });
  return strip(tokens, minimumIndentation(tokens));
}

/** The opening quotes take the rest of their line with them when it is blank. */
function afterOpening(source: string, content: Span): number {
  let at = content.start;
  while (at < content.end && source.charAt(at) === ' ') at++;
  return at < content.end && source.charAt(at) === '\n' ? at + 1 : content.start;
}

function tokenize(source: string, span: Span, into: Token[]): void {
  let at = span.start;
  while (at < span.end) {
    const end = plainEnd(source, at, span.end);
    if (end > at) {
      into.push({ kind: 'plain', text: source.slice(at, end), offset: at });
      at = end;
      continue;
    }
    const [text, length] = escapeAt(source, at, span.end);
    into.push({ kind: 'escape', text, offset: at });
    at += length;
  }
}

/** `([^\$\']|\$[^\{\'\$]|\'[^\'\$])+` of the lexer. */
function plainEnd(source: string, start: number, end: number): number {
  let at = start;
  while (at < end) {
    const unit = source.charAt(at);
    if (unit === '$' || unit === "'") {
      if (at + 1 >= end) break;
      const next = source.charAt(at + 1);
      if (next === "'" || next === (unit === '$' ? '{' : '$')) break;
      at++;
    }
    at++;
  }
  return at;
}

/** The value and the length of the token that begins at a `$` or `'` which is no plain text. */
function escapeAt(source: string, at: number, end: number): readonly [string, number] {
  if (source.startsWith("'''", at) && at + 3 <= end) return ["''", 3];
  if (source.startsWith("''$", at) && at + 3 <= end) return ['$', 3];
  if (source.startsWith("''\\", at) && at + 4 <= end) {
    const point = source.codePointAt(at + 3) ?? 0;
    return [escaped(String.fromCodePoint(point)), point > 0xffff ? 5 : 4];
  }
  return [source.charAt(at), 1];
}

function minimumIndentation(tokens: readonly Token[]): number {
  let minimum = Infinity;
  /** Spaces seen at the start of the current line; null once something else stood there. */
  let current: number | null = 0;
  for (const token of tokens) {
    for (const unit of token.kind === 'plain' ? token.text : 'x') {
      if (unit === '\n') current = 0;
      else if (current !== null && unit === ' ') current++;
      else if (current !== null) {
        minimum = Math.min(minimum, current);
        current = null;
      }
    }
  }
  return minimum;
}

/** Second half of `stripIndentation`: drops indentation from each line and a blank last line's spaces. */
function strip(tokens: readonly Token[], minimum: number): StringPart[] {
  const parts: StringPart[] = [];
  let text = new TextBuilder();
  let atLineStart = true;
  let dropped = 0;
  const flush = (): void => {
    if (text.offsets.length > 0) parts.push(text.part());
    text = new TextBuilder();
  };
  tokens.forEach((token, index) => {
    if (token.kind === 'interpolation') {
      flush();
      parts.push(interpolationPart(token.interpolation));
      atLineStart = false;
      dropped = 0;
      return;
    }
    const kept = new TextBuilder();
    const step = token.kind === 'plain' ? 1 : 0;
    for (let i = 0; i < token.text.length; i++) {
      const unit = token.text.charAt(i);
      if (atLineStart && unit === ' ' && dropped++ < minimum) continue;
      if (unit !== ' ' || !atLineStart) {
        if (atLineStart) dropped = 0;
        atLineStart = unit === '\n';
      }
      kept.push(unit, token.offset + i * step);
    }
    const { text: value, offsets } = kept.part();
    const length = index === tokens.length - 1 ? withoutBlankEnd(value) : value.length;
    for (let i = 0; i < length; i++) text.push(value.charAt(i), offsets[i] ?? token.offset);
  });
  flush();
  return parts;
}

/** The length of a text without the spaces of its last line, when that holds nothing else. */
function withoutBlankEnd(text: string): number {
  const lineStart = text.lastIndexOf('\n') + 1;
  if (lineStart === 0) return text.length;
  for (let i = lineStart; i < text.length; i++) if (text.charAt(i) !== ' ') return text.length;
  return lineStart;
}
