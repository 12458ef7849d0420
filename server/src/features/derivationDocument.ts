/** `phasewise/derivationDocument`: a store derivation as a readable document with links. */
import type { Connection } from 'vscode-languageserver/node';
import { unreadableDerivation } from '../engine/derivationDocument';
import type { Engine } from '../engine/engine';
import type { Logger } from '../environment';
import { derivationDocumentRequest } from '../protocol/messages';
import type { DerivationDocument } from '../protocol/messages';
import type { Problem } from '../result';
import type { Drawings } from './drawings';
import { requestHandler } from './handler';
import type { WorkspaceState } from './workspaceState';
import { untrusted } from './workspaceState';

export interface DerivationDocumentParts {
  readonly connection: Connection;
  readonly engine: Engine;
  readonly state: WorkspaceState;
  readonly drawings: Drawings;
  readonly log: Logger;
}

const broken: Problem = {
  code: 'internal',
  message: 'This derivation could not be read.',
  advice: 'The log has the details.',
};

export function registerDerivationDocument(parts: DerivationDocumentParts): void {
  const { connection, engine, state, drawings, log } = parts;
  connection.onRequest(
    derivationDocumentRequest,
    requestHandler(log, explanation('', broken), async ({ path }: { readonly path: string }, signal) => {
      if (!state.trusted) return explanation(path, untrusted);
      const result = await engine.describe(path, drawings.all(), signal);
      return result.ok ? result.value : explanation(path, result.error);
    }),
  );
}

function explanation(path: string, { message, advice }: Problem): DerivationDocument {
  return unreadableDerivation(path, message, advice);
}
