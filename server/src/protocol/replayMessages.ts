/** Messages about finding the failing line of a build. Listed for readers in `docs/protocol.md`. */
import { RequestType } from 'vscode-languageserver-protocol';
import type { DerivationKey } from './messages';
import type { Failure } from './model';

/**
 * Client to server; runs the phases of the derivation's failed build again to find the command that failed, told as an activity of
 * the kind `replay`, whose `finished` has the failure as it is known then. Answers with it; null when it was stopped. An error
 * when no build of the derivation as it is now has failed, or when its phases could not run.
 */
export const replayRequest = new RequestType<DerivationKey, Failure | null, void>('phasewise/replay');
