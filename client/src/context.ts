/** The client's composition root: makes every part once and wires the server's messages to them. */
import { workspace, type Disposable, type ExtensionContext } from 'vscode';
import { registerOfferCommands } from './again/offerCommands';
import { registerAgainCommands } from './again/buildAgainCommands';
import type { PhasewiseApi } from './api';
import { registerBuildCommands } from './builds/buildCommands';
import { InlineResults } from './builds/inlineResults';
import { LogChannels } from './builds/logChannels';
import { registerReplayCommands } from './builds/replayCommands';
import { BuildTasks } from './builds/taskProvider';
import { registerDebugging } from './debug/debugCommands';
import { EvaluationOutput } from './evaluation/evaluationOutput';
import { registerFileKind } from './files/fileKind';
import { registerExplainCommands } from './values/explainCommands';
import { registerFileCommands } from './files/fileCommands';
import { SnapshotDocuments } from './files/snapshotDocuments';
import { LanguageServer } from './languageServer';
import { createLog, detached, registerCommand } from './log';
import { registerLogCommands } from './logs/logCommands';
import { LogDocuments } from './logs/logDocuments';
import { registerNewPackageCommand } from './packages/newPackage';
import { ActiveFile } from './phases/activeFile';
import { Cursor, CursorFollower } from './phases/cursor';
import { EnvironmentDocuments } from './phases/environmentDocuments';
import { PhaseChannels } from './phases/phaseChannels';
import { PhaseChooser } from './phases/phaseChooser';
import { registerPhaseCommands } from './phases/phaseCommands';
import { PhaseShells } from './phases/phaseShells';
import { PhaseTree } from './phases/phaseTree';
import { registerPinCommands } from './phases/pinCommands';
import { Pins } from './phases/pins';
import { Runs } from './phases/runs';
import { tellShownDocuments } from './phases/shownDocuments';
import { ServerState } from './serverState';
import { registerBuildDirectoryCommands } from './sessions/buildDirectoryCommands';
import { BuildDirectoryTree } from './sessions/buildDirectoryTree';
import { SessionResumption } from './sessions/resumeSession';
import { registerSessionCommands } from './sessions/sessionCommands';
import { SessionTree } from './sessions/sessionTree';
import { createStatusBar } from './statusBar';
import { TestExplorer } from './tests/testExplorer';
import { DerivationDocuments } from './store/derivationDocuments';
import { registerStoreCommands } from './store/storeCommands';

export interface ClientContext {
  readonly api: PhasewiseApi;
  /** Stops what runs and the server. */
  stop(): Promise<void>;
}

const program = 'dist/server.js';
/** Our own command line, which is the debug adapter too. */
const adapter = 'dist/phasewise.js';

export function createClientContext(extension: ExtensionContext): ClientContext {
  const log = createLog();
  const state = new ServerState();
  const printed = new EvaluationOutput(state, log);
  const server = new LanguageServer(extension.asAbsolutePath(program), log, listenerOf(state, printed));
  const active = new ActiveFile();
  const pins = new Pins(extension.workspaceState, server, log);
  const tree = new PhaseTree(state, active, pins);
  const cursor = new Cursor(state, active);
  const follower = new CursorFollower(cursor, tree, state);
  const chooser = new PhaseChooser(state, active, tree, cursor);
  const runs = new Runs(server, state);
  const shells = new PhaseShells(extension.asAbsolutePath('dist/phasewise.js'), server, state, runs);
  const environments = new EnvironmentDocuments(server, state, runs);
  const channels = new PhaseChannels(state);
  const inline = new InlineResults(state);
  const buildTasks = new BuildTasks(server, state, pins);
  const logs = new LogChannels(server);
  const logDocuments = new LogDocuments(server, state);
  const documents = new DerivationDocuments(server, log);
  const snapshots = new SnapshotDocuments(server, state);
  const sessions = new SessionTree(server, state, log);
  const resumption = new SessionResumption(state, tree, pins, runs);
  const buildDirectories = new BuildDirectoryTree(extension.workspaceState, state, log);
  const statusBar = createStatusBar(server, state, log);
  extension.subscriptions.push(
    ...[log, server, active, tree, follower, runs, channels, inline, buildTasks, logs, documents, statusBar],
    ...[printed, pins, snapshots, sessions, resumption, buildDirectories, logDocuments, environments],
    new TestExplorer(server, state, log),
    ...[...registerFileKind(server, state, log), ...registerExplainCommands(server, log)],
    ...registerPhaseCommands({ server, log, state, active, chooser, runs, shells, environments, channels }),
    ...registerDebugging({ program: extension.asAbsolutePath(adapter), log, state, chooser, inline }),
    ...[...registerPinCommands(log, pins, chooser), registerNewPackageCommand(server, log)],
    ...registerOfferCommands({ server, log, state, chooser, runs }),
    ...registerReplayCommands({ log, server, chooser, inline }),
    ...registerBuildCommands({ log, state, chooser, buildTasks, logs }),
    ...registerLogCommands({ server, log, chooser, documents: logDocuments }),
    ...registerSessionCommands({ log, server, tree: sessions, resumption }),
    ...registerBuildDirectoryCommands({ log, server, state, chooser, sessions, tree: buildDirectories }),
    ...registerStoreCommands(log, state, chooser, documents),
    ...registerAgainCommands({ server, log, state, chooser, memory: extension.workspaceState }),
    ...registerFileCommands({ server, log, state, chooser }, runs),
    registerCommand(log, 'phasewise.clearInlineResults', () => inline.clear()),
    registerCommand(log, 'phasewise.restartServer', () => server.restart()),
    ...[...followWorkspace(server, state, log), tellShownDocuments(server, active, pins, log)],
  );
  const api: PhasewiseApi = {
    file: () => active.uri,
    phases: () => tree.rows,
    sessions: () => sessions.rows,
    buildDirectories: () => buildDirectories.shown,
    message: () => tree.message,
    status: () => state.status,
    statusText: () => statusBar.text,
    inlineResults: (uri) => inline.results(uri),
    onDidChange: (listener) => state.onDidChange(listener),
    ready: () => server.started,
  };
  return { api, stop: () => server.stop() };
}

/** The client's documents and trust are the server's. */
function followWorkspace(
  server: LanguageServer,
  state: ServerState,
  log: Parameters<typeof detached>[0],
): readonly Disposable[] {
  const tell = () => server.ask((requests) => requests.trust(true));
  return [
    workspace.onDidCloseTextDocument(({ uri }) => state.forget(uri.toString())),
    workspace.onDidGrantWorkspaceTrust(() => detached(log, 'trust', tell())),
  ];
}

/** Keeps what the server says; one that is gone runs nothing. */
function listenerOf(
  state: ServerState,
  printed: EvaluationOutput,
): ConstructorParameters<typeof LanguageServer>[2] {
  return {
    status: (status) => state.setStatus(status),
    drawing: (drawing) => state.setDrawing(drawing),
    pinned: (drawing) => state.setPinned(drawing),
    fileKind: (kind) => state.setKind(kind),
    evaluationOutput: (params) => printed.receive(params),
    activity: (params) => state.receive(params),
    sessionStates: (params) => state.setSessions(params),
    running: (running) => {
      if (running) return;
      state.interrupt();
      printed.forget();
    },
  };
}
