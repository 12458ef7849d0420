/** The language server as the client's parts know it: what they may ask, whether it runs. It is started after activation. */
import { EventEmitter, type CancellationToken, type Disposable, type LogOutputChannel } from 'vscode';
import type {
  ActivityParams,
  BuildParams,
  DerivationDocument,
  DerivationKey,
  DrawingParams,
  LogAnswer,
  LogChunkParams,
  LogParams,
  PhaseFileParams,
  PhaseFilesAnswer,
  PhaseFilesParams,
  RunParams,
  SourcePatchAnswer,
  SourcePatchParams,
  StatusParams,
} from '../../server/src/protocol/messages';
import type { EvaluationOutputParams } from '../../server/src/protocol/evaluationMessages';
import type { EntryChoices, FileKindParams } from '../../server/src/protocol/kindMessages';
import type { PinnedDrawingParams, PinsParams } from '../../server/src/protocol/pinMessages';
import type { BuildDirectoryAnswer } from '../../server/src/protocol/buildDirectoryMessages';
import type { BuildResult, Failure, InputsResult, RunResult } from '../../server/src/protocol/model';
import type {
  DropSessionsAnswer,
  SessionList,
  SessionStatesParams,
} from '../../server/src/protocol/sessionMessages';
import type { NewPackage, NewPackageParams } from '../../server/src/protocol/packageMessages';
import type { ExplainAnswer, ExplainParams } from '../../server/src/protocol/valueMessages';
import type { EnvironmentAnswer, EnvironmentParams } from '../../server/src/protocol/environmentMessages';
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
} from '../../server/src/protocol/logMessages';
import type { LogAddress } from '../../server/src/protocol/logUri';
import type { ShownParams } from '../../server/src/protocol/shownMessages';
import type { ShellAnswer, ShellParams } from '../../server/src/protocol/shellMessages';
import type {
  BuildStanding,
  BuildUntilParams,
  BuildUntilResult,
  DeletePathsAnswer,
  DeletePathsParams,
  DifferenceReportAnswer,
  DifferenceReportParams,
  FailureReportAnswer,
  ProgramsAnswer,
  TestsAnswer,
  StoredPathsAnswer,
  StoredPathsParams,
} from '../../server/src/protocol/storeMessages';
import type { connect, Connection } from './connection';
import { detached } from './log';
import { ServerGone } from './serverGone';

/** What may be asked of the server; `server/src/protocol/messages.ts` says what each means. */
export interface ServerRequests {
  run(params: RunParams, token?: CancellationToken): Promise<RunResult | null>;
  build(params: BuildParams, token?: CancellationToken): Promise<BuildResult | null>;
  buildInputs(key: DerivationKey, token?: CancellationToken): Promise<InputsResult | null>;
  replay(key: DerivationKey): Promise<Failure | null>;
  stop(key: DerivationKey): Promise<boolean>;
  shell(params: ShellParams): Promise<ShellAnswer>;
  environment(params: EnvironmentParams): Promise<EnvironmentAnswer>;
  explain(params: ExplainParams): Promise<ExplainAnswer>;
  newPackage(params: NewPackageParams, token?: CancellationToken): Promise<NewPackage | null>;
  log(params: LogParams, token?: CancellationToken): Promise<LogAnswer>;
  findLog(params: FindLogParams): Promise<FindLogAnswer>;
  logDocument(address: LogAddress, token?: CancellationToken): Promise<LogDocumentAnswer>;
  logLinks(address: LogAddress, token?: CancellationToken): Promise<readonly LogLink[]>;
  logHistory(key: DerivationKey): Promise<readonly LogEntry[]>;
  findInLog(params: FindInLogParams, token?: CancellationToken): Promise<FindInLogAnswer>;
  compareLogs(params: CompareLogsParams, token?: CancellationToken): Promise<CompareLogsAnswer>;
  logText(address: LogAddress): Promise<LogTextAnswer>;
  saveLog(params: SaveLogParams): Promise<{ readonly message: string | null }>;
  derivationDocument(path: string): Promise<DerivationDocument>;
  phaseFiles(params: PhaseFilesParams): Promise<PhaseFilesAnswer>;
  phaseFile(params: PhaseFileParams, token?: CancellationToken): Promise<{ readonly text: string }>;
  buildDirectory(key: DerivationKey): Promise<BuildDirectoryAnswer>;
  sessions(): Promise<SessionList>;
  dropSessions(ids: readonly string[] | null): Promise<DropSessionsAnswer>;
  sourcePatch(params: SourcePatchParams): Promise<SourcePatchAnswer>;
  programs(key: DerivationKey): Promise<ProgramsAnswer>;
  tests(key: DerivationKey): Promise<TestsAnswer>;
  failureReport(key: DerivationKey): Promise<FailureReportAnswer>;
  buildUntil(params: BuildUntilParams, token?: CancellationToken): Promise<BuildUntilResult | null>;
  standing(key: DerivationKey): Promise<BuildStanding | null>;
  storedPaths(params: StoredPathsParams): Promise<StoredPathsAnswer>;
  differenceReport(params: DifferenceReportParams): Promise<DifferenceReportAnswer>;
  deletePaths(params: DeletePathsParams): Promise<DeletePathsAnswer>;
  redraw(uri: string): Promise<null>;
  entries(uri: string): Promise<EntryChoices | null>;
  pins(params: PinsParams): Promise<void>;
  shown(params: ShownParams): Promise<void>;
  trust(trusted: boolean): Promise<void>;
}

/** Told what the server says, unasked. */
export interface ServerListener {
  status(status: StatusParams): void;
  drawing(drawing: DrawingParams): void;
  pinned(drawing: PinnedDrawingParams): void;
  fileKind(kind: FileKindParams): void;
  evaluationOutput(params: EvaluationOutputParams): void;
  activity(params: ActivityParams): void;
  sessionStates(params: SessionStatesParams): void;
  logChunk(chunk: LogChunkParams): void;
  /** It was started, or it is gone. */
  running(running: boolean): void;
}

/** What JSON-RPC answers to requests that were under way when the connection ended. */
const pendingResponseRejected = -32097;

export class LanguageServer implements Disposable {
  private readonly changed = new EventEmitter<void>();
  private readonly chunks = new EventEmitter<LogChunkParams>();
  private readonly connection: Promise<Connection>;
  private isRunning = true;

  /** It was started, or it is gone. */
  readonly onDidChange = this.changed.event;
  readonly onLogChunk = this.chunks.event;
  /** Ends when the server answers for the first time. */
  readonly started: Promise<void>;

  constructor(module: string, log: LogOutputChannel, listener: Omit<ServerListener, 'logChunk'>) {
    const all: ServerListener = {
      ...listener,
      logChunk: (chunk) => this.chunks.fire(chunk),
      running: (running) => {
        this.isRunning = running;
        listener.running(running);
        this.changed.fire();
      },
    };
    this.connection = load().then((loaded) => loaded.connect(module, log, all));
    this.started = this.connection.then((connection) => connection.start());
    detached(log, 'start of the language server', this.started);
  }

  /** False when the server is gone; true also while it starts. */
  get running(): boolean {
    return this.isRunning;
  }

  /** Asks the server once it runs. Rejects with `ServerGone` when it ends before it answers. */
  async ask<T>(question: (requests: ServerRequests) => Promise<T>): Promise<T> {
    const { requests } = await this.connection;
    try {
      return await question(requests);
    } catch (error: unknown) {
      if (error instanceof Error && 'code' in error && error.code === pendingResponseRejected)
        throw new ServerGone();
      throw error;
    }
  }

  async restart(): Promise<void> {
    await (await this.connection).restart();
  }

  async stop(): Promise<void> {
    const connection = await this.connection;
    // One that is still starting cannot be stopped.
    await this.started.catch(() => undefined);
    await connection.stop();
  }

  dispose(): void {
    this.changed.dispose();
    this.chunks.dispose();
  }
}

/** After `activate` has returned, so that no other extension waits for it. */
async function load(): Promise<{ readonly connect: typeof connect }> {
  await new Promise((resolve) => setImmediate(resolve));
  return import('./connection.js');
}
