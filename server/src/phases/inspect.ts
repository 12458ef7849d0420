/** Asks a derivation's stdenv itself which phases it has, what they are made of, and which of them run. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { builderEnvironment } from '../derivation/builderVariables';
import type { StdenvInspection } from '../derivation/inspection';
import { makeOwnFolder } from '../nix/ownFolder';
import type { Problem, Result } from '../result';
import { failure, stopped, success } from '../result';
import { stringAttribute } from './builderEnvironment';
import type { BuilderScript } from './builderScript';
import { preludePlace } from './builderScript';
import { readPhases } from './driver';
import { driverCommand, writeBuilderFiles, writeDriverFiles } from './driverFiles';
import type { InspectionAnswers } from './inspectionAnswers';
import { flagsOf, functionLines, parseInspectionAnswers } from './inspectionAnswers';
import type { PreparedBuilder, SessionOptions } from './openChain';
import { prepareBuilder } from './openChain';
import { opaquePhase } from './opaqueChain';
import { rewriteBytes } from './outputRewriting';
import { commandForStore } from './privateStore';
import { physicalPath } from '../nix/storePlace';
import type { SessionFolder } from './sessionFolder';
import { makeSessionFolder } from './sessionFolder';
import { removeTree } from './snapshots/snapshots';
import { scriptNames } from './scriptNames';
import { parseSourcedHooks } from './sourcedHooks';
import { endProcessesOfBuild } from './strays';

export interface InspectionOptions extends Omit<SessionOptions, 'stateFolder'> {
  /** Default 20 seconds. */
  readonly timeoutMs?: number;
}

/**
 * Sources the setup script in a throwaway build directory and reads what it made. The derivation's inputs must be in the
 * store. Problems: `setup-failed`, `inspection-timeout`, `session-not-started`, `namespaces-unavailable`, `cancelled`,
 * `session-folder`.
 */
export async function inspectStdenv(
  options: InspectionOptions,
  signal: AbortSignal,
): Promise<Result<StdenvInspection>> {
  const scratch = await makeOwnFolder('inspect');
  const { nix, runner } = options;
  const sessionOptions: SessionOptions = { ...options, stateFolder: scratch };
  const folder = await makeSessionFolder(scratch, 'inspection', nix.storeDir);
  try {
    if (!folder.ok) return folder;
    const prepared = await prepareBuilder(sessionOptions, {
      buildTop: folder.value.buildTop,
      redirect: folder.value.work,
    });
    if (prepared.script.structure === 'builder') return success(opaqueInspection);
    return await ask(options, folder.value, prepared, signal);
  } finally {
    if (folder.ok) {
      await endProcessesOfBuild(folder.value.buildTop, runner, () => true);
      await removeTree(folder.value.work, runner);
    }
    await removeTree(scratch, runner);
  }
}

const opaqueInspection: StdenvInspection = {
  structure: 'builder',
  phases: [{ name: opaquePhase, runs: true, flags: [] }],
  functions: [],
  variables: {},
  values: {},
  attributes: [],
  hookArrays: {},
  setupFile: '',
  setupHooks: [],
  setupFunctions: {},
  named: null,
  optional: [],
  builder: { files: [], variables: {} },
};

async function ask(
  options: InspectionOptions,
  folder: SessionFolder,
  prepared: PreparedBuilder,
  signal: AbortSignal,
): Promise<Result<StdenvInspection>> {
  const { derivation, driverFolder, runner } = options;
  const { script } = prepared;
  await writeBuilderFiles(prepared.builder, folder.buildTop);
  await writeDriverFiles({
    controlFolder: folder.control,
    driverFolder,
    terminalPath: '/dev/null',
    token: 'unused',
    script,
    controller: process.pid,
    begin: null,
  });
  const asks = driverCommand(derivation, prepared.builder, script, join(driverFolder, 'inspect.sh'));
  const ours = { ...asks, env: { ...asks.env, PHASEWISE_CONTROL: folder.control } };
  const place = {
    driverFolder,
    controlFolder: folder.control,
    path: prepared.environment['PATH'] ?? '/usr/bin:/bin',
  };
  const command = await commandForStore(ours, options.nix, place, runner, signal);
  if (!command.ok) return command;
  const { program, args, env, cwd } = command.value;
  const ran = await runner.run(program, args, {
    cwd,
    env,
    timeoutMs: options.timeoutMs ?? 20_000,
    maxOutputBytes: 64 * 1024,
    graceMs: 200,
    signal,
  });
  if (signal.aborted || ran.ended === 'cancelled') return failure(stopped);
  if (ran.ended === 'timeout') return failure(tooSlow);
  if (ran.ended === 'notStarted') return failure(notStarted(program, ran.startError));
  const answers = parseInspectionAnswers(await readAnswers(folder, 'inspection', options.nix));
  if (answers === null) return failure(await setupFailed(folder, ran.exitCode, ran.stderr));
  const found =
    script.structure === 'buildCommand'
      ? [{ name: 'buildCommand', runs: true }]
      : await readPhases(folder.control);
  const phases = found.map((phase) => ({ ...phase, flags: flagsOf(phase.name, answers.functions) }));
  const attributes = Object.keys(builderEnvironment(derivation));
  const ownScripts = ofBuilderScripts(script, answers, folder);
  return success({
    ...{ structure: script.structure, ...answers, attributes, phases },
    ...(await aroundSetup(folder, options, answers)),
    ...ownScripts,
  });
}

/** What the builder's own scripts define stands in a file of ours. */
function ofBuilderScripts(
  script: BuilderScript,
  { functions }: InspectionAnswers,
  { control }: SessionFolder,
): Pick<StdenvInspection, 'functions' | 'builder'> {
  return {
    functions: functions.map((one) =>
      one.file?.startsWith(control) === true
        ? { ...one, ...(preludePlace(script, one.line ?? 0) ?? { file: null, line: null }) }
        : one,
    ),
    builder: { files: script.preludeFiles.map(({ file }) => file), variables: assignments(script) },
  };
}

/** Where the builder's own scripts set variables, the last place of each. */
function assignments(script: BuilderScript): StdenvInspection['builder']['variables'] {
  const places = script.prelude.split('\n').flatMap((text, index) => {
    const name = /^\s*(?:export\s+)?([A-Za-z_]\w*)\+?=/.exec(text)?.[1];
    const place = preludePlace(script, index + 1);
    return name === undefined || place === null ? [] : [[name, place] as const];
  });
  return Object.fromEntries(places);
}

/** The setup script, what it defines, and what it sourced. */
async function aroundSetup(
  folder: SessionFolder,
  { derivation, nix }: InspectionOptions,
  { functions, variables }: InspectionAnswers,
): Promise<Pick<StdenvInspection, 'setupFile' | 'setupHooks' | 'setupFunctions' | 'named' | 'optional'>> {
  const stdenv = variables['stdenv'] ?? stringAttribute(derivation, 'stdenv') ?? '';
  const setupFile = stdenv === '' ? '' : `${stdenv}/setup`;
  const told = parseSourcedHooks(await readAnswers(folder, 'sources', nix));
  const unseen = told.length === 0 && functions.some(({ file }) => file !== null && file !== setupFile);
  const text = await readFile(physicalPath(setupFile, nix), 'utf8').catch(() => '');
  const sourced = [...told.map(({ file }) => file), ...functions.flatMap(({ file }) => file ?? [])];
  const scripts = unseen ? null : await textsOf(new Set(sourced), nix);
  const names = scriptNames(scripts === null ? null : [text, ...scripts]);
  return { setupFile, setupHooks: unseen ? null : told, setupFunctions: functionLines(text), ...names };
}

/** Longer than any script that somebody wrote. */
const longestScript = 1_000_000;

/** Null when one cannot be read, or is no script. */
async function textsOf(
  files: ReadonlySet<string>,
  nix: InspectionOptions['nix'],
): Promise<readonly string[] | null> {
  const texts = await Promise.all(
    [...files].map((file) => readFile(physicalPath(file, nix), 'utf8').catch(() => null)),
  );
  const read = texts.flatMap((text) => (text === null || text.length > longestScript ? [] : [text]));
  return read.length === texts.length ? read : null;
}

/** What the shell left, with the outputs' true paths for those that it was told; empty when there is nothing. */
async function readAnswers(
  folder: SessionFolder,
  name: string,
  nix: InspectionOptions['nix'],
): Promise<string> {
  const bytes = await readFile(join(folder.control, name)).catch(() => Buffer.alloc(0));
  return rewriteBytes(bytes, folder.work, nix.storeDir).toString('utf8');
}

const tooSlow: Problem = {
  code: 'inspection-timeout',
  message: "The derivation's setup script did not end in time when it was asked for its phases.",
  advice: 'Look for a hook of stdenv or of an input that waits for something.',
};

function notStarted(program: string, code: string | null): Problem {
  return {
    code: 'session-not-started',
    message: `The builder ${program} could not be started (${code ?? 'unknown error'}).`,
    advice: 'Build the inputs of the derivation first, and check that they are for this system.',
  };
}

async function setupFailed(folder: SessionFolder, exitCode: number | null, stderr: string): Promise<Problem> {
  const log = await readFile(join(folder.control, 'inspect.log'), 'utf8').catch(() => '');
  const tail = (log + stderr).trimEnd().split('\n').slice(-5).join('\n');
  return {
    code: 'setup-failed',
    message: `The derivation's setup script ended before its first phase${exitCode === null ? '' : ` with exit code ${exitCode}`}${tail === '' ? '.' : `:\n${tail}`}`,
    advice: 'Check stdenv, the inputs and their setup hooks; a real build would stop at the same place.',
  };
}
