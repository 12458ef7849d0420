/** The last tokens before a place, without blanks and comments. */
import { Lexer, terminals } from './tokens';

export interface ReadToken {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

const kept = 64;

/** Takes an offset up to which the text has no lexical fault. */
export function tokensBefore(text: string, offset: number): readonly ReadToken[] {
  const lexer = new Lexer(text);
  let found: ReadToken[] = [];
  for (;;) {
    const name = terminals[lexer.next()] ?? 'end of file';
    if (name === 'end of file' || lexer.refusal !== null || lexer.start >= offset) return found.slice(-kept);
    found.push({ name, start: lexer.start, end: lexer.end });
    if (found.length > 4 * kept) found = found.slice(-kept);
  }
}
