/** What Nix's parser refuses. */
import type { MeaningRefusal } from './reductions';
import type { LexicalRefusal } from './tokens';

export type Refusal =
  | {
      readonly kind: 'unexpected';
      /** Where the token begins; the end of the text for Nix is where the last token, blank or comment began. */
      readonly at: number;
      readonly token: string;
      readonly tokenEnd: number;
      /** By their names in the grammar; empty when there are too many to tell. */
      readonly expected: readonly string[];
      /** Whether the grammar would take it, but for a rule that such operators do not chain. */
      readonly chains: boolean;
      /** The symbols read so far, the innermost last. */
      readonly read: readonly SymbolRead[];
    }
  | ({ readonly kind: 'lexical' } & { readonly refused: LexicalRefusal })
  | { readonly kind: 'meaning'; readonly refused: MeaningRefusal }
  | { readonly kind: 'tooDeep'; readonly at: number };

export interface SymbolRead {
  readonly symbol: string;
  readonly start: number;
  readonly end: number;
}
