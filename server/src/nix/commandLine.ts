/** What every Nix command line of ours begins with, and how one is run. */
import type { NixInstallation } from './installation';
import type { NixLogRecord } from './internalJson';
import { createNixLogDecoder } from './internalJson';
import { OpenWork, workGraceMs } from './openWork';
import { defaultGraceMs, type ProcessResult, type ProcessRunner, type RunOptions } from './process';

/** What the user set; given to each command. */
export interface NixSettings {
  /** `--store URL`; empty: Nix's own choice. */
  readonly store: string;
  /** `--option NAME VALUE`. */
  readonly options: Readonly<Record<string, string>>;
  /** `-I ENTRY`, before NIX_PATH. */
  readonly searchPath: readonly string[];
}

/** All that a question to Nix needs. */
export interface NixContext {
  readonly installation: NixInstallation;
  readonly runner: ProcessRunner;
  readonly settings: NixSettings;
  /** The whole environment of Nix. */
  readonly environment: Readonly<Record<string, string>>;
  /** Our `.nix` files. */
  readonly expressionsFolder: string;
}

/** `--option` and `--store`, for every command. */
export function settingArguments(settings: NixSettings): readonly string[] {
  return [...(settings.store === '' ? [] : ['--store', settings.store]), ...optionArguments(settings)];
}

/** `--option` alone. */
export function optionArguments(settings: NixSettings): readonly string[] {
  return Object.entries(settings.options).flatMap(([name, value]) => ['--option', name, value]);
}

/** `-I`, for commands that evaluate. */
export function searchPathArguments(settings: NixSettings): readonly string[] {
  return settings.searchPath.flatMap((entry) => ['-I', entry]);
}

/** Makes errors and builds arrive as records. */
export const internalJsonArguments = ['--log-format', 'internal-json'] as const;

/**
 * Runs a program of Nix with its log decoded; `onRecord` gets each record in order. While Nix builds or fetches it is given more time to
 * end than `graceMs` says.
 */
export async function runWithLog(
  runner: ProcessRunner,
  program: string,
  args: readonly string[],
  onRecord: (record: NixLogRecord) => void,
  options: RunOptions & { readonly graceMs?: number },
): Promise<ProcessResult> {
  const work = new OpenWork();
  const decoder = createNixLogDecoder((record) => {
    work.take(record);
    onRecord(record);
  });
  const result = await runner.run(program, args, {
    ...options,
    onStderr: (chunk) => decoder.push(chunk),
    graceMs: () => (work.isOpen ? workGraceMs : (options.graceMs ?? defaultGraceMs)),
  });
  decoder.end();
  return result;
}
