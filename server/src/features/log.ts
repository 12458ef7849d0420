/** `phasewise/log`: streams a build's log in `phasewise/logChunk`, the live one while a build of ours runs. */
import type { Connection } from 'vscode-languageserver/node';
import type { Engine } from '../engine/engine';
import type { Logger } from '../environment';
import { logChunkNotification, logRequest } from '../protocol/messages';
import type { DerivationKey, LogAnswer, LogParams } from '../protocol/messages';
import type { Derivation } from '../protocol/model';
import type { Problem, Result } from '../result';
import { success } from '../result';
import type { DerivationLookup } from './derivationLookup';
import { choose } from './derivationLookup';
import type { Drawings } from './drawings';
import { requestHandler } from './handler';
import type { LiveLogs } from './liveLogs';
import { createLogText } from './logText';
import { notify } from './outgoing';
import type { WorkspaceState } from './workspaceState';
import { untrusted } from './workspaceState';
import { derivationName } from '../protocol/storePath';

export interface LogParts {
  readonly connection: Connection;
  readonly engine: Engine;
  readonly state: WorkspaceState;
  readonly drawings: Drawings;
  readonly lookup: DerivationLookup;
  readonly liveLogs: LiveLogs;
  readonly log: Logger;
}

const broken: LogAnswer = { drvPath: null, name: null, message: 'The log could not be read.' };

export function registerLog(parts: LogParts): void {
  const { connection, log } = parts;
  connection.onRequest(
    logRequest,
    requestHandler<LogParams, LogAnswer>(log, broken, async (params, signal) => {
      const sent: Promise<void>[] = [];
      const answer = await readLog(parts, params, signal, (text) => {
        sent.push(notify(connection, logChunkNotification, { id: params.id, text }));
      });
      await Promise.all(sent);
      return answer;
    }),
  );
}

async function readLog(
  parts: LogParts,
  { key, storePath }: LogParams,
  signal: AbortSignal,
  onText: (text: string) => void,
): Promise<LogAnswer> {
  if (!parts.state.trusted) return without(untrusted);
  if (storePath !== null) return finishedLog(parts, storePath, derivationName(storePath), signal, onText);
  if (key === null) return without(nothingNamed);
  const derivation = await derivationOf(parts, key, signal);
  if (!derivation.ok) return without(derivation.error);
  const { drvPath, name } = derivation.value;
  const live = await parts.liveLogs.read(key, onText, signal);
  if (live !== null) return { drvPath, name, message: null };
  return drvPath === null ? without(nothingNamed) : finishedLog(parts, drvPath, name, signal, onText);
}

async function finishedLog(
  { engine }: LogParts,
  storePath: string,
  name: string | null,
  signal: AbortSignal,
  onText: (text: string) => void,
): Promise<LogAnswer> {
  const text = createLogText(onText);
  const result = await engine.log(storePath, (raw) => text.write(raw), signal);
  text.end();
  if (!result.ok) return { ...without(result.error), name };
  return { drvPath: result.value.drvPath, name, message: null };
}

/** The derivation as it is shown, as that is what was built; evaluated now when nothing is shown. */
async function derivationOf(
  { drawings, lookup }: LogParts,
  key: DerivationKey,
  signal: AbortSignal,
): Promise<Result<Derivation>> {
  const shown = choose(drawings.of(key.uri), key.attr);
  return shown?.drvPath ? success(shown) : lookup.find(key, signal);
}

function without({ message, advice }: Problem): LogAnswer {
  return { drvPath: null, name: null, message: advice === null ? message : `${message} ${advice}` };
}

const nothingNamed: Problem = {
  code: 'nothing-named',
  message: 'Neither a derivation nor a store path was named.',
  advice: null,
};
