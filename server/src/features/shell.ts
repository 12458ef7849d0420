/** `phasewise/shell`: prepares a shell in the state of a phase. */
import type { Connection } from 'vscode-languageserver/node';
import type { Engine } from '../engine/engine';
import type { Logger } from '../environment';
import type { ShellAnswer, ShellParams } from '../protocol/shellMessages';
import { shellRequest } from '../protocol/shellMessages';
import type { DerivationLookup } from './derivationLookup';
import { requestHandler } from './handler';
import { problemError } from './problemError';
import type { WorkspaceState } from './workspaceState';
import { untrusted } from './workspaceState';

export interface ShellParts {
  readonly connection: Connection;
  readonly engine: Engine;
  readonly state: WorkspaceState;
  readonly lookup: DerivationLookup;
  readonly log: Logger;
}

export function registerShell({ connection, engine, state, lookup, log }: ShellParts): void {
  const prepare = async (
    { uri, attr, phase, entry }: ShellParams,
    signal: AbortSignal,
  ): Promise<ShellAnswer> => {
    if (!state.trusted) throw problemError(untrusted);
    const found = await lookup.find({ uri, attr }, signal);
    if (!found.ok) throw problemError(found.error);
    const wish = { phase, entry, interactive: true };
    const prepared = await engine.prepareShell(found.value, wish, (text) => log.info(text), signal);
    if (!prepared.ok) throw problemError(prepared.error);
    return prepared.value;
  };
  const none: ShellAnswer = { kind: 'phasesLeft', phases: [] };
  connection.onRequest(shellRequest, requestHandler<ShellParams, ShellAnswer>(log, none, prepare));
}
