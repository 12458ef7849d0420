/** Messages about shells at moments of phase sessions. Listed for readers in `docs/protocol.md`. */
import { RequestType } from 'vscode-languageserver-protocol';
import type { DerivationKey } from './messages';

export interface ShellParams extends DerivationKey {
  /** At this phase's beginning, or where it failed; null: where the session is now. */
  readonly phase: string | null;
  /** Before the phase also when it failed. */
  readonly entry: boolean;
}

export type ShellAnswer =
  /** `phasewise shell --prepared FOLDER` at a terminal is the shell; it removes the folder when it is left. */
  | {
      readonly kind: 'ready';
      readonly folder: string;
      /** Null after the last phase. */
      readonly phase: string | null;
      readonly at: 'entry' | 'failure' | 'end' | 'stop';
    }
  /** Nothing was prepared: these have to run first, in this order. */
  | { readonly kind: 'phasesLeft'; readonly phases: readonly string[] };

/**
 * Client to server; prepares a shell in the state of a phase, on a copy of the session's files. An error when it cannot be had
 * (a run goes on, the state was not kept, …).
 */
export const shellRequest = new RequestType<ShellParams, ShellAnswer, void>('phasewise/shell');
