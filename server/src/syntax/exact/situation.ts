/** What advice is made from, and what it is. */
import type { SyntaxFault, TextFix } from '../syntaxTree';
import type { Refusal, SymbolRead } from './recogniser';
import type { ReadToken } from './readToken';

export type Unexpected = Extract<Refusal, { kind: 'unexpected' }>;

/** The last tokens before an offset. */
export type TokensBefore = (offset: number) => readonly ReadToken[];

export interface Advice {
  /** Full sentences; empty when there is nothing to say beyond what is unexpected. */
  readonly words: string;
  readonly related: SyntaxFault['related'];
  readonly fix: TextFix | null;
}

export interface Situation {
  readonly refusal: Unexpected;
  readonly text: string;
  /** The innermost thing that is open. */
  readonly open: SymbolRead | null;
  /** The last tokens before, the last one last. */
  readonly tokens: readonly ReadToken[];
  readonly lineOf: (offset: number) => number;
}

export function say(words: string, fix: TextFix | null = null, related: SyntaxFault['related'] = []): Advice {
  return { words, related, fix };
}

export function insertion(newText: string, at: number): TextFix {
  return { title: `Insert \`${newText.trim()}\``, edits: [{ start: at, end: at, newText }] };
}

export function removal(title: string, start: number, end: number): TextFix {
  return { title, edits: [{ start, end, newText: '' }] };
}
