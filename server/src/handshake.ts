/** What happens before and around the working server: `initialize`, settings, trust, shutdown. */
import {
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
} from 'vscode-languageserver/node';
import type { Connection, InitializeParams, InitializeResult } from 'vscode-languageserver/node';
import type { Served } from './connection';
import { createConnectionLogger, told } from './connectionLogger';
import { fileOf } from './documents';
import type { ParseText } from './documents';
import type { Engine } from './engine/engine';
import type { Logger } from './environment';
import { guarded } from './features/handler';
import type { WorkspaceSettings } from './features/folderSettings';
import { WorkspaceState } from './features/workspaceState';
import { diagnosticProvider, LanguageServer, serverCapabilities } from './languageServer';
import { trustNotification } from './protocol/messages';
import type { Settings } from './protocol/settings';
import { parseSettings } from './settings';

/** What a server is made over: the real engine in a process, a fake one in tests. */
export interface EngineParts {
  readonly engine: Engine;
  readonly parse: ParseText;
  /** Entries of NIX_PATH, or what Nix takes where that is not set. */
  readonly nixPath?: readonly string[];
}

export interface ChosenSettings {
  /** Those that hold for a file; for null where none is named. */
  of(file: string | null): Settings;
}

export interface ServerOptions {
  /** Called once, when the client has said `initialize`. */
  createParts(log: Logger, settings: ChosenSettings): Promise<EngineParts>;
  /** Absolute path of the guide to diagnostics; null when there is none to link to. */
  readonly guide: string | null;
}

/** Serves a connection with an engine that is made on `initialize`. */
export function startServerOver(connection: Connection, options: ServerOptions): Served {
  const log = createConnectionLogger(connection.console);
  const state = new WorkspaceState();
  let server: LanguageServer | null = null;
  let client: InitializeParams['capabilities'] = {};
  connection.onInitialize(async (params): Promise<InitializeResult> => {
    const { trusted, settings, commands, pulls, tellsShown } = readOptions(params.initializationOptions);
    client = params.capabilities;
    state.begin(trusted, readSettings(settings, log), foldersOf(params));
    const parts = await options.createParts(log, { of: (file) => state.settingsOf(file) });
    const { guide } = options;
    const pullsDiagnostics = pulls && client.textDocument?.diagnostic !== undefined;
    const own = { connection, state, log, guide, client, commands, pullsDiagnostics, tellsShown };
    server = new LanguageServer({ nixPath: [], ...parts, ...own });
    const capabilities = pullsDiagnostics
      ? { ...serverCapabilities, diagnosticProvider }
      : serverCapabilities;
    return { capabilities, serverInfo: { name: 'phasewise' } };
  });
  connection.onInitialized(() => {
    followSettings(connection, client, log);
    followFiles(connection, client, log);
    followFolders(connection, client, state);
    server?.begin().catch((error: unknown) => log.error('The server could not begin', error));
  });
  connection.onDidChangeConfiguration(
    guarded(log, 'New settings', ({ settings }: { readonly settings: unknown }) =>
      state.setSettings(readSettings(settings, log)),
    ),
  );
  connection.onNotification(
    trustNotification,
    guarded(log, 'Trust', ({ trusted }: { readonly trusted: unknown }) => state.setTrusted(trusted === true)),
  );
  const dispose = createOnce(async () => {
    await server?.dispose();
  });
  connection.onShutdown(dispose);
  return { dispose };
}

/** Asks to be told of settings by clients that tell only those who ask. */
function followSettings(connection: Connection, client: InitializeParams['capabilities'], log: Logger): void {
  if (client.workspace?.didChangeConfiguration?.dynamicRegistration !== true) return;
  connection.client
    .register(DidChangeConfigurationNotification.type, { section: 'phasewise' })
    .catch((error: unknown) => log.warn(`The client does not tell of settings: ${told(error)}`));
}

/** Asks to be told of files that change on the disk: sources, and Nix files that others import. */
function followFiles(connection: Connection, client: InitializeParams['capabilities'], log: Logger): void {
  if (client.workspace?.didChangeWatchedFiles?.dynamicRegistration !== true) return;
  connection.client
    .register(DidChangeWatchedFilesNotification.type, { watchers: [{ globPattern: '**/*' }] })
    .catch((error: unknown) => log.warn(`The client does not tell of changed files: ${told(error)}`));
}

function foldersOf(params: InitializeParams): readonly string[] {
  // Older clients name one folder, in a field of its own.
  const { rootUri }: { readonly rootUri?: string | null } = params;
  const uris = params.workspaceFolders?.map(({ uri }) => uri) ?? (rootUri == null ? [] : [rootUri]);
  return uris.flatMap((uri) => fileOf(uri) ?? []);
}

/** Folders that come to the workspace and leave it. */
function followFolders(
  connection: Connection,
  client: InitializeParams['capabilities'],
  state: WorkspaceState,
): void {
  if (client.workspace?.workspaceFolders !== true) return;
  connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
    const paths = (folders: readonly { readonly uri: string }[]): readonly string[] =>
      folders.flatMap(({ uri }) => fileOf(uri) ?? []);
    const gone = new Set(paths(removed));
    state.setFolders([...state.folders.filter((folder) => !gone.has(folder)), ...paths(added)]);
  });
}

function readOptions(given: unknown): {
  readonly trusted: boolean;
  readonly settings: unknown;
  readonly commands: ReadonlySet<string>;
  readonly pulls: boolean;
  readonly tellsShown: boolean;
} {
  if (typeof given !== 'object' || given === null)
    return { trusted: false, settings: null, commands: new Set(), pulls: false, tellsShown: false };
  const commands: unknown = 'commands' in given ? given.commands : [];
  return {
    trusted: 'trusted' in given && given.trusted === true,
    settings: 'settings' in given ? given.settings : null,
    commands: new Set(Array.isArray(commands) ? commands.map(String) : []),
    pulls: 'pullDiagnostics' in given && given.pullDiagnostics === true,
    tellsShown: 'tellsShown' in given && given.tellsShown === true,
  };
}

function readSettings(value: unknown, log: Logger): WorkspaceSettings {
  const { settings, folders, rejected } = parseSettings(value);
  if (rejected.length > 0) {
    log.warn(`Settings of the wrong type are ignored, their defaults hold: ${rejected.join(', ')}`);
  }
  const byPath = [...folders].flatMap(([uri, own]): [string, Settings][] => {
    const path = fileOf(uri);
    return path === null ? [] : [[path, own]];
  });
  return { workspace: settings, folders: new Map(byPath) };
}

function createOnce(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | null = null;
  return () => (done ??= work());
}
