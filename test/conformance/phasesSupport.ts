/** What the conformance tests of phase sessions share: real Nix, sessions in a scratch folder, and a check for leftovers. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { parseDerivation } from '../../server/src/nix/derivationFile';
import type { StoreDerivation } from '../../server/src/nix/derivationFile';
import { createProcessRunner, descendantsOf } from '../../server/src/nix/process';
import { surroundingsOf } from '../../server/src/phases/buildSurroundings';
import { probeNix } from '../../server/src/nix/commandLineNix';
import type { Nix, NixProbe } from '../../server/src/nix/nix';
import type { SessionOptions } from '../../server/src/phases/openChain';
import type { PhaseSession } from '../../server/src/phases/session';
import type { SessionRunResult } from '../../server/src/phases/sessionResults';
import { openSession } from '../../server/src/phases/session';
import type { SessionIsolation } from '../../server/src/phases/sessionView';
import { processesOfBuild, startTime } from '../../server/src/phases/strays';
import type { SessionEvent } from '../../server/src/phases/sessionEvents';
import type { Result } from '../../server/src/result';
import { onDisk, unsandboxedEnvironment } from '../support/nixEnvironment';

const execute = promisify(execFile);
export const repository = resolve(__dirname, '../..');
export const driverFolder = join(repository, 'server/src/phases/driver');
export const runner = createProcessRunner();
export const never = new AbortController().signal;

/** What a fixed-output derivation may ask for in `impureEnvVars`. */
process.env['PHASEWISE_TEST_IMPURE'] = 'from the caller';

export const nullLogger = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Fails the test when the result is a Problem. */
export function unwrap<T>(result: Result<T>): T {
  assert.ok(result.ok, result.ok ? '' : `${result.error.code}: ${result.error.message}`);
  return result.value;
}

export async function scratchFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'phasewise test '));
}

export async function removeScratch(folder: string): Promise<void> {
  // Nix makes what is in a store unwritable.
  await execute('chmod', ['-R', 'u+w', folder]);
  await rm(folder, { recursive: true, force: true });
}

/** Instantiates and reads the store derivation. */
export async function instantiate(args: readonly string[]): Promise<StoreDerivation> {
  const { stdout } = await execute('nix-instantiate', [...args], { env: unsandboxedEnvironment() });
  const drvPath = stdout.trim().split(/[!\n]/)[0] ?? '';
  return readDerivation(drvPath);
}

export async function readDerivation(drvPath: string): Promise<StoreDerivation> {
  return unwrap(parseDerivation(drvPath, await readFile(onDisk(drvPath))));
}

/** Builds or fetches the inputs, not the derivation itself. */
export async function realiseInputs(derivation: StoreDerivation): Promise<void> {
  const inputs = Object.entries(derivation.inputDerivations).map(
    ([path, names]) => `${path}!${names.join(',')}`,
  );
  if (inputs.length > 0)
    await execute('nix-store', ['--realise', ...inputs], { env: unsandboxedEnvironment() });
}

/** `nix-store --realise`; its exit code, output paths and log. */
export async function realBuild(
  drvPath: string,
  env = unsandboxedEnvironment(),
): Promise<{ readonly exitCode: number; readonly paths: readonly string[]; readonly log: string }> {
  try {
    const { stdout, stderr } = await execute('nix-store', ['--realise', drvPath], {
      env,
      maxBuffer: 1 << 28,
    });
    return { exitCode: 0, paths: stdout.trim().split('\n'), log: stderr };
  } catch (error) {
    const { code, stderr } = error as { code: number; stderr: string };
    return { exitCode: code, paths: [], log: stderr };
  }
}

/** As a shell tells it, from a failed build's log; null when there is none in it. */
export function realExitCode(log: string): number | null {
  const exit = /failed with exit code (\d+)/.exec(log);
  if (exit) return Number(exit[1]);
  const killed = /failed due to signal (\d+)/.exec(log);
  if (killed) return 128 + Number(killed[1]);
  return /failed to produce output/.test(log) ? 0 : null;
}

/** As the installed Nix says. */
export const isolation: SessionIsolation = {
  inputClosure: async (derivation, more, signal) =>
    (await installedNix()).inputClosure(derivation, more, signal),
  sandbox: async (signal) => (await installedNix()).sandbox(signal),
};

/** NIX_BUILD_TOP of a real build of it. */
export async function realBuildDirectory(derivation: StoreDerivation): Promise<string> {
  const sandbox = await isolation.sandbox(never);
  return surroundingsOf(derivation, sandbox, onDisk('/nix/store') !== '/nix/store').buildDirectory;
}

let probedNix: Promise<NixProbe> | null = null;
export async function installedNix(): Promise<Nix> {
  probedNix ??= nixWith(unsandboxedEnvironment());
  return unwrap(await probedNix);
}

/** The installed Nix, configured so. */
export async function nixWith(environment: Readonly<Record<string, string>>): Promise<NixProbe> {
  const settings = { store: '', options: {}, searchPath: [] };
  const expressionsFolder = join(repository, 'server/src/nix/expressions');
  return probeNix(runner, { path: '', settings, environment, expressionsFolder }, never);
}

/** Each way in which a session can run. */
export const modes = [
  { mode: 'isolated', isolation },
  { mode: 'not isolated', isolation: undefined },
] as const;

/** Tests of what must hold in both. */
export function inBothModes(title: string, define: (isolated: SessionIsolation | undefined) => void): void {
  for (const { mode, isolation: isolated } of modes) {
    describe(`${title}, ${mode}`, function () {
      this.timeout(60000);
      define(isolated);
    });
  }
}

export function sessionOptions(
  derivation: StoreDerivation,
  stateFolder: string,
  isolated?: SessionIsolation,
): SessionOptions {
  return {
    ...(isolated === undefined ? {} : { isolation: isolated }),
    derivation,
    nix: { storeDir: '/nix/store', physicalStoreDir: onDisk('/nix/store') },
    stateFolder,
    driverFolder,
    logger: nullLogger,
    runner,
  };
}

export interface OpenedSession {
  readonly session: PhaseSession;
  readonly events: SessionEvent[];
  readonly run: (
    selection: Parameters<PhaseSession['run']>[0],
    signal?: AbortSignal,
  ) => Promise<SessionRunResult>;
  /** All output so far, of this phase or of all. */
  readonly output: (phase?: string) => string;
}

export async function open(
  derivation: StoreDerivation,
  stateFolder: string,
  isolated?: SessionIsolation,
  key?: string,
): Promise<OpenedSession> {
  const options = { ...sessionOptions(derivation, stateFolder, isolated), key };
  const session = unwrap(await openSession(options, never));
  const events: SessionEvent[] = [];
  return {
    session,
    events,
    run: async (selection, signal = never) =>
      unwrap(await session.run(selection, (event) => events.push(event), signal)),
    output: (phase) =>
      events
        .map((event) =>
          event.type === 'output' && (phase === undefined || event.phase === phase) ? event.text : '',
        )
        .join(''),
  };
}

/** All processes of a session, by its build directory in their environment or by its namespace. */
export async function processesOf({
  folder,
  workFolder,
}: Pick<PhaseSession, 'folder' | 'workFolder'>): Promise<readonly number[]> {
  const beside = (await processesOfBuild(`${workFolder}/build`, runner)).map(({ pid }) => pid);
  const plan = `\0${folder}/control/isolation\0`;
  const roots: number[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '');
    if (command.includes(plan)) roots.push(Number(pid));
  }
  const below = await Promise.all(roots.map(descendantsOf));
  return [...new Set([...beside, ...roots, ...below.flat()])];
}

/** Those that still live, of these processes at these times. */
async function alive(processes: readonly (readonly [number, number])[]): Promise<readonly number[]> {
  const times = await Promise.all(processes.map(([pid]) => startTime(pid)));
  const same = processes.filter(([, started], index) => times[index] === started).map(([pid]) => pid);
  const states = await Promise.all(
    same.map((pid) => readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '')),
  );
  return same.filter((_, index) => /\) [^ZX]/.test(states[index] ?? ''));
}

/** Ends the session and sees that nothing of it is left: no process, no work directory. */
export async function closeClean({ session }: OpenedSession): Promise<void> {
  const { workFolder } = session;
  const before = await processesOf(session);
  const started = await Promise.all(before.map(async (pid) => [pid, await startTime(pid)] as const));
  await session.dispose();
  assert.deepEqual(await processesOf(session), []);
  assert.deepEqual(await alive(started), []);
  await assert.rejects(readdir(workFolder), { code: 'ENOENT' });
}

/** A stdenv that is nothing but this setup script. */
export function tinyStdenv(setup: string, attributes: string): string {
  return `let
    stdenv = derivation { name = "tiny"; system = builtins.currentSystem; builder = "/bin/sh"; setup = ''${setup}''; passAsFile = [ "setup" ];
      args = [ "-c" "/bin/mkdir $out; /bin/cp $setupPath $out/setup" ]; };
    builder = builtins.toFile "builder.sh" "source $stdenv/setup\\ngenericBuild\\n";
    in derivation ({ name = "old"; system = builtins.currentSystem; builder = "/bin/bash"; args = [ "-e" builder ]; inherit stdenv; } // ${attributes})`;
}

/** A setup script as it was before runPhase: the phases' list and flags stand in genericBuild. */
export const olderSetup = `
  runHook() { eval "$(declare -p $1 2>/dev/null | true)"; }
  buildPhase() { echo default; }
  showPhaseHeader() { echo "phase $1"; }
  genericBuild() {
    if [ -z "$phases" ]; then phases="$prePhases unpackPhase buildPhase checkPhase installPhase"; fi
    for curPhase in $phases; do
      if [ "$curPhase" = buildPhase -a -n "$dontBuild" ]; then continue; fi
      if [ "$curPhase" = checkPhase -a -z "$doCheck" ]; then continue; fi
      showPhaseHeader "$curPhase"
      eval "''\${!curPhase:-$curPhase}"
    done
  }`;
