/** `phasewise/replay`: finds the failing line of a build that failed. */
import type { Connection } from 'vscode-languageserver/node';
import type { Logger } from '../environment';
import type { DerivationKey } from '../protocol/messages';
import type { Failure } from '../protocol/model';
import { replayRequest } from '../protocol/replayMessages';
import { requestHandler } from './handler';
import { problemError } from './problemError';
import type { Replays } from './replays';

export function registerReplay(connection: Connection, replays: Replays, log: Logger): void {
  const find = async ({ uri, attr }: DerivationKey, signal: AbortSignal): Promise<Failure | null> => {
    const found = await replays.find({ uri, attr }, signal);
    if (found.ok) return found.value;
    if (found.error.code === 'cancelled') return null;
    throw problemError(found.error);
  };
  connection.onRequest(replayRequest, requestHandler<DerivationKey, Failure | null>(log, null, find, true));
}
