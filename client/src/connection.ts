/** The connection to the language server and the library behind it, which takes longer to load than all the rest: loaded by need. */
import { CodeLens, Uri, workspace, type CancellationToken, type LogOutputChannel } from 'vscode';
import {
  CloseAction,
  DidChangeConfigurationNotification,
  ErrorAction,
  LanguageClient,
  RevealOutputChannelOn,
  State,
  TransportKind,
  type DocumentSelector,
  type ErrorHandler,
  type LanguageClientOptions,
  type ServerOptions,
} from 'vscode-languageclient/node';
import {
  activityNotification,
  buildInputsRequest,
  buildRequest,
  derivationDocumentRequest,
  drawingNotification,
  logChunkNotification,
  logRequest,
  phaseFileRequest,
  phaseFilesRequest,
  redrawRequest,
  runRequest,
  sourcePatchRequest,
  statusNotification,
  stopRequest,
  trustNotification,
} from '../../server/src/protocol/messages';
import { offeredCommands } from './again/offeredCommands';
import { buildDirectoryRequest } from '../../server/src/protocol/buildDirectoryMessages';
import { evaluationOutputNotification } from '../../server/src/protocol/evaluationMessages';
import { entriesRequest, fileKindNotification } from '../../server/src/protocol/kindMessages';
import { pinnedDrawingNotification, pinsNotification } from '../../server/src/protocol/pinMessages';
import { replayRequest } from '../../server/src/protocol/replayMessages';
import {
  dropSessionsRequest,
  sessionsRequest,
  sessionStatesNotification,
} from '../../server/src/protocol/sessionMessages';
import { newPackageRequest } from '../../server/src/protocol/packageMessages';
import { explainRequest } from '../../server/src/protocol/valueMessages';
import { environmentRequest } from '../../server/src/protocol/environmentMessages';
import {
  compareLogsRequest,
  findInLogRequest,
  findLogRequest,
  logDocumentRequest,
  logHistoryRequest,
  logLinksRequest,
  logTextRequest,
  saveLogRequest,
} from '../../server/src/protocol/logMessages';
import { shownNotification } from '../../server/src/protocol/shownMessages';
import { shellRequest } from '../../server/src/protocol/shellMessages';
import {
  buildUntilRequest,
  deletePathsRequest,
  differenceReportRequest,
  failureReportRequest,
  programsRequest,
  testsRequest,
  standingRequest,
  storedPathsRequest,
} from '../../server/src/protocol/storeMessages';
import { allServerSettings } from './config';
import { CrashCount } from './crashCount';
import { withDebugLenses } from './debug/debugLenses';
import type { ServerListener, ServerRequests } from './languageServer';

/** Nix files that the server may read; `vscode-remote` is what a local client calls a remote file. */
const nixDocuments: DocumentSelector = ['file', 'untitled', 'vscode-remote'].map((scheme) => ({
  scheme,
  language: 'nix',
}));
const ignoredErrors = 3;
/** The server answers when all that it started has ended: Nix may take five seconds to end a build and remove what that made. */
const endMs = 8000;

export interface Connection {
  readonly requests: ServerRequests;
  start(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** A connection to the server in this module, not started yet; what the server says goes to `listener`. */
export function connect(module: string, log: LogOutputChannel, listener: ServerListener): Connection {
  const client = createClient(module, log);
  listen(client, listener);
  // A change of the settings that a new folder brings is told before it is one of the workspace's.
  const folders = workspace.onDidChangeWorkspaceFolders(
    () => client.isRunning() && void sendSettings(client),
  );
  return {
    requests: requestsOf(client),
    start: () => client.start(),
    restart: async () => {
      await client.stop(endMs);
      await client.start();
    },
    stop: () => {
      folders.dispose();
      return client.stop(endMs);
    },
  };
}

function createClient(module: string, log: LogOutputChannel): LanguageClient {
  const node = { module, transport: TransportKind.ipc };
  const server: ServerOptions = {
    run: node,
    debug: { ...node, options: { execArgv: ['--nolazy', '--inspect=6009'] } },
  };
  const options: LanguageClientOptions = {
    documentSelector: nixDocuments,
    outputChannel: log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    initializationOptions: () => ({
      trusted: workspace.isTrusted,
      settings: allServerSettings(),
      commands: offeredCommands,
      tellsShown: true,
    }),
    synchronize: { configurationSection: 'phasewise' },
    errorHandler: quietErrors(),
    middleware: {
      workspace: { didChangeConfiguration: () => sendSettings(client) },
      provideCodeLenses: async (document, token, next) =>
        withDebugLenses(
          (await next(document, token)) ?? [],
          ({ range }, command) => new CodeLens(range, command),
        ),
    },
  };
  const client: LanguageClient = new LanguageClient('phasewise', 'Phasewise', server, options);
  return client;
}

function sendSettings(client: LanguageClient): Promise<void> {
  const settings = { phasewise: allServerSettings() };
  return client.sendNotification(DidChangeConfigurationNotification.type, { settings });
}

/** Starts a server that crashed again, a few times; the status bar says that there is none, no message does. */
function quietErrors(): ErrorHandler {
  const crashes = new CrashCount();
  return {
    error: (_error, _message, count) => ({
      action: (count ?? 0) <= ignoredErrors ? ErrorAction.Continue : ErrorAction.Shutdown,
      handled: true,
    }),
    closed: () =>
      crashes.mayRestart(Date.now())
        ? { action: CloseAction.Restart, handled: true, message: 'The server ended; starting it again.' }
        : {
            action: CloseAction.DoNotRestart,
            handled: true,
            message: 'The server ended again and again; it is not started any more.',
          },
  };
}

/** URIs are passed on as VS Code writes them, drawings only for documents that are open. */
function listen(client: LanguageClient, listener: ServerListener): void {
  const canonical = (uri: string) => Uri.parse(uri).toString();
  client.onNotification(statusNotification, (status) => listener.status(status));
  client.onNotification(drawingNotification, (drawing) => {
    const uri = canonical(drawing.uri);
    if (workspace.textDocuments.some((document) => document.uri.toString() === uri))
      listener.drawing({ ...drawing, uri });
  });
  client.onNotification(fileKindNotification, (kind) =>
    listener.fileKind({ ...kind, uri: canonical(kind.uri) }),
  );
  client.onNotification(evaluationOutputNotification, (params) =>
    listener.evaluationOutput({ ...params, uri: canonical(params.uri) }),
  );
  client.onNotification(pinnedDrawingNotification, (drawing) =>
    listener.pinned({ ...drawing, key: { ...drawing.key, uri: canonical(drawing.key.uri) } }),
  );
  client.onNotification(activityNotification, (params) =>
    listener.activity({ ...params, key: { ...params.key, uri: canonical(params.key.uri) } }),
  );
  client.onNotification(sessionStatesNotification, (params) =>
    listener.sessionStates({ ...params, uri: canonical(params.uri) }),
  );
  client.onNotification(logChunkNotification, (chunk) => listener.logChunk(chunk));
  client.onDidChangeState(({ newState }) => listener.running(newState !== State.Stopped));
}

function requestsOf(client: LanguageClient): ServerRequests {
  const token = (given: CancellationToken | undefined) => (given === undefined ? [] : [given]);
  return {
    run: (params, given) => client.sendRequest(runRequest, params, ...token(given)),
    build: (params, given) => client.sendRequest(buildRequest, params, ...token(given)),
    buildInputs: (key, given) => client.sendRequest(buildInputsRequest, key, ...token(given)),
    replay: (key) => client.sendRequest(replayRequest, key),
    stop: (key) => client.sendRequest(stopRequest, key),
    environment: (params) => client.sendRequest(environmentRequest, params),
    explain: (params) => client.sendRequest(explainRequest, params),
    newPackage: (params, given) => client.sendRequest(newPackageRequest, params, ...token(given)),
    shell: (params) => client.sendRequest(shellRequest, params),
    log: (params, given) => client.sendRequest(logRequest, params, ...token(given)),
    findLog: (params) => client.sendRequest(findLogRequest, params),
    logDocument: (address, given) => client.sendRequest(logDocumentRequest, address, ...token(given)),
    logLinks: (address, given) => client.sendRequest(logLinksRequest, address, ...token(given)),
    logHistory: (key) => client.sendRequest(logHistoryRequest, key),
    findInLog: (params, given) => client.sendRequest(findInLogRequest, params, ...token(given)),
    compareLogs: (params, given) => client.sendRequest(compareLogsRequest, params, ...token(given)),
    logText: (address) => client.sendRequest(logTextRequest, address),
    saveLog: (params) => client.sendRequest(saveLogRequest, params),
    derivationDocument: (path) => client.sendRequest(derivationDocumentRequest, { path }),
    phaseFiles: (params) => client.sendRequest(phaseFilesRequest, params),
    phaseFile: (params, given) => client.sendRequest(phaseFileRequest, params, ...token(given)),
    buildDirectory: (key) => client.sendRequest(buildDirectoryRequest, key),
    sessions: () => client.sendRequest(sessionsRequest, null),
    dropSessions: (ids) => client.sendRequest(dropSessionsRequest, { ids }),
    pins: (params) => client.sendNotification(pinsNotification, params),
    shown: (params) => client.sendNotification(shownNotification, params),
    sourcePatch: (params) => client.sendRequest(sourcePatchRequest, params),
    programs: (key) => client.sendRequest(programsRequest, key),
    tests: (key) => client.sendRequest(testsRequest, key),
    failureReport: (key) => client.sendRequest(failureReportRequest, key),
    buildUntil: (params, given) => client.sendRequest(buildUntilRequest, params, ...token(given)),
    standing: (key) => client.sendRequest(standingRequest, key),
    storedPaths: (params) => client.sendRequest(storedPathsRequest, params),
    differenceReport: (params) => client.sendRequest(differenceReportRequest, params),
    deletePaths: (params) => client.sendRequest(deletePathsRequest, params),
    redraw: (uri) => client.sendRequest(redrawRequest, { uri }),
    entries: (uri) => client.sendRequest(entriesRequest, { uri }),
    trust: (trusted) => client.sendNotification(trustNotification, { trusted }),
  };
}
