/** Starts the live part of a session: terminal, builder environment, driver. */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Logger } from '../environment';
import type { StoreDerivation } from '../nix/derivationFile';
import type { ProcessRunner } from '../nix/process';
import type { Problem, Result } from '../result';
import { failure, stopped, success } from '../result';
import { BashChain } from './bashChain';
import type { BuilderEnvironment } from './builderEnvironment';
import { builderEnvironment } from './builderEnvironment';
import type { BuilderScript } from './builderScript';
import { readBuilderScript } from './builderScript';
import type { PhaseChain, SessionPhase } from './chain';
import type { DriverCommand } from './driver';
import { Driver, readPhases } from './driver';
import { driverCommand, writeBuilderFiles, writeDriverFiles } from './driverFiles';
import { tracedCommand } from './inputUse/fileTrace';
import { traceFile } from './inputUse/inputUse';
import { OutputPump } from './logs';
import { OpaqueChain } from './opaqueChain';
import type { StorePlace } from '../nix/storePlace';
import { physicalPath } from '../nix/storePlace';
import type { SessionFolder } from './sessionFolder';
import type { SessionIsolation, SessionView } from './sessionView';
import { chooseView } from './sessionView';
import { removeTree } from './snapshots/snapshots';
import type { Terminal } from './terminal';
import { openTerminal } from './terminal';
import { startWatchdog } from './watchdog';

export interface SessionOptions {
  readonly derivation: StoreDerivation;
  readonly nix: StorePlace;
  /** What the session is for (file and attribute): found again by it. Default: by nothing. */
  readonly key?: string | undefined;
  /** Folder of all sessions (`defaultStateFolder`). */
  readonly stateFolder: string;
  /** Folder of `driver/*.sh`. */
  readonly driverFolder: string;
  readonly logger: Logger;
  readonly runner: ProcessRunner;
  /** Our own environment: PATH for tools, and what a fixed-output derivation inherits. Default: the process's. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** NIX_BUILD_CORES; default: this machine's. */
  readonly cores?: number;
  /** Given: the session is isolated where that can be had. */
  readonly isolation?: SessionIsolation;
  /** Given: what its processes do with files is watched, by this strace. */
  readonly strace?: string;
}

/** A position that an earlier shell had, to begin at. */
export interface ChainBeginning {
  readonly position: number;
  /** Brings the shell's state back. */
  readonly script: Buffer;
  /** The phases, which were asked for when the session began. */
  readonly phases: readonly SessionPhase[];
}

export interface OpenedChain {
  readonly chain: PhaseChain;
  readonly pump: OutputPump;
  readonly structure: BuilderScript['structure'];
  readonly view: SessionView;
  /** Output name to the path that the builder is told. */
  readonly outputPaths: Readonly<Record<string, string>>;
  /** Closes the chain and its terminal. */
  close(): Promise<void>;
}

export interface PreparedBuilder {
  readonly builder: BuilderEnvironment;
  readonly script: BuilderScript;
  readonly environment: Readonly<Record<string, string>>;
}

/** The builder's surroundings where it will run, and how its script is to be driven. */
export async function prepareBuilder(
  options: Pick<SessionOptions, 'derivation' | 'nix' | 'cores' | 'environment'>,
  place: { readonly buildTop: string; readonly redirect: string | null },
): Promise<PreparedBuilder> {
  const environment = options.environment ?? process.env;
  const builder = builderEnvironment(options.derivation, {
    buildTop: place.buildTop,
    storeDir: options.nix.storeDir,
    outputFolder: place.redirect,
    cores: options.cores ?? availableParallelism(),
    inherited: environment,
  });
  const script = await readBuilderScript(options.derivation, builder.args, (path) =>
    readFile(physicalPath(path, options.nix), 'utf8').catch(() => null),
  );
  return { builder, script, environment: definedOnly(environment) };
}

export function definedOnly(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** Makes the control folder anew, for a new session also the build directory's files, and starts what runs phases there. */
export async function openChain(
  options: SessionOptions,
  folder: SessionFolder,
  beginning: ChainBeginning | null,
  onText: (text: string) => void,
  signal: AbortSignal,
): Promise<Result<OpenedChain>> {
  await removeTree(folder.control, options.runner);
  await mkdir(folder.texts, { recursive: true, mode: 0o700 });
  const environment = definedOnly(options.environment ?? process.env);
  const opening = openTerminal(folder.control, environment, options.runner, signal);
  const preparing = prepareView(options, folder, environment, beginning === null, signal);
  const [terminal, { view, prepared }] = await withTerminal(opening, preparing);
  if (!terminal.ok) return signal.aborted ? failure(stopped) : terminal;
  const token = `phasewise-${randomBytes(9).toString('hex')}`;
  const pump = new OutputPump(terminal.value, token);
  const parts = { options, folder, view, prepared, beginning, terminal: terminal.value, pump, token };
  const closeTerminal = async () => {
    await terminal.value.close();
    await pump.drained();
  };
  const opened = await startParts(parts, onText, signal).catch(async (error: unknown) => {
    await closeTerminal();
    throw error;
  });
  if (!opened.ok) {
    await closeTerminal();
    return signal.aborted ? failure(stopped) : opened;
  }
  const chain = opened.value;
  const close = async () => {
    await chain.close();
    await closeTerminal();
  };
  const { builder, script } = prepared;
  const { outputPaths } = builder;
  return success({ chain, pump, structure: script.structure, view, outputPaths, close });
}

async function prepareView(
  options: SessionOptions,
  folder: SessionFolder,
  environment: Readonly<Record<string, string>>,
  isNew: boolean,
  signal: AbortSignal,
): Promise<{ readonly view: SessionView; readonly prepared: PreparedBuilder }> {
  const view = await chooseView(options, folder, environment, signal);
  const prepared = await prepareBuilder(options, view);
  if (isNew) await writeBuilderFiles(prepared.builder, folder.buildTop);
  return { view, prepared };
}

/** Both, which wait for different programs; no terminal is left open when the other rejects. */
async function withTerminal<T>(
  opening: Promise<Result<Terminal>>,
  other: Promise<T>,
): Promise<readonly [Result<Terminal>, T]> {
  try {
    const value = await other;
    return [await opening, value];
  } catch (error) {
    const terminal = await opening;
    if (terminal.ok) await terminal.value.close();
    throw error;
  }
}

interface Parts {
  readonly options: SessionOptions;
  readonly folder: SessionFolder;
  readonly view: SessionView;
  readonly prepared: PreparedBuilder;
  readonly beginning: ChainBeginning | null;
  readonly terminal: Terminal;
  readonly pump: OutputPump;
  readonly token: string;
}

async function startParts(
  parts: Parts,
  onText: (text: string) => void,
  signal: AbortSignal,
): Promise<Result<PhaseChain>> {
  const { options, folder, view, prepared, terminal, pump, token } = parts;
  const { builder, script } = prepared;
  if (script.structure === 'builder') {
    const { args, argv0, cwd, env } = builder;
    const started = { program: builder.builder, argv0, args, cwd, env };
    const command = await view.start(started, { terminal: null, ofMachine: false }, signal);
    if (!command.ok) return command;
    const guard = async (pid: number) => {
      const watchdog = await startWatchdog(options.driverFolder, folder.work);
      watchdog?.watch(pid);
      return watchdog;
    };
    const processes = (pid: number) => view.processes(pid);
    const done = parts.beginning?.position === 1;
    return success(
      new OpaqueChain({ command: command.value, terminal, pump, token, processes, guard, done }),
    );
  }
  if (parts.beginning !== null) await writeFile(join(folder.control, 'restore.sh'), parts.beginning.script);
  await writeDriverFiles({
    controlFolder: folder.control,
    driverFolder: view.inside(options.driverFolder),
    terminalPath: view.inside(terminal.path),
    token,
    script,
    controller: view.controller,
    begin: parts.beginning?.position ?? null,
  });
  const surroundings = parts.beginning === null ? builder : { ...builder, env: beyondTheState(builder.env) };
  const ours = driverCommand(
    options.derivation,
    surroundings,
    script,
    view.inside(join(options.driverFolder, 'driver.sh')),
  );
  const env = { ...ours.env, PHASEWISE_CONTROL: view.inside(folder.control) };
  const command = await view.start({ ...ours, env }, { terminal: terminal.path, ofMachine: false }, signal);
  if (!command.ok) return command;
  const { strace } = options;
  const watched =
    strace === undefined ? command.value : tracedCommand(command.value, { strace, file: traceFile(folder) });
  return startDriver(parts, watched, onText, signal);
}

/** What a shell's state does not hold: names that are no shell's, and that by which the session's processes are known. */
export function beyondTheState(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => name === 'NIX_BUILD_TOP' || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name),
    ),
  );
}

async function startDriver(
  parts: Parts,
  command: DriverCommand,
  onText: (text: string) => void,
  signal: AbortSignal,
): Promise<Result<PhaseChain>> {
  const { options, folder, terminal, pump } = parts;
  const position = parts.beginning?.position ?? 0;
  const log = pump.begin(join(folder.logs, position === 0 ? 'setup.log' : 'restore.log'), onText);
  const driver = await Driver.start(
    {
      command,
      controlFolder: folder.control,
      driverFolder: options.driverFolder,
      workFolder: folder.work,
      terminal,
      runner: options.runner,
    },
    signal,
  );
  if (!driver.ok) {
    await pump.end();
    return driver;
  }
  const chainFor = (phases: PhaseChain['phases']) =>
    new BashChain({
      driver: driver.value,
      pump,
      processes: parts.view.processes(driver.value.pid),
      inside: (path) => parts.view.inside(path),
      runner: options.runner,
      controlFolder: folder.control,
      textsFolder: folder.texts,
      driverFolder: options.driverFolder,
      phases,
      position,
    });
  const onAbort = () => void driver.value.end();
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  const first = await driver.value.next();
  signal.removeEventListener('abort', onAbort);
  if (first?.name === 'ready' && !signal.aborted) {
    await pump.mark(`ready ${position}`);
    await pump.end();
    return success(chainFor(await phasesOf(parts)));
  }
  await chainFor([]).close();
  await pump.settle();
  await pump.end();
  return failure(signal.aborted ? stopped : setupFailed(driver.value.exit?.exitCode ?? null, log.tail()));
}

async function phasesOf({ beginning, prepared, folder }: Parts): Promise<readonly SessionPhase[]> {
  if (beginning !== null) return beginning.phases;
  return prepared.script.structure === 'buildCommand'
    ? [{ name: 'buildCommand', runs: true }]
    : readPhases(folder.control);
}

function setupFailed(exitCode: number | null, tail: readonly string[]): Problem {
  const last = tail.slice(-5).join('\n');
  return {
    code: 'setup-failed',
    message: `The derivation's setup script ended before its first phase${exitCode === null ? '' : ` with exit code ${exitCode}`}${last === '' ? '.' : `:\n${last}`}`,
    advice: 'Check stdenv, the inputs and their setup hooks; a real build would stop at the same place.',
  };
}
