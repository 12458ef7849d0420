/** A language client over streams in memory, with the server's every message kept. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import {
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import type {
  ClientCapabilities,
  Diagnostic,
  InitializeResult,
  ProtocolConnection,
  PublishDiagnosticsParams,
} from 'vscode-languageserver/node';
import { serve } from '../../server/src/connection';
import type { Served, Transport } from '../../server/src/connection';
import { startServerOver } from '../../server/src/handshake';
import {
  activityNotification,
  drawingNotification,
  logChunkNotification,
  statusNotification,
} from '../../server/src/protocol/messages';
import {
  evaluationOutputNotification,
  type EvaluationOutputParams,
} from '../../server/src/protocol/evaluationMessages';
import { fileKindNotification, type FileKindParams } from '../../server/src/protocol/kindMessages';
import { shownNotification } from '../../server/src/protocol/shownMessages';
import { sessionStatesNotification } from '../../server/src/protocol/sessionMessages';
import type { SessionState, SessionStatesParams } from '../../server/src/protocol/sessionMessages';
import type { ActivityParams, DrawingParams, StatusParams } from '../../server/src/protocol/messages';
import type { Connection } from 'vscode-languageserver/node';
import type { FakeEngine } from '../support/fakeEngine';
import { nixConfig } from '../support/nixEnvironment';
import { nixParser } from '../support/syntax';
import { removeWorkFolders } from '../support/workFolders';

export interface ClientOptions {
  readonly trusted?: boolean;
  readonly settings?: object;
  readonly capabilities?: ClientCapabilities;
  readonly guide?: string;
  /** The client's folder is the workspace's. */
  readonly inWorkspace?: boolean;
  /** The workspace's folders, by their names below the client's folder, with settings of their own. */
  readonly folders?: Readonly<Record<string, unknown>>;
  /** Entries of the search path. */
  readonly nixPath?: readonly string[];
  /** Commands that it has. */
  readonly commands?: readonly string[];
  readonly pullDiagnostics?: boolean;
  /** Documents count as shown only when the client says so. */
  readonly tellsShown?: boolean;
}

export class TestClient {
  readonly diagnostics: PublishDiagnosticsParams[] = [];
  readonly drawings: DrawingParams[] = [];
  readonly statuses: StatusParams[] = [];
  readonly kinds: FileKindParams[] = [];
  readonly printed: EvaluationOutputParams[] = [];
  readonly activities: ActivityParams[] = [];
  readonly sessionStates: SessionStatesParams[] = [];
  readonly chunks: string[] = [];
  readonly logged: string[] = [];
  readonly toasts: string[] = [];
  lensRefreshes = 0;
  exitCode: number | null = null;
  initialized: InitializeResult | null = null;

  private constructor(
    readonly connection: ProtocolConnection,
    private readonly toServer: Writable,
    readonly folder: string,
  ) {}

  /** A client of a server that runs in a process of its own; it gets the folder as its state folder. */
  static async spawned(
    program: string,
    environment: Readonly<Record<string, string>>,
    options: ClientOptions = {},
  ): Promise<TestClient & { readonly server: ChildProcess }> {
    const folder = await mkdtemp(join(tmpdir(), 'phasewise-server-'));
    const server = spawn(process.execPath, ['--import', 'tsx', program], {
      env: { ...process.env, XDG_STATE_HOME: join(folder, 'state'), ...environment },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const connection = createProtocolConnection(
      new StreamMessageReader(server.stdout),
      new StreamMessageWriter(server.stdin),
    );
    const client = new TestClient(connection, server.stdin, folder);
    server.on('exit', (code) => (client.exitCode = code ?? -1));
    await client.begin(options);
    return Object.assign(client, { server });
  }

  /** The real server over real Nix, without a search path, in a workspace of its own. */
  static overNix(): ReturnType<typeof TestClient.spawned> {
    return TestClient.spawned(
      join(__dirname, 'serverProgram.ts'),
      { NIX_CONFIG: nixConfig, NIX_PATH: '' },
      { settings: { evaluation: { debounceMs: 50 } }, inWorkspace: true },
    );
  }

  /** A client with a folder of its own, connected to a server that `start` makes. */
  static async connect(
    start: (connection: Connection) => Served,
    options: ClientOptions = {},
  ): Promise<TestClient> {
    const toServer = new PassThrough();
    const toClient = new PassThrough();
    const connection = createProtocolConnection(
      new StreamMessageReader(toClient),
      new StreamMessageWriter(toServer),
    );
    const folder = await mkdtemp(join(tmpdir(), 'phasewise-server-'));
    const client = new TestClient(connection, toServer, folder);
    const transport: Transport = {
      reader: new StreamMessageReader(toServer),
      writer: new StreamMessageWriter(toClient),
      onGone: (listener) => toServer.on('close', listener),
    };
    serve(transport, start, (code) => {
      client.exitCode = code;
    });
    await client.begin(options);
    return client;
  }

  private async begin(options: ClientOptions): Promise<void> {
    this.listen();
    this.initialized = await this.connection.sendRequest<InitializeResult>('initialize', {
      processId: process.pid,
      rootUri: options.inWorkspace === true ? pathToFileURL(this.folder).href : null,
      ...(options.folders && {
        workspaceFolders: Object.keys(options.folders).map((name) => this.root(name)),
      }),
      capabilities:
        options.capabilities ?? (options.folders && { workspace: { workspaceFolders: true } }) ?? {},
      initializationOptions: {
        trusted: options.trusted ?? true,
        settings: this.withFolders(options.settings, options.folders),
        commands: options.commands,
        pullDiagnostics: options.pullDiagnostics,
        tellsShown: options.tellsShown,
      },
    });
    await this.connection.sendNotification('initialized', {});
  }

  /** Settings of the workspace together with those of its folders, by their names below the client's folder. */
  withFolders(settings: object = {}, folders: Readonly<Record<string, unknown>> = {}): object {
    const own = Object.entries(folders).map(([name, one]): [string, unknown] => [this.root(name).uri, one]);
    return own.length === 0 ? settings : { ...settings, folders: Object.fromEntries(own) };
  }

  /** A folder of the workspace, by its name below the client's folder. */
  root(name: string): { readonly uri: string; readonly name: string } {
    return { uri: pathToFileURL(join(this.folder, name)).href, name };
  }

  /** A client of a server over this engine. */
  static async over(engine: FakeEngine, options: ClientOptions = {}): Promise<TestClient> {
    const parser = await nixParser();
    return TestClient.connect(
      (connection) =>
        startServerOver(connection, {
          guide: options.guide ?? null,
          createParts: () =>
            Promise.resolve({
              engine,
              nixPath: options.nixPath ?? [],
              parse: (text, previous, change) =>
                previous === null
                  ? parser.parse(text)
                  : parser.parse(text, previous, change === null ? [] : [change]),
            }),
        }),
      options,
    );
  }

  private listen(): void {
    const { connection } = this;
    connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
      this.diagnostics.push(params);
    });
    connection.onNotification('window/logMessage', ({ message }: { message: string }) => {
      this.logged.push(message);
    });
    connection.onNotification('window/showMessage', ({ message }: { message: string }) => {
      this.toasts.push(message);
    });
    connection.onNotification(drawingNotification, (params) => void this.drawings.push(params));
    connection.onNotification(statusNotification, (params) => void this.statuses.push(params));
    connection.onNotification(fileKindNotification, (params) => void this.kinds.push(params));
    connection.onNotification(evaluationOutputNotification, (params) => void this.printed.push(params));
    connection.onNotification(activityNotification, (params) => void this.activities.push(params));
    connection.onNotification(sessionStatesNotification, (params) => void this.sessionStates.push(params));
    connection.onNotification(logChunkNotification, ({ text }) => void this.chunks.push(text));
    connection.onRequest('workspace/codeLens/refresh', () => {
      this.lensRefreshes++;
      return null;
    });
    connection.listen();
  }

  /** A file of the folder; written when a text is given. */
  async file(name: string, text?: string): Promise<{ readonly file: string; readonly uri: string }> {
    const file = join(this.folder, name);
    if (text !== undefined) {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
    return { file, uri: pathToFileURL(file).href };
  }

  async open(uri: string, text: string, version = 1): Promise<void> {
    const textDocument = { uri, languageId: 'nix', version, text };
    await this.connection.sendNotification('textDocument/didOpen', { textDocument });
  }

  async change(uri: string, version: number, text: string): Promise<void> {
    await this.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges: [{ text }],
    });
  }

  async save(uri: string): Promise<void> {
    await this.connection.sendNotification('textDocument/didSave', { textDocument: { uri } });
  }

  async close(uri: string): Promise<void> {
    await this.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
  }

  /** Tells that these documents are shown, and no others. */
  async show(...uris: readonly string[]): Promise<void> {
    await this.connection.sendNotification(shownNotification, { uris });
  }

  /** What is published last for this document; null before the first. */
  published(uri: string): readonly Diagnostic[] | null {
    return this.diagnostics.findLast((params) => params.uri === uri)?.diagnostics ?? null;
  }

  drawing(uri: string): DrawingParams | null {
    return this.drawings.findLast((params) => params.uri === uri) ?? null;
  }

  /** What was last said to be kept of the derivation that the document's value is; undefined when nothing is or nothing was said. */
  session(uri: string): SessionState | undefined {
    return this.sessionStates
      .findLast((params) => params.uri === uri)
      ?.sessions.find(({ attr }) => attr === '');
  }

  events(): readonly string[] {
    return this.activities.map(({ event }) =>
      event.type === 'phaseStarted' || event.type === 'phaseFinished'
        ? `${event.type} ${event.phase}`
        : event.type === 'finished'
          ? `finished ${event.status}`
          : event.type,
    );
  }

  /** Waits until all that was sent before has been handled. */
  async settle(): Promise<void> {
    await this.connection.sendRequest('phasewise/stop', { uri: 'none:', attr: '' });
  }

  /** Closes the stream as a client does that dies. */
  hangUp(): void {
    this.toServer.destroy();
  }

  async end(): Promise<void> {
    if (this.exitCode === null && !this.toServer.destroyed) {
      // A server that was just killed never answers, and its connection closes at any moment.
      const gone = new Promise((resolve) => this.connection.onClose(resolve));
      const shutDown = async (): Promise<void> => {
        await this.connection.sendRequest('shutdown');
        await this.connection.sendNotification('exit');
      };
      await Promise.race([gone, shutDown().catch(() => undefined)]);
      await until('the server to exit', () => this.exitCode !== null);
    }
    this.connection.dispose();
    removeWorkFolders(join(this.folder, 'state'));
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Waits for something to become true; fails with its name after a time. */
export async function until(what: string, holds: () => boolean, timeoutMs = 30_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await pause(5);
  }
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** A promise and the means to settle it. */
export function gate<T = void>(): { readonly promise: Promise<T>; readonly open: (value: T) => void } {
  let open: (value: T) => void = () => undefined;
  const promise = new Promise<T>((resolve) => (open = resolve));
  return { promise, open };
}
