/** Where a session's builder runs: in namespaces of its own, or beside everything else with its outputs redirected. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { StoreDerivation } from '../nix/derivationFile';
import type { ProcessRunner } from '../nix/process';
import type { SandboxConfiguration } from '../nix/sandbox';
import type { Problem, Result } from '../result';
import { failure, success } from '../result';
import { isFixedOutput, storePathsOfOutputs } from './builderEnvironment';
import type { BuildSandbox, BuildSurroundings } from './buildSurroundings';
import { surroundingsOf } from './buildSurroundings';
import type { DriverCommand } from './driver';
import type { IsolationTools } from './isolation';
import { isolatedCommand, probeIsolation } from './isolation';
import type { ShownPath } from './isolationPlan';
import { outsideProgram, terminalDescriptions } from './outsideProgram';
import type { StorePlace } from '../nix/storePlace';
import { commandForStore } from './privateStore';
import { insideFolder } from './sandboxPlan';
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
  /** What sandbox real builds have. */
  sandbox(signal: AbortSignal): Promise<SandboxConfiguration>;
}

export interface SessionView {
  readonly isolation: 'namespace' | 'none';
  /**
   * Why there is no isolation, or why it shows more of the machine than a real build sees; null when there is nothing to say, or when
   * no isolation was asked for.
   */
  readonly isolationNote: string | null;
  /** Whether the builder sees the machine's own folders; where there is isolation, else it does. */
  readonly seesMachine: boolean;
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
  /** What the builder calls a file of the control folder, of the driver's, or the terminal. */
  inside(path: string): string;
  /** How this command is started. Problems: `namespaces-unavailable`, `program-not-loaded`. */
  start(command: DriverCommand, wish: StartWish, signal: AbortSignal): Promise<Result<DriverCommand>>;
  /** The processes of the session whose first one this is. */
  processes(pid: number): SessionProcesses;
}

export interface StartWish {
  /** The terminal that the command writes to by its path; null: none. */
  readonly terminal: string | null;
  /** Whether the command's program is one of the machine's, seen by the builder or not. */
  readonly ofMachine: boolean;
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
  const { isolation, derivation, driverFolder, runner, nix } = parts;
  const path = environment['PATH'] ?? '/usr/bin:/bin';
  if (isolation === undefined) return openView(parts, folder, path, null);
  // Asked already, while this is found out: mostly the question that is answered last.
  const asking = isolation.sandbox(signal);
  const machine = await probeIsolation(driverFolder, path, 'machine', runner, signal);
  if (!machine.ok) return openView(parts, folder, path, machine.error);
  const surroundings = surroundingsOf(derivation, await asking, nix.storeDir !== nix.physicalStoreDir);
  const view = await viewOfMachine(parts, surroundings, path, machine.value, signal);
  const closure = await isolation.inputClosure(derivation, view.more, signal);
  if (!closure.ok) return openView(parts, folder, path, closure.error.message);
  const own = new Set(Object.values(storePathsOfOutputs(derivation, nix.storeDir)));
  const paths = closure.value.filter((one) => !own.has(one));
  return closedView(parts, folder, { ...view, paths, buildTop: surroundings.buildDirectory }, environment);
}

/** What is shown of the machine. */
interface MachineView {
  /** Null: all of it. */
  readonly sandbox: BuildSandbox | null;
  /** Why it is more than a real build sees; null: it is not. */
  readonly note: string | null;
  /** Store paths that are seen beside the inputs. */
  readonly more: readonly string[];
  readonly tools: IsolationTools;
}

async function viewOfMachine(
  { driverFolder, runner, nix, programs = [] }: ViewParts,
  { sandbox }: BuildSurroundings,
  path: string,
  tools: IsolationTools,
  signal: AbortSignal,
): Promise<MachineView> {
  const whole = (note: string | null): MachineView => ({
    ...{ sandbox: null, note, tools },
    more: storePathsOf([...tools.places, ...programs], nix),
  });
  if (sandbox === null) return whole(null);
  if (sandbox.paths.some(({ source }) => source === embeddedShell))
    return whole('the /bin/sh of its sandbox is within the Nix program');
  const probed = await probeIsolation(driverFolder, path, 'sandbox', runner, signal);
  if (!probed.ok) return whole(probed.error);
  const sources = sandbox.paths.map(({ source }) => source);
  return { sandbox, note: null, more: storePathsOf(sources, nix), tools: probed.value };
}

/** What a Nix that brings its own shell names in `sandbox-paths`. */
const embeddedShell = '__embedded_sandbox_shell__';

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
    seesMachine: true,
    buildTop: folder.buildTop,
    redirect: folder.work,
    outputFolder: folder.work,
    mountPoints: new Set(),
    controller: process.pid,
    inside: (one) => one,
    start: (command, _wish, signal) => commandForStore(command, parts.nix, place, parts.runner, signal),
    processes: () => processesWithBuildTop(folder.buildTop, parts.runner),
  };
}

/** Process 1 of the process namespace: it lives as long as the namespace. */
const firstProcess = 1;

/** In what the view differs from a real build's; null: in nothing that is known. */
function differenceWords(note: string | null, preBuildHook: string | null): string | null {
  if (note !== null) return `phases see more of this machine than Nix's sandbox shows: ${note}`;
  return preBuildHook === null
    ? null
    : `phases do not see what the pre-build-hook ${preBuildHook} may add to Nix's sandbox`;
}

interface ClosedParts extends MachineView {
  readonly buildTop: string;
  readonly paths: readonly string[];
}

function closedView(
  parts: ViewParts,
  folder: SessionFolder,
  { buildTop, paths, sandbox, note, tools }: ClosedParts,
  environment: Readonly<Record<string, string>>,
): SessionView {
  const outputFolder = join(folder.work, 'store');
  const mountPoints = new Set<string>();
  const shown = shownPaths(parts, folder, sandbox);
  return {
    isolation: 'namespace',
    isolationNote: differenceWords(note, sandbox?.preBuildHook ?? null),
    seesMachine: sandbox === null,
    buildTop,
    redirect: null,
    outputFolder,
    mountPoints,
    controller: firstProcess,
    inside: (path) => insideOf(path, shown, sandbox),
    start: async (command, { terminal, ofMachine }, signal) => {
      const outside =
        ofMachine && sandbox !== null ? await outsideProgram(command.program, parts.runner, signal) : null;
      if (ofMachine && sandbox !== null && outside === null) return failure(notLoaded(command.program));
      const { command: started, mountPoints: names } = await isolatedCommand(
        command,
        {
          folder: join(folder.control, 'isolation'),
          store: parts.nix,
          storeContent: { paths, folder: outputFolder },
          visible: [
            ...shown,
            ...terminalShown(terminal, shown, sandbox),
            ...(outside === null ? [] : await descriptionsShown(sandbox)),
          ],
          build: { source: folder.buildTop, target: buildTop },
          home: environment['HOME'] ?? homedir(),
          network: isFixedOutput(parts.derivation),
          closed: true,
          narrow: /^(?:i686|armv[67]l)-linux$/.test(parts.derivation.system),
          sandbox,
        },
        parts.driverFolder,
        tools,
        outside,
      );
      for (const name of names) mountPoints.add(`store/${name}`);
      return success(started);
    },
    processes: (pid) => processesInNamespace(pid),
  };
}

/** The session's own folders: at their paths, or where nothing of the machine is seen in one place. */
function shownPaths(
  { driverFolder }: ViewParts,
  { control }: SessionFolder,
  sandbox: BuildSandbox | null,
): readonly ShownPath[] {
  const at = (name: string, path: string) => (sandbox === null ? path : `${insideFolder(sandbox)}/${name}`);
  return [
    { source: control, target: at('control', control), writable: true },
    { source: driverFolder, target: at('driver', driverFolder), writable: false },
  ];
}

/** A terminal of the machine's; one that stands in for it is in the control folder. */
function terminalShown(
  terminal: string | null,
  shown: readonly ShownPath[],
  sandbox: BuildSandbox | null,
): readonly ShownPath[] {
  if (terminal === null || sandbox === null || shown.some(({ source }) => terminal.startsWith(`${source}/`)))
    return [];
  return [{ source: terminal, target: insideOf(terminal, shown, sandbox), writable: true }];
}

/** All libraries for terminals look there. */
async function descriptionsShown(sandbox: BuildSandbox | null): Promise<readonly ShownPath[]> {
  const source = await terminalDescriptions();
  if (source === null || sandbox?.paths.some(({ target }) => target === '/etc') === true) return [];
  return [{ source, target: '/etc/terminfo', writable: false }];
}

function insideOf(path: string, shown: readonly ShownPath[], sandbox: BuildSandbox | null): string {
  const around = shown.find(({ source }) => path === source || path.startsWith(`${source}/`));
  if (around !== undefined) return around.target + path.slice(around.source.length);
  return sandbox !== null && path.startsWith('/dev/') ? `${insideFolder(sandbox)}/terminal` : path;
}

function notLoaded(program: string): Problem {
  return {
    code: 'program-not-loaded',
    message: `${program} cannot be started where Nix's sandbox shows nothing of this machine.`,
    advice: 'Put a bash that is a program of its own on the PATH.',
  };
}
