/** Which Nix this is: its programs, version, store. Probed once and again when settings change. */
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Problem, Result } from '../result';
import { failure, success } from '../result';
import { stripAnsi } from './ansi';
import type { NixSettings } from './commandLine';
import { internalJsonArguments, optionArguments, runWithLog, settingArguments } from './commandLine';
import { withoutPrefix } from './evaluationFailure';
import { diagnoseStore } from './nixProblems';
import type { ProcessRunner } from './process';
import { findPrograms } from './programs';
import { configurationCommand, isAtLeast } from './nixVersion';

export interface NixVersion {
  readonly major: number;
  readonly minor: number;
  /** As printed, e.g. `2.8.0`, `2.26.3pre…`. */
  readonly text: string;
}

export interface NixInstallation {
  /** Absolute paths. */
  readonly programs: {
    readonly nix: string;
    readonly nixInstantiate: string;
    readonly nixStore: string;
    readonly nixBuild: string;
  };
  readonly version: NixVersion;
  /** Logical store directory, e.g. `/nix/store`: what store paths begin with. */
  readonly storeDir: string;
  /** Where its files really are on this machine; differs from `storeDir` for a private store (`--store DIR`). */
  readonly physicalStoreDir: string;
  /** e.g. `x86_64-linux`. */
  readonly system: string;
  /** Why the store cannot be used (evaluation works without it, builds do not); null when it can. */
  readonly storeProblem: Problem | null;
}

export type InstallationProblem = Problem & { readonly code: 'nix-missing' | 'nix-unusable' };

export interface ProbeRequest {
  /** `phasewise.nix.path`. */
  readonly path: string;
  readonly settings: NixSettings;
  /** The whole environment of Nix. */
  readonly environment: Readonly<Record<string, string>>;
  readonly expressionsFolder: string;
}

const probeTimeoutMs = 30_000;

/** The oldest that has `--log-format internal-json` with structured errors. */
const oldest = { major: 2, minor: 4 } as const;

/** Finds Nix and asks it what it is. Fails when there is none or it cannot even evaluate. */
export async function probeInstallation(
  runner: ProcessRunner,
  request: ProbeRequest,
  signal: AbortSignal,
): Promise<Result<NixInstallation, InstallationProblem>> {
  const programs = findPrograms(request.path, request.environment);
  if (programs === null) return failure(missing(request.path));
  const options = { env: request.environment, timeoutMs: probeTimeoutMs, signal, cwd: '/' };
  const asked = await runner.run(programs.nixInstantiate, ['--version'], options);
  const version = parseVersion(asked.stdout);
  if (version === null) {
    const words = withoutPrefix(stripAnsi(asked.stderr)) || asked.startError || 'It prints no version.';
    return failure(unusable(`${programs.nixInstantiate} does not work. ${words}`));
  }
  if (!isAtLeast(version, oldest.major, oldest.minor)) {
    return failure(
      unusable(`Nix ${version.text} is too old; ${oldest.major}.${oldest.minor} or newer is needed.`),
    );
  }
  const written = await askFacts(runner, programs, request, true, signal);
  const facts = written.ok ? written : await askFacts(runner, programs, request, false, signal);
  if (!facts.ok) return failure(unusable(`Nix ${version.text} cannot evaluate. ${facts.error}`));
  return success({
    programs,
    version,
    storeDir: facts.value.storeDir,
    physicalStoreDir: written.ok
      ? await findPhysicalStore(runner, { programs, version }, request, written.value, signal)
      : facts.value.storeDir,
    system: facts.value.system,
    storeProblem: written.ok ? null : storeProblem(written.error, asksDaemon(request)),
  });
}

/** From `nix-instantiate (Nix) 2.8.0`, `nix (Lix, like Nix) 2.91.1`, `nix (Determinate Nix 3.6.2) 2.29.0`, … */
export function parseVersion(text: string): NixVersion | null {
  const found = /\)\s+((\d+)\.(\d+)\S*)\s*$/m.exec(text);
  return found?.[1] === undefined
    ? null
    : { major: Number(found[2]), minor: Number(found[3]), text: found[1] };
}

function missing(path: string): InstallationProblem {
  return {
    code: 'nix-missing',
    message:
      path === ''
        ? 'Nix was not found on the PATH nor in the usual places.'
        : `There are no Nix programs at ${path} (phasewise.nix.path).`,
    advice:
      path === ''
        ? 'Install Nix (on Debian and Ubuntu: `sudo apt install nix-bin`), or set "phasewise.nix.path" to the folder of its programs.'
        : 'Set "phasewise.nix.path" to the absolute path of the folder that has nix-instantiate and nix-store, or leave it empty to search.',
  };
}

function unusable(message: string): InstallationProblem {
  return {
    code: 'nix-unusable',
    message,
    advice:
      diagnoseStore(message)?.advice ??
      'Try `nix-instantiate --eval --expr 1` in a terminal; correct nix.conf or NIX_CONFIG until it answers.',
  };
}

/** Whether it is said that the store is a daemon's. */
function asksDaemon({ settings, environment }: ProbeRequest): boolean {
  const store = settings.store === '' ? (environment['NIX_REMOTE'] ?? '') : settings.store;
  return /^(?:daemon|unix:)/.test(store);
}

function storeProblem(words: string, byDaemon: boolean): Problem {
  const known = diagnoseStore(words, byDaemon);
  return {
    code: 'nix-unusable',
    message: known === null ? `The Nix store cannot be used. ${words}` : `${known.message} (${words})`,
    advice:
      known?.advice ?? 'Correct the settings of the store (nix.conf, NIX_CONFIG, "phasewise.nix.store").',
  };
}

interface Facts {
  readonly storeDir: string;
  readonly system: string;
  readonly drvPath: string;
}

async function askFacts(
  runner: ProcessRunner,
  programs: NixInstallation['programs'],
  request: ProbeRequest,
  write: boolean,
  signal: AbortSignal,
): Promise<Result<Facts, string>> {
  const words: string[] = [];
  const { settings, environment, expressionsFolder } = request;
  const result = await runWithLog(
    runner,
    programs.nixInstantiate,
    [
      '--eval',
      '--json',
      '--strict',
      ...internalJsonArguments,
      ...(write
        ? ['--read-write-mode', ...settingArguments(settings)]
        : ['--readonly-mode', ...settingArguments({ ...settings, store: 'dummy://' })]),
      join(expressionsFolder, 'probe.nix'),
    ],
    (record) => {
      if (record.type === 'message' && record.level === 0) words.push(record.error ?? stripAnsi(record.text));
      else if (record.type === 'plain') words.push(stripAnsi(record.text));
    },
    { env: environment, cwd: '/', timeoutMs: probeTimeoutMs, signal },
  );
  if (result.ended === 'timeout') return failure('It does not answer.');
  const facts = result.exitCode === 0 ? decodeFacts(result.stdout) : null;
  return facts === null ? failure(withoutPrefix(words.join(' ')).trim()) : success(facts);
}

function decodeFacts(text: string): Facts | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // Not the program we take it for.
    return null;
  }
  if (typeof json !== 'object' || json === null) return null;
  const { storeDir, system, drvPath } = json as Readonly<Record<string, unknown>>;
  return typeof storeDir === 'string' && typeof system === 'string' && typeof drvPath === 'string'
    ? { storeDir, system, drvPath }
    : null;
}

type Programs = Pick<NixInstallation, 'programs' | 'version'>;

/** The probe's derivation is a file in the store: where that file is, is where the store is. */
async function findPhysicalStore(
  runner: ProcessRunner,
  programs: Programs,
  request: ProbeRequest,
  facts: Facts,
  signal: AbortSignal,
): Promise<string> {
  const configured =
    request.settings.store === ''
      ? await askStoreSetting(runner, programs, request, signal)
      : request.settings.store;
  const root = storeRoot(configured, request.environment['HOME'] ?? '/');
  const candidates = root === null ? [facts.storeDir] : [join(root, facts.storeDir), facts.storeDir];
  const file = basename(facts.drvPath);
  return candidates.find((folder) => existsSync(join(folder, file))) ?? facts.storeDir;
}

/**
 * The folder that a store setting puts before the store directory; null when it is the system's own. It is a path as it
 * was typed, a URL with encoded characters (2.34 prints `local:///a%20b`), or `local?root=…`.
 */
export function storeRoot(setting: string, home: string): string | null {
  if (setting.startsWith('local:///')) return decodeUrl(setting.slice('local://'.length).split('?')[0] ?? '');
  if (setting.startsWith('~/')) return join(home, setting.slice(2));
  if (setting.startsWith('/')) return setting.split('?')[0] ?? null;
  const root = /^local(?::\/\/)?\?(?:.*&)?root=([^&]+)/.exec(setting)?.[1];
  return root === undefined ? null : decodeUrl(root);
}

function decodeUrl(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A lone percent sign: typed by hand, not encoded.
    return text;
  }
}

/** The `store` setting of nix.conf, NIX_CONFIG or NIX_REMOTE; `auto` when Nix does not tell. */
async function askStoreSetting(
  runner: ProcessRunner,
  { programs, version }: Programs,
  request: ProbeRequest,
  signal: AbortSignal,
): Promise<string> {
  const result = await runner.run(
    programs.nix,
    [...configurationCommand(version), '--json', ...optionArguments(request.settings)],
    { env: request.environment, cwd: '/', timeoutMs: probeTimeoutMs, signal },
  );
  const value = /"store":\{[^{}]*?"value":("(?:[^"\\]|\\.)*")/.exec(result.stdout)?.[1];
  return value === undefined ? 'auto' : String(JSON.parse(value));
}
