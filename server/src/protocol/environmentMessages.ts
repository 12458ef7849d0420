/** What a shell holds when a phase begins, and the messages that ask for it. Listed for readers in `docs/protocol.md`. */
import { RequestType } from 'vscode-languageserver-protocol';
import type { DerivationKey } from './messages';

export interface EnvironmentVariable {
  readonly name: string;
  readonly kind: 'string' | 'array' | 'map';
  readonly exported: boolean;
  /** Other attributes as bash names them: `i` (integer), `r` (readonly), `u`, `l`, `n`, …; mostly empty. */
  readonly attributes: string;
  /** Entries of an array by index, of a map by key; null when it was declared without a value. */
  readonly value: string | Readonly<Record<string, string>> | null;
}

export interface PhaseEnvironment {
  /** The phase that comes next or that failed; null after the last one, and for a terminal of the user. */
  readonly phase: string | null;
  readonly at: 'entry' | 'failure' | 'end' | 'terminal';
  /** Null for the user's own. */
  readonly directory: string | null;
  readonly umask: string | null;
  /** By name. */
  readonly variables: readonly EnvironmentVariable[];
  /** Options that are on, of `set -o` and of `shopt`, by name. */
  readonly options: readonly string[];
  /** Names of functions; exported ones end in ` (exported)`. */
  readonly functions: readonly string[];
}

/** One thing that is not the same in two environments; null where it is not there. */
export interface EnvironmentChange {
  readonly what: 'directory' | 'umask' | 'variable' | 'option' | 'function';
  readonly name: string;
  readonly from: string | null;
  readonly to: string | null;
}

export interface EnvironmentParams {
  /** Null: the environment of the user's own terminal. */
  readonly key: DerivationKey | null;
  readonly phase: string | null;
}

export type EnvironmentAnswer =
  /** A page for people. */
  | { readonly kind: 'ready'; readonly text: string }
  /** These have to run first, in this order. */
  | { readonly kind: 'phasesLeft'; readonly phases: readonly string[] };

/** Client to server; what a phase finds when it begins, or where it failed. An error when that was not kept. */
export const environmentRequest = new RequestType<EnvironmentParams, EnvironmentAnswer, void>(
  'phasewise/environment',
);
