/** `phasewise/log`: streams a build's log in `phasewise/logChunk`, the live one while a build runs. */
import type { Connection } from 'vscode-languageserver/node';
import { emptyLogWords } from '../builds/logs/emptyLog';
import type { Engine } from '../engine/engine';
import type { LogListener } from '../engine/logsUnderWay';
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
  readonly log: Logger;
}

const broken: LogAnswer = { drvPath: null, name: null, message: 'The log could not be read.' };

/** Takes a piece of what is shown; the promise is one that it was handed on. */
type Send = (text: string) => Promise<void>;

export function registerLog(parts: LogParts): void {
  const { connection, log } = parts;
  connection.onRequest(
    logRequest,
    requestHandler<LogParams, LogAnswer>(log, broken, (params, signal) =>
      readLog(parts, params, signal, (text) =>
        notify(connection, logChunkNotification, { id: params.id, text }),
      ),
    ),
  );
}

async function readLog(
  parts: LogParts,
  { key, storePath }: LogParams,
  signal: AbortSignal,
  send: Send,
): Promise<LogAnswer> {
  const { engine, state } = parts;
  if (!state.trusted) return without(untrusted);
  if (storePath !== null) {
    const read = (shown: ShownLog) => engine.log(storePath, (text) => void shown.onText(text), signal);
    return { ...(await answer(read, send)), name: derivationName(storePath) };
  }
  if (key === null) return without(nothingNamed);
  const derivation = await derivationOf(parts, key, signal);
  if (!derivation.ok) return without(derivation.error);
  const read = (shown: ShownLog) => engine.logs.stream(derivation.value, shown, signal);
  return { ...(await answer(read, send)), name: derivation.value.name };
}

async function answer(
  read: (shown: ShownLog) => Promise<Result<{ readonly drvPath: string }>>,
  send: Send,
): Promise<LogAnswer> {
  const shown = new ShownLog(send);
  const result = await read(shown);
  await shown.end();
  if (!result.ok) return without(result.error);
  const { drvPath } = result.value;
  return { drvPath, name: null, message: shown.empty ? emptyLogWords(drvPath) : null };
}

/** A log on its way to a reader, who gets the next piece when the one before was handed on. */
class ShownLog implements LogListener {
  private readonly sent: Promise<void>[] = [];
  private readonly text = createLogText((text) => {
    this.empty = false;
    this.sent.push(this.send(text));
  });
  empty = true;

  constructor(private readonly send: Send) {}

  readonly onText = (raw: string): Promise<void> => {
    this.text.write(raw);
    return this.handedOn();
  };

  readonly onWaiting = (words: string): void => {
    this.sent.push(this.send(`· ${words}\n`));
  };

  end(): Promise<void> {
    this.text.end();
    return this.handedOn();
  }

  private async handedOn(): Promise<void> {
    await Promise.all(this.sent.splice(0));
  }
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
