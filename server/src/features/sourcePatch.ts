/** `phasewise/sourcePatch`: what the user edited in a session's unpacked source, as a patch. */
import type { Connection } from 'vscode-languageserver/node';
import type { Engine } from '../engine/engine';
import type { Logger } from '../environment';
import { sourcePatchRequest } from '../protocol/messages';
import type { SourcePatchAnswer, SourcePatchParams } from '../protocol/messages';
import type { DerivationLookup } from './derivationLookup';
import { requestHandler } from './handler';
import type { WorkspaceState } from './workspaceState';
import { untrusted } from './workspaceState';

export interface SourcePatchParts {
  readonly connection: Connection;
  readonly engine: Engine;
  readonly state: WorkspaceState;
  readonly lookup: DerivationLookup;
  readonly log: Logger;
}

export function registerSourcePatch(parts: SourcePatchParts): void {
  const { connection, engine, state, lookup, log } = parts;
  const broken: SourcePatchAnswer = { patch: null, message: 'The edits could not be read.' };
  connection.onRequest(
    sourcePatchRequest,
    requestHandler<SourcePatchParams, SourcePatchAnswer>(log, broken, async (params, signal) => {
      if (!state.trusted) return { patch: null, message: untrusted.message };
      const { key, paths, file } = params;
      const derivation = await lookup.find(key, signal);
      const made = derivation.ok ? await engine.patch(derivation.value, { paths, file }, signal) : derivation;
      if (made.ok) return { patch: made.value, message: null };
      const { message, advice } = made.error;
      return { patch: null, message: advice === null ? message : `${message} ${advice}` };
    }),
  );
}
