/** `phasewise/findLog`, `phasewise/logDocument`, `phasewise/logLinks`, `phasewise/logHistory`, `phasewise/findInLog`, `phasewise/compareLogs`, `phasewise/logText`, `phasewise/saveLog`: logs as documents. */
import type { Connection } from 'vscode-languageserver/node';
import type { Engine } from '../engine/engine';
import type { LoggedDerivation, LogShelf } from '../engine/logShelf';
import type { Logger } from '../environment';
import type {
  CompareLogsAnswer,
  CompareLogsParams,
  FindInLogAnswer,
  FindInLogParams,
  FindLogAnswer,
  FindLogParams,
  LogDocumentAnswer,
  LogEntry,
  LogLink,
  LogTextAnswer,
  SaveLogParams,
} from '../protocol/logMessages';
import {
  compareLogsRequest,
  findInLogRequest,
  findLogRequest,
  logDocumentRequest,
  logHistoryRequest,
  logLinksRequest,
  logTextRequest,
  saveLogRequest,
} from '../protocol/logMessages';
import type { LogAddress } from '../protocol/logUri';
import type { DerivationKey } from '../protocol/messages';
import type { Derivation } from '../protocol/model';
import type { Problem, Result } from '../result';
import { failure, success } from '../result';
import type { DerivationLookup } from './derivationLookup';
import { choose } from './derivationLookup';
import type { Drawings } from './drawings';
import { requestHandler } from './handler';
import type { WorkspaceState } from './workspaceState';
import { untrusted } from './workspaceState';

export interface LogDocumentParts {
  readonly connection: Connection;
  readonly engine: Engine;
  readonly state: WorkspaceState;
  readonly drawings: Drawings;
  readonly lookup: DerivationLookup;
  readonly log: Logger;
}

const broken = 'The log could not be read; the extension log has the details.';

export function registerLogDocument(parts: LogDocumentParts): void {
  const { connection, engine, drawings, log } = parts;
  const { logs } = engine;
  const find = async (
    { key, phase, hook = null }: FindLogParams,
    signal: AbortSignal,
  ): Promise<FindLogAnswer> => {
    const derivation = await derivationOf(parts, key, signal);
    if (!derivation.ok) return { address: null, message: words(derivation.error) };
    if (phase !== null && hook !== null) return findHook(logs, derivation.value, phase, hook);
    const address = await logs.find(derivation.value, phase);
    return { address, message: address === null ? 'This derivation was never built.' : null };
  };
  const page = async (address: LogAddress, signal: AbortSignal): Promise<LogDocumentAnswer> => {
    const read = await trusted(parts, () => logs.page(address, signal));
    return read.ok ? { kind: 'log', document: read.value } : { kind: 'none', message: words(read.error) };
  };
  const links = async (address: LogAddress, signal: AbortSignal): Promise<readonly LogLink[]> => {
    const found = await trusted(parts, () => logs.links(address, drawings.all(), signal));
    return found.ok ? found.value : [];
  };
  const history = async (key: DerivationKey, signal: AbortSignal): Promise<readonly LogEntry[]> => {
    const derivation = await derivationOf(parts, key, signal);
    return derivation.ok ? logs.history(derivation.value) : [];
  };
  const save = async ({ address, file }: SaveLogParams, signal: AbortSignal) => {
    const saved = await trusted(parts, () => logs.save(address, file, signal));
    return { message: saved.ok ? null : words(saved.error) };
  };
  connection.onRequest(
    findLogRequest,
    requestHandler<FindLogParams, FindLogAnswer>(log, { address: null, message: broken }, find),
  );
  connection.onRequest(
    logDocumentRequest,
    requestHandler<LogAddress, LogDocumentAnswer>(log, { kind: 'none', message: broken }, page),
  );
  connection.onRequest(logLinksRequest, requestHandler<LogAddress, readonly LogLink[]>(log, [], links));
  connection.onRequest(
    logHistoryRequest,
    requestHandler<DerivationKey, readonly LogEntry[]>(log, [], history),
  );
  registerWholeLog(parts);
  connection.onRequest(saveLogRequest, requestHandler(log, { message: broken }, save));
}

async function findHook(
  logs: LogShelf,
  derivation: LoggedDerivation,
  phase: string,
  hook: string,
): Promise<FindLogAnswer> {
  const found = await logs.findHook(derivation, phase, hook);
  if (found === null) return { address: null, message: `No log of ${phase} is kept: run it, or build.` };
  const { address, kind } = found;
  if (address.line !== null) return { address, message: null };
  return {
    address,
    message:
      kind === 'run'
        ? `${hook} printed nothing in the last run of ${phase}.`
        : `What ${hook} printed is marked in runs of ${phase}, not in builds: this is the log of a build.`,
  };
}

/** What is asked of all of a log, however much of it is shown. */
function registerWholeLog(parts: LogDocumentParts): void {
  const { connection, log } = parts;
  const { logs } = parts.engine;
  const findIn = async (params: FindInLogParams, signal: AbortSignal): Promise<FindInLogAnswer> => {
    const found = await trusted(parts, () => logs.findLine(params, signal));
    return found.ok ? { line: found.value, message: null } : { line: null, message: words(found.error) };
  };
  const compare = async (params: CompareLogsParams, signal: AbortSignal): Promise<CompareLogsAnswer> => {
    const compared = await trusted(parts, () => logs.compare(params, signal));
    return compared.ok
      ? { phases: compared.value, message: null }
      : { phases: null, message: words(compared.error) };
  };
  const text = async (address: LogAddress, signal: AbortSignal): Promise<LogTextAnswer> => {
    const read = await trusted(parts, () => logs.text(address, signal));
    return read.ok ? read.value : { kind: 'none', message: words(read.error) };
  };
  connection.onRequest(findInLogRequest, requestHandler(log, { line: null, message: broken }, findIn));
  connection.onRequest(
    compareLogsRequest,
    requestHandler<CompareLogsParams, CompareLogsAnswer>(log, { phases: null, message: broken }, compare),
  );
  connection.onRequest(
    logTextRequest,
    requestHandler<LogAddress, LogTextAnswer>(log, { kind: 'none', message: broken }, text),
  );
}

function trusted<T>({ state }: LogDocumentParts, ask: () => Promise<Result<T>>): Promise<Result<T>> {
  return state.trusted ? ask() : Promise.resolve(failure(untrusted));
}

/** The derivation as it is shown; evaluated now when nothing is shown. */
async function derivationOf(
  { state, drawings, lookup }: LogDocumentParts,
  key: DerivationKey,
  signal: AbortSignal,
): Promise<Result<Derivation>> {
  if (!state.trusted) return failure(untrusted);
  const shown = choose(drawings.of(key.uri), key.attr);
  return shown?.drvPath ? success(shown) : lookup.find(key, signal);
}

function words({ message, advice }: Problem): string {
  return advice === null ? message : `${message} ${advice}`;
}
