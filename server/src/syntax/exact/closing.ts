/** The shortest end for a text that breaks off, so that it parses: for features that look at what stands around a cursor. */
import type { SymbolRead } from './refusal';

const closers: Readonly<Record<string, string>> = {
  '{': ' }',
  '(': ')',
  '[': ']',
  '"': '"',
  DOLLAR_CURLY: '}',
  IND_STRING_OPEN: "''",
  '=': ';',
  INHERIT: ';',
};

/** Takes a text that breaks off where an expression may stand, and what is open there; gives it with a name there and all closed. */
export function closedText(text: string, open: readonly SymbolRead[], name: string): string {
  let end = '';
  /** Words that are already there for the statement whose first word comes next. */
  const there = new Set<string>();
  const once = (word: string, missing: string): void => {
    if (!there.delete(word)) end += missing;
  };
  for (const { symbol } of open.toReversed()) {
    if (symbol === 'IN' || symbol === ';' || symbol === 'ELSE') there.add(symbol);
    else if (symbol === 'LET') once('IN', ' in x');
    else if (symbol === 'WITH' || symbol === 'ASSERT') once(';', '; x');
    else if (symbol === 'THEN') {
      once('ELSE', ' else x');
      there.add('THEN');
    } else if (symbol === 'IF') once('THEN', ' then x else x');
    else end += closers[symbol] ?? '';
  }
  return `${text}${name}${end}`;
}
