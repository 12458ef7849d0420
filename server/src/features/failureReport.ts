/** `phasewise/failureReport`: the last failure of a derivation as Markdown for others, without secrets. */
import type { Connection } from 'vscode-languageserver/node';
import type { Engine } from '../engine/engine';
import type { Logger } from '../environment';
import type { DerivationKey } from '../protocol/messages';
import type { Failure } from '../protocol/model';
import type { FailureReportAnswer } from '../protocol/storeMessages';
import { failureReportRequest } from '../protocol/storeMessages';
import type { Activities } from './activities';
import { choose } from './derivationLookup';
import type { Drawings } from './drawings';
import { requestHandler } from './handler';

export interface FailureReportParts {
  readonly connection: Connection;
  readonly engine: Engine;
  readonly activities: Activities;
  readonly drawings: Drawings;
  readonly log: Logger;
}

export function registerFailureReport(parts: FailureReportParts): void {
  const { connection, engine, activities, drawings, log } = parts;
  const failures = new Map<string, Failure>();
  activities.sent.add(({ key, event }) => {
    if (event.type !== 'finished' || event.status === 'cancelled') return;
    if (event.failure === null) failures.delete(nameOf(key));
    else failures.set(nameOf(key), event.failure);
  });
  const none: FailureReportAnswer = { report: null, message: 'Nothing of it failed here.' };
  const answer = async (key: DerivationKey, signal: AbortSignal): Promise<FailureReportAnswer> => {
    const failure = failures.get(nameOf(key));
    if (failure === undefined) return none;
    const shown = choose(drawings.of(key.uri), key.attr);
    return { report: await engine.store.failureReport(shown, failure, signal), message: null };
  };
  connection.onRequest(
    failureReportRequest,
    requestHandler<DerivationKey, FailureReportAnswer>(log, none, answer),
  );
}

function nameOf({ uri, attr }: DerivationKey): string {
  return `${uri}\n${attr}`;
}
