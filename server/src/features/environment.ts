/** `phasewise/environment`: what a phase finds when it begins, as a page. */
import type { Connection } from 'vscode-languageserver/node';
import type { Engine } from '../engine/engine';
import { environmentPage } from '../engine/environmentPage';
import type { Logger } from '../environment';
import type { EnvironmentAnswer, EnvironmentParams } from '../protocol/environmentMessages';
import { environmentRequest } from '../protocol/environmentMessages';
import type { DerivationLookup } from './derivationLookup';
import { requestHandler } from './handler';
import { problemError } from './problemError';
import type { WorkspaceState } from './workspaceState';
import { untrusted } from './workspaceState';

export interface EnvironmentParts {
  readonly connection: Connection;
  readonly engine: Engine;
  readonly state: WorkspaceState;
  readonly lookup: DerivationLookup;
  readonly log: Logger;
}

export function registerEnvironment({ connection, engine, state, lookup, log }: EnvironmentParts): void {
  const answer = async (
    { key, phase }: EnvironmentParams,
    signal: AbortSignal,
  ): Promise<EnvironmentAnswer> => {
    if (!state.trusted) throw problemError(untrusted);
    if (key === null)
      return { kind: 'ready', text: environmentPage(null, await engine.userEnvironment(signal)) };
    const found = await lookup.find({ uri: key.uri, attr: key.attr }, signal);
    if (!found.ok) throw problemError(found.error);
    const wish = { phase, entry: false };
    const told = await engine.environment(found.value, wish, (text) => log.info(text), signal);
    if (!told.ok) throw problemError(told.error);
    if (told.value.kind === 'phasesLeft') return told.value;
    return { kind: 'ready', text: environmentPage(found.value.name, told.value.environment) };
  };
  const none: EnvironmentAnswer = { kind: 'phasesLeft', phases: [] };
  connection.onRequest(
    environmentRequest,
    requestHandler<EnvironmentParams, EnvironmentAnswer>(log, none, answer),
  );
}
