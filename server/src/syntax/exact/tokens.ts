/**
 * Nix's own lexer (src/libexpr/lexer.l), rule by rule: the longest match counts, of equally long ones the rule that stands first there.
 * What it does with an end inside a string or path is kept as well, because it decides where Nix places its error.
 */

import {
  continuesWord,
  indentedTextEnd,
  isDigit,
  isRepresentable,
  isWordStart,
  SignSearch,
  stringTextEnd,
} from './lexing';

/** The tokens by the names that bison gives them in Nix's messages; where those are internal, by what they stand for. */
export const terminals = [
  'end of file',
  'ID',
  'INT',
  'FLOAT',
  'STR',
  'IND_STR',
  'PATH',
  'HPATH',
  'PATH_END',
  'SPATH',
  'URI',
  'IF',
  'THEN',
  'ELSE',
  'ASSERT',
  'WITH',
  'LET',
  'IN',
  'REC',
  'INHERIT',
  'OR_KW',
  'ELLIPSIS',
  'EQ',
  'NEQ',
  'LEQ',
  'GEQ',
  'AND',
  'OR',
  'IMPL',
  'UPDATE',
  'CONCAT',
  'PIPE_FROM',
  'PIPE_INTO',
  'DOLLAR_CURLY',
  'IND_STRING_OPEN',
  'IND_STRING_CLOSE',
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  ';',
  ':',
  ',',
  '.',
  '@',
  '?',
  '=',
  '!',
  '+',
  '-',
  '*',
  '/',
  '<',
  '>',
  '"',
  'invalid token',
] as const;

export type Terminal = (typeof terminals)[number];
export type Token = number;

const ids = new Map<string, Token>(terminals.map((name, id) => [name, id]));

/** The number by which lexer and tables know a token. */
export function tokenOf(name: Terminal): Token {
  return ids.get(name) ?? -1;
}

const words = new Map<string, Token>(
  ['if', 'then', 'else', 'assert', 'with', 'let', 'in', 'rec', 'inherit'].map((word) => [
    word,
    ids.get(word.toUpperCase()) ?? -1,
  ]),
).set('or', tokenOf('OR_KW'));

/** Operators of several characters, longest first. */
const operators: readonly (readonly [string, Token])[] = (
  [
    ['...', 'ELLIPSIS'],
    ['==', 'EQ'],
    ['!=', 'NEQ'],
    ['<=', 'LEQ'],
    ['>=', 'GEQ'],
    ['&&', 'AND'],
    ['||', 'OR'],
    ['->', 'IMPL'],
    ['//', 'UPDATE'],
    ['++', 'CONCAT'],
    ['<|', 'PIPE_FROM'],
    ['|>', 'PIPE_INTO'],
  ] as const
).map(([sign, name]) => [sign, tokenOf(name)]);

const end = tokenOf('end of file');
const name = tokenOf('ID');
const text = tokenOf('STR');
const indentedText = tokenOf('IND_STR');
const invalid = tokenOf('invalid token');
const interpolation = tokenOf('DOLLAR_CURLY');

const identifier = /[a-zA-Z_][a-zA-Z0-9_'-]*/y;
const integer = /[0-9]+/y;
const float = /(?:[1-9][0-9]*\.[0-9]*|0?\.[0-9]+)(?:[Ee][+-]?[0-9]+)?/y;
const path = /[a-zA-Z0-9._+-]*(?:\/[a-zA-Z0-9._+-]+)+\/?/y;
const pathSegment = /[a-zA-Z0-9._+-]*\//y;
const pathCharacters = /[a-zA-Z0-9._+-]+/y;
const homePath = /~(?:\/[a-zA-Z0-9._+-]+)+\/?/y;
const searchPath = /<[a-zA-Z0-9._+-]+(?:\/[a-zA-Z0-9._+-]+)*>/y;
const uri = /[a-zA-Z][a-zA-Z0-9+.-]*:[a-zA-Z0-9%/?:@&=+$,_.!~*'-]+/y;
const indentedOpening = /''(?: *\n)?/y;
const blanks = /[ \t\r\n]+/y;
const lineComment = /#[^\r\n]*/y;

/** The lexer's start conditions. */
export type LexerState = 'default' | 'string' | 'indented' | 'path' | 'pathSlash';

/** What the lexer itself refuses, where it stands. */
export interface LexicalRefusal {
  readonly kind: 'trailingSlash' | 'integer' | 'float';
  readonly start: number;
  readonly end: number;
}

/** Where a lexer may go on. */
export interface LexerPlace {
  readonly offset: number;
  readonly states: readonly LexerState[];
}

/** Reads one token after the other; `start` and `end` are those of the last one. */
export class Lexer {
  start = 0;
  end = 0;
  /** Set when the lexer gave up; the token is then no token. */
  refusal: LexicalRefusal | null = null;
  /** Told of each comment. */
  onComment: ((start: number, end: number) => void) | null = null;
  private at: number;
  private readonly states: LexerState[];

  private readonly scheme: SignSearch;
  private readonly segment: SignSearch;

  constructor(
    private readonly source: string,
    from: LexerPlace | null = null,
  ) {
    this.at = from?.offset ?? 0;
    this.states = [...(from?.states ?? [])];
    this.scheme = new SignSearch(source, /[a-zA-Z0-9+.-]*/y, ':');
    this.segment = new SignSearch(source, /[a-zA-Z0-9._+-]*/y, '/');
  }

  next(): Token {
    const state = this.states.at(-1);
    if (state === 'string') return this.inString();
    if (state === 'indented') return this.inIndentedString();
    if (state === 'path' || state === 'pathSlash') return this.inPath(state);
    return this.inCode();
  }

  private inCode(): Token {
    this.skipBlanks();
    const { source, at } = this;
    // Nix has no place for the end: it still holds that of the last thing read, blanks and comments included.
    if (at >= source.length) return end;
    const first = source.charCodeAt(at);
    if (
      isWordStart(first) ||
      isDigit(first) ||
      first === 46 ||
      first === 43 ||
      first === 45 ||
      first === 47
    ) {
      const token = this.wordOrPath(first);
      if (token !== null) return token;
    }
    if (first === 126) return this.homePath();
    if (first === 60 && this.matches(searchPath)) return this.took(this.length, tokenOf('SPATH'));
    if (first === 39 && this.matches(indentedOpening)) {
      this.states.push('indented');
      return this.took(this.length, tokenOf('IND_STRING_OPEN'));
    }
    return this.sign(source.charAt(at));
  }

  /** Where the next token begins, blanks and comments skipped; not inside of strings and paths. */
  skipToToken(): number {
    this.skipBlanks();
    return this.at;
  }

  /** This place, but at another offset where the same is open. */
  placeAt(offset: number): LexerPlace {
    return { offset, states: [...this.states] };
  }

  /** Goes on after tokens that are not read again, the last of which ends here. */
  continueAt(offset: number): void {
    this.start = offset - 1;
    this.end = offset;
    this.at = offset;
  }

  private skipBlanks(): void {
    for (;;) {
      const unit = this.source.charCodeAt(this.at);
      const isBlank = unit === 32 || unit === 10 || unit === 9 || unit === 13;
      if (isBlank) this.matches(blanks);
      else if (unit === 35) this.matches(lineComment);
      else if (unit === 47 && this.source.startsWith('/*', this.at)) {
        const close = this.source.indexOf('*/', this.at + 2);
        if (close < 0) return;
        this.length = close + 2 - this.at;
      } else return;
      this.took(this.length, end);
      if (!isBlank) this.onComment?.(this.start, this.end);
    }
  }

  /** Length of the last match. */
  private length = 0;

  private matches(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    const found = pattern.test(this.source);
    this.length = found ? pattern.lastIndex - this.at : 0;
    return found;
  }

  private lengthOf(pattern: RegExp): number {
    this.matches(pattern);
    return this.length;
  }

  private took(length: number, token: Token): Token {
    this.start = this.at;
    this.at += length;
    this.end = this.at;
    return token;
  }

  private refuse(kind: LexicalRefusal['kind'], from: number, to: number): Token {
    this.refusal = { kind, start: from, end: to };
    return end;
  }

  /** Names, numbers, paths and URIs: they share their first characters. */
  private wordOrPath(first: number): Token | null {
    const ofName = isWordStart(first) ? this.lengthOf(identifier) : 0;
    const after = this.source.charCodeAt(this.at + ofName);
    // Most words end where nothing could make them a path or a URI.
    if (ofName > 0 && !continuesWord(after)) return this.word(ofName);
    const ofInteger = isDigit(first) ? this.lengthOf(integer) : 0;
    const ofFloat = isDigit(first) || first === 46 ? this.lengthOf(float) : 0;
    const ofUri = isWordStart(first) && this.scheme.leadsToSign(this.at) ? this.lengthOf(uri) : 0;
    const hasSlash = this.segment.leadsToSign(this.at);
    const ofPath = hasSlash ? this.lengthOf(path) : 0;
    const ofSegment = hasSlash ? this.interpolatedSegment(pathSegment) : 0;
    const longest = Math.max(ofName, ofInteger, ofFloat, ofUri, ofPath, ofSegment);
    if (longest === 0) return null;
    if (longest === ofName) return this.word(ofName);
    if (longest === ofInteger) return this.number(ofInteger, 'INT');
    if (longest === ofFloat) return this.number(ofFloat, 'FLOAT');
    if (longest === ofSegment) return this.path(ofSegment - 2, tokenOf('PATH'));
    if (longest === ofPath) return this.path(ofPath, tokenOf('PATH'));
    return this.took(ofUri, tokenOf('URI'));
  }

  private word(length: number): Token {
    const found = length <= 7 ? words.get(this.source.slice(this.at, this.at + length)) : undefined;
    return this.took(length, found ?? name);
  }

  private number(length: number, kind: 'INT' | 'FLOAT'): Token {
    const written = this.source.slice(this.at, this.at + length);
    if (kind === 'INT' && BigInt(written) > 0x7fff_ffff_ffff_ffffn) {
      return this.refuse('integer', this.at, this.at + length);
    }
    if (kind === 'FLOAT' && !isRepresentable(written)) return this.refuse('float', this.at, this.at + length);
    return this.took(length, tokenOf(kind));
  }

  /** With the length of the `${` that has to follow; 0 when none does. */
  private interpolatedSegment(segment: RegExp): number {
    const length = this.lengthOf(segment);
    return length > 0 && this.source.startsWith('${', this.at + length) ? length + 2 : 0;
  }

  private path(length: number, token: Token): Token {
    const slash = this.source.charAt(this.at + length - 1) === '/';
    this.states.push(slash ? 'pathSlash' : 'path');
    return this.took(length, token);
  }

  private homePath(): Token {
    const whole = this.lengthOf(homePath);
    if (whole > 0 && !(whole === 2 && this.source.startsWith('~/${', this.at))) {
      return this.path(whole, tokenOf('HPATH'));
    }
    if (this.source.startsWith('~/${', this.at)) return this.path(2, tokenOf('HPATH'));
    return this.took(1, invalid);
  }

  private sign(unit: string): Token {
    for (const [sign, token] of operators) {
      if (sign.charAt(0) === unit && this.source.startsWith(sign, this.at))
        return this.took(sign.length, token);
    }
    if (unit === '$' && this.source.charAt(this.at + 1) === '{') {
      this.states.push('default');
      return this.took(2, interpolation);
    }
    if (unit === '{') this.states.push('default');
    else if (unit === '}') this.states.pop();
    else if (unit === '"') this.states.push('string');
    return this.took(1, ids.get(unit) ?? invalid);
  }

  private inString(): Token {
    const { source } = this;
    const stop = stringTextEnd(source, this.at);
    if (stop > this.at) return this.took(stop - this.at, text);
    if (source.startsWith('${', this.at)) {
      this.states.push('default');
      return this.took(2, interpolation);
    }
    if (source.charAt(this.at) === '"') {
      this.states.pop();
      return this.took(1, tokenOf('"'));
    }
    // Only a lone `$` or `\` before the end comes here.
    return this.at >= source.length ? end : this.took(source.length - this.at, end);
  }

  private inIndentedString(): Token {
    const { source, at } = this;
    const stop = indentedTextEnd(source, at);
    if (stop > at) return this.took(stop - at, indentedText);
    if (at >= source.length) return end;
    if (source.startsWith('${', at)) {
      this.states.push('default');
      return this.took(2, interpolation);
    }
    if (source.startsWith("''", at)) {
      const next = source.charAt(at + 2);
      if (next === '$' || next === "'") return this.took(3, indentedText);
      if (next === '\\' && at + 3 < source.length) {
        return this.took((source.codePointAt(at + 3) ?? 0) > 0xffff ? 5 : 4, indentedText);
      }
      this.states.pop();
      return this.took(2, tokenOf('IND_STRING_CLOSE'));
    }
    return this.took(1, indentedText);
  }

  private inPath(state: 'path' | 'pathSlash'): Token {
    if (this.source.startsWith('${', this.at)) {
      this.states[this.states.length - 1] = 'path';
      this.states.push('default');
      return this.took(2, interpolation);
    }
    const length = Math.max(this.lengthOf(path), this.lengthOf(pathSegment), this.lengthOf(pathCharacters));
    if (length > 0) {
      const slash = this.source.charAt(this.at + length - 1) === '/';
      this.states[this.states.length - 1] = slash ? 'pathSlash' : 'path';
      return this.took(length, text);
    }
    if (state === 'pathSlash') return this.refuse('trailingSlash', this.start, this.end);
    this.states.pop();
    this.start = this.at;
    this.end = this.at;
    return tokenOf('PATH_END');
  }
}
