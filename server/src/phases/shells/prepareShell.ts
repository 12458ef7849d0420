/** Prepares a shell at a moment of a session: a copy of the files, the state, the same view of the machine. */
import { randomBytes } from 'node:crypto';
import { mkdir, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem, Result } from '../../result';
import { failure, stopped, success } from '../../result';
import { stringAttribute } from '../builderEnvironment';
import type { DriverCommand } from '../driver';
import { writePrivateFile } from '../driver';
import type { SessionOptions } from '../openChain';
import { beyondTheState, definedOnly, prepareBuilder } from '../openChain';
import type { PhaseSession } from '../session';
import type { SessionFolder } from '../sessionFolder';
import { folderProblem, makeWorkFolder, sessionFolderAt } from '../sessionFolder';
import type { SessionLock } from '../sessionLock';
import { lockSession } from '../sessionLock';
import type { SessionMoment, StoppedMoment } from '../sessionMoment';
import type { SessionView } from '../sessionView';
import { chooseView } from '../sessionView';
import type { ChosenBash } from './interactiveBash';
import { chooseBash } from './interactiveBash';
import { makeShellFolder, removeShellFiles, shellsFolder, writeShellRecord } from './shellFolder';
import { rcScript, restoringFile } from './shellScript';

export interface PreparedShell {
  /** The folder that tells how to start it; see `enterShell`. */
  readonly folder: string;
  readonly work: string;
  readonly lock: SessionLock;
}

export interface ShellOptions {
  /** At a terminal; else it reads commands from its standard input to the end. */
  readonly interactive: boolean;
}

/**
 * Copies the session's files as they were at the moment, so that nothing in the shell reaches the session. Holds the lock of
 * the new folder until somebody asks for it. Problems: `session-folder`, `bash-missing`, `isolation-lost`, those of copying.
 */
export async function prepareShell(
  options: SessionOptions,
  session: PhaseSession,
  moment: SessionMoment | StoppedMoment,
  shell: ShellOptions,
  signal: AbortSignal,
): Promise<Result<PreparedShell>> {
  const id = `${session.id.slice(0, 60)}-${randomBytes(5).toString('hex')}`;
  const made = await makeFolders(options, id, signal);
  if (!made.ok) return made;
  const { folder, lock } = made.value;
  const parts = { options: { ...options, derivation: session.derivation }, session, moment, folder, shell };
  const filled = await fill(parts, signal);
  if (filled.ok && !signal.aborted) return success({ folder: folder.path, work: folder.work, lock });
  await removeShellFiles(folder.path, folder.work, options.runner);
  await lock.release();
  return filled.ok ? failure(stopped) : filled;
}

interface MadeFolders {
  readonly folder: SessionFolder;
  readonly lock: SessionLock;
}

async function makeFolders(
  { stateFolder, nix, runner }: SessionOptions,
  id: string,
  signal: AbortSignal,
): Promise<Result<MadeFolders>> {
  const problem = (error: unknown) => failure(folderProblem(join(shellsFolder(stateFolder), id), error));
  let path: string;
  try {
    path = await makeShellFolder(stateFolder, id);
  } catch (error) {
    return problem(error);
  }
  const lock = await lockSession(path, signal);
  if (!lock.ok) return lock;
  try {
    const work = await makeWorkFolder(nix.storeDir);
    if (work.ok) {
      await writePrivateFile(join(path, 'work'), work.value);
      const folder = sessionFolderAt(id, path, work.value);
      await mkdir(folder.texts, { recursive: true, mode: 0o700 });
      // The copy brings its own.
      await rmdir(folder.buildTop);
      return success({ folder, lock: lock.value });
    }
    await removeShellFiles(path, null, runner);
    return work;
  } catch (error) {
    await removeShellFiles(path, null, runner);
    return problem(error);
  }
}

interface FillParts {
  readonly options: SessionOptions;
  readonly session: PhaseSession;
  readonly moment: SessionMoment | StoppedMoment;
  readonly folder: SessionFolder;
  readonly shell: ShellOptions;
}

async function fill(parts: FillParts, signal: AbortSignal): Promise<Result<null>> {
  const { options, session, moment, folder, shell } = parts;
  const environment = definedOnly(options.environment ?? process.env);
  const bash = await bashFor(parts, environment, signal);
  if (bash === null) return failure(noBash);
  const copied = await session.copyFiles(moment, folder.work, signal);
  if (!copied.ok) return copied;
  // A phase may have removed it.
  await mkdir(folder.buildTop, { recursive: true, mode: 0o700 });
  const view = await viewFor(parts, bash, environment, signal);
  if (view.isolation !== session.isolation) return failure(isolationLost(view.isolationNote));
  if (view.seesMachine !== session.seesMachine) return failure(otherSandbox);
  await writeScripts(parts, bash, view);
  const ofMachine = bash.program !== options.derivation.builder;
  const wish = { terminal: null, ofMachine };
  const command = await view.start(await bashCommand(parts, bash, view), wish, signal);
  if (!command.ok) return command;
  await writeShellRecord(folder.path, {
    version: 1,
    command: command.value,
    ...{ work: folder.work, buildTop: folder.buildTop, isolation: view.isolation },
    lines: shell.interactive ? introduction(parts, bash) : [],
  });
  return success(null);
}

function bashFor(
  { options, shell }: FillParts,
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<ChosenBash | null> {
  const { derivation, nix, runner } = options;
  const own = derivation.builder;
  if (!shell.interactive && own.endsWith('/bash')) return Promise.resolve({ program: own, note: null });
  return chooseBash(own, nix, environment, runner, signal);
}

/** As isolated as the session is: its state names paths that are there only then. */
function viewFor(
  { options, session, folder }: FillParts,
  bash: ChosenBash,
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<SessionView> {
  const { isolation, ...rest } = options;
  const isolated = session.isolation === 'none' || isolation === undefined ? {} : { isolation };
  return chooseView({ ...rest, ...isolated, programs: [bash.program] }, folder, environment, signal);
}

async function writeScripts(
  { options, session, moment, folder }: FillParts,
  { program }: ChosenBash,
  view: SessionView,
): Promise<void> {
  const { redirect } = view;
  const settings = {
    controlFolder: view.inside(folder.control),
    driverFolder: view.inside(options.driverFolder),
    cameFromOutside: !view.seesMachine && program !== options.derivation.builder,
    structure: session.structure,
    name: stringAttribute(options.derivation, 'pname') ?? options.derivation.name,
  };
  const rewrite = (text: string) =>
    redirect === null ? text : text.replaceAll(session.workFolder, folder.work);
  await writePrivateFile(rcFile(folder), rcScript(settings, moment));
  const restoring = Buffer.from(restoringFile(moment, rewrite), 'latin1');
  await writeFile(join(folder.control, 'restore.sh'), restoring, { mode: 0o600 });
}

function rcFile({ control }: SessionFolder): string {
  return join(control, 'rc.sh');
}

async function bashCommand(
  { options, moment, folder, shell }: FillParts,
  { program }: ChosenBash,
  view: SessionView,
): Promise<DriverCommand> {
  const { builder } = await prepareBuilder(options, view);
  const env = moment.state === null ? builder.env : beyondTheState(builder.env);
  const place = { program, argv0: 'bash', cwd: builder.cwd };
  const rc = view.inside(rcFile(folder));
  const quiet = ['--noprofile', '--norc'];
  return shell.interactive
    ? { ...place, args: ['--noprofile', '--rcfile', rc, '-i'], env }
    : { ...place, args: [...quiet, '-s'], env: { ...env, BASH_ENV: rc } };
}

/** What stands above the first prompt. */
function introduction({ session, moment, options }: FillParts, { note }: ChosenBash): readonly string[] {
  const { kind, phase } = moment;
  const at = {
    entry: `before ${phase ?? ''}`,
    failure: `where ${phase ?? ''} failed`,
    stop: `where ${phase ?? ''} stands still`,
    end: 'after its last phase',
  }[kind];
  const { isolationNote } = session;
  const how =
    session.isolation === 'namespace' ? 'isolated as the phases are' : `not isolated${reason(isolationNote)}`;
  return [
    `${options.derivation.name} ${at}, ${how}.`,
    `This is a copy: nothing that you do here reaches the ${kind === 'stop' ? 'phase' : 'session'}, and all of it goes when you leave.`,
    ...(kind === 'entry' && session.structure === 'phases'
      ? [`runPhase ${phase ?? ''} runs the phase here; a command that fails ends it, not this shell.`]
      : []),
    ...(moment.note === null ? [] : [moment.note]),
    ...(note === null ? [] : [note]),
  ];
}

function reason(note: string | null): string {
  return note === null ? '' : ` (${note})`;
}

const noBash: Problem = {
  code: 'bash-missing',
  message: 'There is no bash on this machine, and the builder is none.',
  advice: 'Install bash, or put it on the PATH.',
};

const otherSandbox: Problem = {
  code: 'isolation-lost',
  message: "The phases ran when Nix's configuration had another sandbox.",
  advice: 'Run the phases afresh.',
};

function isolationLost(note: string | null): Problem {
  return {
    code: 'isolation-lost',
    message: `The phases ran isolated, and that cannot be had now${reason(note)}.`,
    advice: 'Run the phases afresh.',
  };
}
