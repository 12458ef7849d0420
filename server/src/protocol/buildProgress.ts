/** What a build says of itself besides phases and output: who builds it, what it waits for, and what is made or fetched on the way. */

import type { Diagnostic } from './model';

/** Another derivation that is built on the way, or a store path that is fetched. */
export interface InputProgress {
  /** The store derivation, or the store path that is fetched. */
  readonly path: string;
  /** Without the hash, e.g. `zlib-1.3`. */
  readonly name: string;
  readonly work: 'build' | 'download';
  readonly status: 'running' | 'ok' | 'failed' | 'cancelled';
  /** The phase that runs, or in which it failed; null when its log names none. */
  readonly phase: string | null;
  /** Since it began. */
  readonly seconds: number;
  /** What such builds took before; null when none is known. */
  readonly estimate: number | null;
  /** The remote builder, or the store that it is fetched from; null for this machine. */
  readonly from: string | null;
  /** Bytes; null for a build and while nothing is known. */
  readonly done: number | null;
  readonly total: number | null;
  /** Why it failed; null when it did not. */
  readonly reason: string | null;
  /** Whether it failed before any other. */
  readonly first: boolean;
}

/** How many builds or downloads there are, as Nix counts them: it may find more, or find that some are there. */
export interface Totals {
  readonly work: 'build' | 'download';
  /** That ended well. */
  readonly done: number;
  /** All, those that ended too. */
  readonly expected: number;
  readonly running: number;
  readonly failed: number;
}

export type BuildProgress =
  /** The state of an input; a later one of the same path replaces it. */
  | { readonly kind: 'input'; readonly input: InputProgress }
  /** The derivation itself is one of the builds. */
  | { readonly kind: 'totals'; readonly totals: Totals }
  /** The derivation's own builder started, on this machine (null) or a remote builder. */
  | { readonly kind: 'builder'; readonly machine: string | null }
  /** What Nix waits for before it goes on, in a sentence; null when it waits no longer. */
  | { readonly kind: 'waiting'; readonly words: string | null }
  /** What the phases took before, in seconds, and in a build all of them together (null where not known); told once, before anything is built or run. */
  | {
      readonly kind: 'estimate';
      readonly phases: Readonly<Record<string, number>>;
      readonly seconds: number | null;
    }
  /** All that tools said in the log so far of files that are there, at those files. */
  | { readonly kind: 'problems'; readonly problems: readonly Diagnostic[] };
