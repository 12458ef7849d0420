/** `phasewise/stop`: ends the run or build of a derivation. */
import type { Connection } from 'vscode-languageserver/node';
import type { Logger } from '../environment';
import { stopRequest } from '../protocol/messages';
import type { DerivationKey } from '../protocol/messages';
import type { Activities } from './activities';
import { requestHandler } from './handler';

export function registerStop(connection: Connection, activities: Activities, log: Logger): void {
  connection.onRequest(
    stopRequest,
    requestHandler<DerivationKey, boolean>(log, false, (key) => activities.stop(key)),
  );
}
