/** The message about a session's build directory. Listed for readers in `docs/protocol.md`. */
import { RequestType } from 'vscode-languageserver-protocol';
import type { DerivationKey } from './messages';

export interface BuildDirectory {
  /** The session's id. */
  readonly id: string;
  /** Absolute path. */
  readonly folder: string;
}
export interface BuildDirectoryAnswer {
  readonly directory: BuildDirectory | null;
  /** Why there is none; null when there is. */
  readonly message: string | null;
}
/** Client to server; where the files of the derivation's session are now. */
export const buildDirectoryRequest = new RequestType<DerivationKey, BuildDirectoryAnswer, void>(
  'phasewise/buildDirectory',
);
