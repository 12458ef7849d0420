/** Tokens in words. */
import type { Refusal } from './recogniser';

/** What tokens of the grammar that are no signs look like in a text. */
const written: Readonly<Record<string, string>> = {
  'end of file': 'end of file',
  ID: 'a name',
  INT: 'an integer',
  FLOAT: 'a float',
  STR: 'text',
  IND_STR: 'text',
  PATH: 'a path',
  HPATH: 'a path',
  PATH_END: "a path's end",
  SPATH: 'a search path',
  URI: 'a URL',
  OR_KW: '`or`',
  ELLIPSIS: '`...`',
  EQ: '`==`',
  NEQ: '`!=`',
  LEQ: '`<=`',
  GEQ: '`>=`',
  AND: '`&&`',
  OR: '`||`',
  IMPL: '`->`',
  UPDATE: '`//`',
  CONCAT: '`++`',
  PIPE_FROM: '`<|`',
  PIPE_INTO: '`|>`',
  DOLLAR_CURLY: '`${`',
  IND_STRING_OPEN: "`''`",
  IND_STRING_CLOSE: "`''`",
};

export function wordsOf(token: string): string {
  return written[token] ?? (/^[A-Z]+$/.test(token) ? `\`${token.toLowerCase()}\`` : `\`${token}\``);
}

/** The token that stands in the way, with its text where that says more. */
export function tokenWords(
  { token, at, tokenEnd }: Extract<Refusal, { kind: 'unexpected' }>,
  text: string,
): string {
  const own = text.slice(at, tokenEnd);
  switch (token) {
    case 'ID':
      return `identifier \`${own.slice(0, 40)}\``;
    case 'INT':
    case 'FLOAT':
      return `number \`${own.slice(0, 40)}\``;
    case 'STR':
    case 'IND_STR':
      return 'text of a string';
    case 'PATH':
    case 'HPATH':
      return `path \`${own.slice(0, 40)}\``;
    case 'invalid token':
      return `character \`${String.fromCodePoint(text.codePointAt(at) ?? 0)}\``;
    default:
      return wordsOf(token);
  }
}

/** As Nix lists them: `a`, `b` or `c`; empty when there is nothing to list. */
export function expectedWords(expected: readonly string[]): string {
  // Nobody misses an `or` where a name is wanted, or a piece of text in a string.
  const told = expected.filter((token) => !/^(?:OR_KW|STR|IND_STR)$/.test(token)).map(wordsOf);
  const [last, ...before] = [...new Set(told)].reverse();
  if (last === undefined) return '';
  return before.length === 0 ? last : `${before.reverse().join(', ')} or ${last}`;
}
