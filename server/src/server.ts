/** Composition root of the language server. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from 'vscode-languageserver/node';
import { locateAssets } from './assets';
import { serve, stdioTransport } from './connection';
import type { Served } from './connection';
import type { ParseText } from './documents';
import { createEngine } from './engine/createEngine';
import type { Assets } from './environment';
import { startServerOver } from './handshake';
import { createGuardedRunner } from './nix/guardian';
import { createProcessRunner } from './nix/process';
import type { ProcessRunner } from './nix/process';
import { defaultStateFolder } from './phases/sessionFolder';
import { nixPathOf } from './nix/searchPath';
import { createNixParser } from './syntax/parser';
import { checkSeverities } from './workspace/checkSeverities';

export interface ServerWorld {
  readonly assets: Assets & { readonly diagnosticsGuide?: string | null };
  readonly runner: ProcessRunner;
  /** The process's environment variables. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Serves a connection with the real engine. The caller has made the connection and listens on it afterwards. */
export function startServer(connection: Connection, world: ServerWorld): Served {
  const { assets, runner, environment } = world;
  return startServerOver(connection, {
    guide: assets.diagnosticsGuide ?? null,
    createParts: async (logger, settings) => {
      const parser = await createNixParser(assets);
      const stateFolder = defaultStateFolder(environment, homedir());
      const nixOptions = (file: string | null) => settings.of(file).nix;
      const isolates = (file: string) => settings.of(file).phases.isolation !== 'off';
      const strace = (file: string) => settings.of(file).phases.strace;
      const sessionsBytes = () => settings.of(null).sessions.maxSize * 1e9;
      const severities = (file: string) => checkSeverities(file, settings.of(file).checks);
      const world = { parser, assets, runner, logger, stateFolder, environment };
      const engine = createEngine({ ...world, nixOptions, isolates, strace, sessionsBytes, severities });
      const parse: ParseText = (text, previous, change) =>
        previous === null
          ? parser.parse(text)
          : parser.parse(text, previous, change === null ? [] : [change]);
      return { engine, parse, nixPath: nixPathOf(environment, homedir()) };
    },
  });
}

/** Serves standard input and output of this process until the client has gone or the signal is aborted. */
export function serveStandardStreams(signal?: AbortSignal): Promise<void> {
  const world = processWorld();
  const transport = stdioTransport(process.stdin, process.stdout);
  return new Promise((resolve) => {
    const end = serve(
      transport,
      (connection) => startServer(connection, world),
      () => resolve(),
    );
    if (signal?.aborted === true) end(0);
    signal?.addEventListener('abort', () => end(0), { once: true });
  });
}

/** What a process of ours gives a server: its own runner and environment, the assets beside its bundle. */
export function processWorld(): ServerWorld {
  const assets = locateAssets(join(__dirname, 'assets'));
  return { assets, runner: createGuardedRunner(createProcessRunner()), environment: process.env };
}
