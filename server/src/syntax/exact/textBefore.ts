/** What the grammar knows where a text breaks off: what may come next, what was read last and what is open. */
import type { Item, OldItems } from '../reuse';
import { AstReader } from './astReader';
import type { SymbolRead } from './refusal';
import { Lexer, terminals, type LexerPlace } from './tokens';
import type { ReadToken } from './readToken';

export interface TextBefore {
  /**
   * The tokens that may come next, as far as the grammar goes; null when an error comes before. Inside a string or path these are pieces
   * of it.
   */
  readonly accepted: ReadonlySet<string> | null;
  /** The symbols that were read, the innermost last; null when an error comes before. */
  readonly open: readonly SymbolRead[] | null;
  /** The last tokens, the last one last. */
  readonly tokens: readonly ReadToken[];
}

/** Reads a text up to where a token begins at this offset or after it; `old` gives what need not be read again. */
export function textBefore(text: string, offset: number, old: OldItems | null): TextBefore {
  const reader = new TracingReader(text, old, offset);
  const refusal = reader.run(offset);
  const isRead = refusal === null;
  if (refusal?.kind === 'unexpected') reader.readOn(refusal.token);
  return {
    accepted: isRead ? reader.accepted() : null,
    open: isRead ? reader.symbolsRead() : null,
    tokens: reader.lastTokens(),
  };
}

const kept = 64;

/** Items that were not read again: the last of them, enough to find the last tokens in. */
interface SkippedItems {
  readonly place: LexerPlace;
  readonly end: number;
}

class TracingReader extends AstReader {
  private readonly trace: (ReadToken | SkippedItems)[] = [];

  constructor(
    text: string,
    old: OldItems | null,
    private readonly limit: number,
  ) {
    super(text, old);
  }

  /** Takes the tokens after an error as well, beginning with the refused one. */
  readOn(refused: string): void {
    const { lexer, limit } = this;
    for (let name = refused; name !== 'end of file' && lexer.refusal === null && lexer.start < limit;) {
      this.note(name);
      name = terminals[lexer.next()] ?? 'end of file';
    }
  }

  lastTokens(): readonly ReadToken[] {
    const found: ReadToken[][] = [];
    let count = 0;
    for (const part of this.trace.toReversed()) {
      if (count >= kept) break;
      const tokens = 'name' in part ? [part] : tokensBetween(this.text, part);
      found.push(tokens);
      count += tokens.length;
    }
    return found.toReversed().flat().slice(-kept);
  }

  protected override onToken(token: number): void {
    this.note(terminals[token] ?? 'end of file');
  }

  private note(name: string): void {
    const { start, end } = this.lexer;
    this.trace.push({ name, start, end });
    if (this.trace.length > 4 * kept) this.trace.splice(0, this.trace.length - kept);
  }

  protected override onItems(items: readonly Item[], end: number): void {
    const first = items.at(-kept) ?? items[0];
    if (first !== undefined) this.trace.push({ place: this.lexer.placeAt(first.span.start), end });
  }
}

function tokensBetween(text: string, { place, end }: SkippedItems): ReadToken[] {
  const lexer = new Lexer(text, place);
  const found: ReadToken[] = [];
  for (;;) {
    const name = terminals[lexer.next()] ?? 'end of file';
    if (name === 'end of file' || lexer.refusal !== null || lexer.start >= end) return found;
    found.push({ name, start: lexer.start, end: lexer.end });
  }
}
