/** What happens before and around the working server: `initialize`, settings, trust, shutdown. */
import {
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
} from 'vscode-languageserver/node';
import type { Connection, InitializeParams, InitializeResult } from 'vscode-languageserver/node';
import type { Served } from './connection';
import { createConnectionLogger, told } from './connectionLogger';
import type { ParseText } from './documents';
import type { Engine } from './engine/engine';
import type { Logger } from './environment';
import { guarded } from './features/handler';
import { WorkspaceState } from './features/workspaceState';
import { LanguageServer, serverCapabilities } from './languageServer';
import { trustNotification } from './protocol/messages';
import type { Settings } from './protocol/settings';
import { parseSettings } from './settings';

/** What a server is made over: the real engine in a process, a fake one in tests. */
export interface EngineParts {
  readonly engine: Engine;
  readonly parse: ParseText;
}

export interface ServerOptions {
  /** Called once, when the client has said `initialize`. */
  createParts(log: Logger, settings: () => Settings): Promise<EngineParts>;
  /** Absolute path of the guide to diagnostics; null when there is none to link to. */
  readonly guide: string | null;
}

/** Serves a connection with an engine that is made on `initialize`. */
export function startServerOver(connection: Connection, options: ServerOptions): Served {
  const log = createConnectionLogger(connection.console);
  const state = new WorkspaceState();
  let server: LanguageServer | null = null;
  let client: InitializeParams['capabilities'] = {};
  const changeSettings = (value: unknown): void => state.setSettings(readSettings(value, log));
  connection.onInitialize(async (params): Promise<InitializeResult> => {
    const { trusted, settings } = readOptions(params.initializationOptions);
    client = params.capabilities;
    state.begin(trusted, readSettings(settings, log));
    const { engine, parse } = await options.createParts(log, () => state.settings);
    server = new LanguageServer({ connection, engine, parse, state, log, guide: options.guide, client });
    return { capabilities: serverCapabilities, serverInfo: { name: 'phasewise' } };
  });
  connection.onInitialized(() => {
    followSettings(connection, client, log);
    followFiles(connection, client, log);
    server?.begin().catch((error: unknown) => log.error('The server could not begin', error));
  });
  connection.onDidChangeConfiguration(
    guarded(log, 'New settings', ({ settings }: { readonly settings: unknown }) => changeSettings(settings)),
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

function readOptions(given: unknown): { readonly trusted: boolean; readonly settings: unknown } {
  if (typeof given !== 'object' || given === null) return { trusted: false, settings: null };
  return {
    trusted: 'trusted' in given && given.trusted === true,
    settings: 'settings' in given ? given.settings : null,
  };
}

function readSettings(value: unknown, log: Logger): Settings {
  const { settings, rejected } = parseSettings(value);
  if (rejected.length > 0) {
    log.warn(`Settings of the wrong type are ignored, their defaults hold: ${rejected.join(', ')}`);
  }
  return settings;
}

function createOnce(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | null = null;
  return () => (done ??= work());
}
