/** `phasewise/sessions` and `phasewise/dropSessions`: the user's sessions, and their end. */
import type { Connection } from 'vscode-languageserver/node';
import type { Engine } from '../engine/engine';
import type { Logger } from '../environment';
import { dropSessionsRequest, sessionsRequest } from '../protocol/sessionMessages';
import type { DropSessionsAnswer, DropSessionsParams, SessionList } from '../protocol/sessionMessages';
import { requestHandler } from './handler';
import type { SessionStates } from './sessionStates';

export function registerSessions(
  connection: Connection,
  engine: Engine,
  states: SessionStates,
  log: Logger,
): void {
  const none: SessionList = { folder: '', sessions: [], limitBytes: 0 };
  connection.onRequest(
    sessionsRequest,
    requestHandler<null, SessionList>(log, none, (_, signal) => engine.listSessions(signal)),
  );
  const drop = async ({ ids }: DropSessionsParams, signal: AbortSignal): Promise<DropSessionsAnswer> => {
    const answer = await engine.dropSessions(ids, signal);
    states.tellAgain();
    return answer;
  };
  connection.onRequest(
    dropSessionsRequest,
    requestHandler<DropSessionsParams, DropSessionsAnswer>(log, { dropped: [], kept: [] }, drop, true),
  );
}
