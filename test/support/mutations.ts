/** Nix texts broken as a slip of the hand breaks them: a token deleted, doubled, swapped with the next or renamed; a quote or bracket lost or put in. */
import { Lexer, terminals } from '../../server/src/syntax/exact/tokens';

export interface Mutant {
  readonly text: string;
  /** What was done, for a message. */
  readonly change: string;
}

/** Numbers from 0 up to below 1, the same ones for the same seed. */
export function randomNumbers(seed: number): () => number {
  let state = (seed * 2654435761 + 1) % 2147483647 || 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

interface Piece {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

function tokensOf(text: string): Piece[] {
  const lexer = new Lexer(text);
  const found: Piece[] = [];
  for (;;) {
    const name = terminals[lexer.next()] ?? 'end of file';
    if (name === 'end of file' || lexer.refusal !== null) return found;
    if (lexer.end > lexer.start) found.push({ name, start: lexer.start, end: lexer.end });
  }
}

const signs = [
  '"',
  "''",
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  ';',
  ':',
  ',',
  '=',
  '.',
  '${',
  '@',
  '?',
  'or',
  'in',
  'let',
  'rec ',
];

/** A broken variant of a text; null when it has no tokens. */
export function mutate(text: string, random: () => number): Mutant | null {
  const tokens = tokensOf(text);
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  const index = Math.floor(random() * tokens.length);
  const token = tokens[index];
  if (token === undefined) return null;
  const { start, end } = token;
  const written = text.slice(start, end);
  const with_ = (change: string, newText: string, from = start, to = end): Mutant => ({
    change: `${change} ${JSON.stringify(text.slice(from, to))} at ${from}`,
    text: text.slice(0, from) + newText + text.slice(to),
  });
  switch (Math.floor(random() * 6)) {
    case 0:
      return with_('deleted', '');
    case 1:
      return with_('doubled', `${written} ${written}`);
    case 2: {
      const next = tokens[index + 1];
      if (next === undefined) return with_('deleted', '');
      const between = text.slice(end, next.start);
      return with_('swapped', text.slice(next.start, next.end) + between + written, start, next.end);
    }
    case 3: {
      const names = tokens.filter(({ name }) => name === 'ID');
      const name = pick(names);
      if (name === undefined) return with_('deleted', '');
      const other = pick(names);
      const renamed =
        random() < 0.5 || other === undefined ? 'renamedName' : text.slice(other.start, other.end);
      return with_(`renamed to ${renamed}`, renamed, name.start, name.end);
    }
    case 4:
      return with_('put a sign before', `${pick(signs) ?? ';'}${written}`);
    default: {
      const bracket = pick(
        tokens.filter(({ name }) => /^(?:["{}()[\]]|IND_STRING_\w+|DOLLAR_CURLY)$/.test(name)),
      );
      if (bracket === undefined) return with_('doubled', written + written);
      return with_('broke', random() < 0.5 ? '' : (pick(signs) ?? ''), bracket.start, bracket.end);
    }
  }
}
