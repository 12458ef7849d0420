import type { KnownAttribute } from '../attributes/attribute';

export interface KnownFunction {
  readonly name: string;
  readonly says: string;
  /** How it is called, where it does not take one set. */
  readonly usage?: string;
  /** Whether what it makes is a source, with a hash. */
  readonly isFetcher: boolean;
  /** Of the set that it takes; empty where it takes none. */
  readonly attributes: readonly KnownAttribute[];
}
