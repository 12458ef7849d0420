/** Where a session's builder runs: in namespaces of its own, or beside everything else with its outputs redirected. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { StoreDerivation } from '../nix/derivationFile';
import type { ProcessRunner } from '../nix/process';
import type { Result } from '../result';
import { success } from '../result';
import { isFixedOutput, storePathsOfOutputs } from './builderEnvironment';
import type { DriverCommand } from './driver';
import type { IsolationTools } from './isolation';
import { isolatedCommand, probeIsolation } from './isolation';
import type { StorePlace } from '../nix/storePlace';
import { commandForStore } from './privateStore';
import type { SessionFolder } from './sessionFolder';
import type { SessionProcesses } from './strays';
import { processesInNamespace, processesWithBuildTop } from './strays';

/** What isolation needs to know of the user's Nix. */
export interface SessionIsolation {
  /** The store paths that the derivation's inputs and these paths need, with themselves. */
  inputClosure(
    derivation: StoreDerivation,
    more: readonly string[],
    signal: AbortSignal,
  ): Promise<Result<readonly string[]>>;
  /** Where a real build of this derivation has its build directory. */
  buildDirectory(derivation: StoreDerivation, signal: AbortSignal): Promise<string>;
}

export interface SessionView {
  readonly isolation: 'namespace' | 'none';
  /** Why there is no isolation; null when there is, or when none was asked for. */
  readonly isolationNote: string | null;
  /** NIX_BUILD_TOP as the builder sees it. */
  readonly buildTop: string;
  /** The store directory's stand-in in paths that the builder is told; null when it has the true paths. */
  readonly redirect: string | null;
  /** Where the outputs are, seen from outside. */
  readonly outputFolder: string;
  /** Paths in the work directory, relative to it, that are not the build's: something of the store is mounted there. */
  readonly mountPoints: ReadonlySet<string>;
  /** A process id that exists, for the driver, as long as the session is wanted. */
  readonly controller: number;
  /** How this command is started. */
  start(command: DriverCommand, signal: AbortSignal): Promise<Result<DriverCommand>>;
  /** The processes of the session whose first one this is. */
  processes(pid: number): SessionProcesses;
}

export interface ViewParts {
  readonly derivation: StoreDerivation;
  readonly nix: StorePlace;
  readonly driverFolder: string;
  readonly runner: ProcessRunner;
  readonly isolation?: SessionIsolation;
  /** More programs that must be seen where the builder runs; absolute paths. */
  readonly programs?: readonly string[];
}

/** Namespaces where they are asked for and can be had, else none, with the reason. */
export async function chooseView(
  parts: ViewParts,
  folder: SessionFolder,
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<SessionView> {
  const { isolation, derivation, driverFolder, runner } = parts;
  const path = environment['PATH'] ?? '/usr/bin:/bin';
  if (isolation === undefined) return openView(parts, folder, path, null);
  const asking = isolation.buildDirectory(derivation, signal);
  const probed = await probeIsolation(driverFolder, path, 'closed', runner, signal);
  if (!probed.ok) return openView(parts, folder, path, probed.error);
  const tools = storePathsOf([...probed.value.places, ...(parts.programs ?? [])], parts.nix);
  const [closure, buildTop] = await Promise.all([isolation.inputClosure(derivation, tools, signal), asking]);
  if (!closure.ok) return openView(parts, folder, path, closure.error.message);
  const own = new Set(Object.values(storePathsOfOutputs(derivation, parts.nix.storeDir)));
  const paths = closure.value.filter((one) => !own.has(one));
  return closedView(parts, { buildTop, paths }, folder, probed.value, environment);
}

function storePathsOf(places: readonly string[], { storeDir }: StorePlace): readonly string[] {
  const inStore = places.filter((place) => place.startsWith(`${storeDir}/`));
  return [
    ...new Set(
      inStore.map((place) =>
        place
          .split('/')
          .slice(0, storeDir.split('/').length + 1)
          .join('/'),
      ),
    ),
  ];
}

function openView(parts: ViewParts, folder: SessionFolder, path: string, note: string | null): SessionView {
  const place = { driverFolder: parts.driverFolder, controlFolder: folder.control, path };
  return {
    isolation: 'none',
    isolationNote: note,
    buildTop: folder.buildTop,
    redirect: folder.work,
    outputFolder: folder.work,
    mountPoints: new Set(),
    controller: process.pid,
    start: (command, signal) => commandForStore(command, parts.nix, place, parts.runner, signal),
    processes: () => processesWithBuildTop(folder.buildTop, parts.runner),
  };
}

/** Process 1 of the process namespace: it lives as long as the namespace. */
const firstProcess = 1;

function closedView(
  parts: ViewParts,
  { buildTop, paths }: { readonly buildTop: string; readonly paths: readonly string[] },
  folder: SessionFolder,
  tools: IsolationTools,
  environment: Readonly<Record<string, string>>,
): SessionView {
  const outputFolder = join(folder.work, 'store');
  const mountPoints = new Set<string>();
  return {
    isolation: 'namespace',
    isolationNote: null,
    buildTop,
    redirect: null,
    outputFolder,
    mountPoints,
    controller: firstProcess,
    start: async (command) => {
      const { command: started, mountPoints: names } = await isolatedCommand(
        command,
        {
          folder: join(folder.control, 'isolation'),
          store: parts.nix,
          storeContent: { paths, folder: outputFolder },
          visible: [
            { path: folder.control, writable: true },
            { path: parts.driverFolder, writable: false },
          ],
          build: { source: folder.buildTop, target: buildTop },
          home: environment['HOME'] ?? homedir(),
          network: isFixedOutput(parts.derivation),
          closed: true,
        },
        parts.driverFolder,
        tools,
      );
      for (const name of names) mountPoints.add(`store/${name}`);
      return success(started);
    },
    processes: (pid) => processesInNamespace(pid),
  };
}
