/**
 * The build directory that Nix keeps of a failed build (`--keep-failed`), read: where it had its place, and what its shell exported.
 * Sources: Nix's note `keeping build directory`; stdenv's `dumpVars`, which writes `export` to `env-vars` before each phase.
 */
import { lstat, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { StoreDerivation } from '../nix/derivationFile';
import { failure, success, type Problem, type Result } from '../result';
import { storePathsOfOutputs } from './builderEnvironment';
import { parseDeclarations, valueOf, type ShellDeclaration } from './shellDeclarations';
import type { ShellState } from './shellState';
import { quoteForShell } from './structuredAttrs';

export interface KeptDirectory {
  /** What was NIX_BUILD_TOP, where it is now. */
  readonly top: string;
  /** What the shell exported when its last phase began, one byte a character; null when that was not kept, or is not ours to read. */
  readonly environment: readonly ShellDeclaration[] | null;
  /** NIX_BUILD_TOP as the builder saw it; null when that is not known. */
  readonly builtAt: string | null;
}

/** A path, and what takes its place. */
export type PathPair = readonly [from: string, to: string];

/** How Nix names such a directory; since 2.30 with the builder's own one inside. */
const keptName = /^nix-(?:build-.+\.drv-\d+|\d+-\d+)$/;

/** The phase that ends a build which was to end after a phase. */
export const cutPhase = 'phasewiseEnd';

/** Problems: `no-kept-directory`. */
export async function readKeptDirectory(folder: string): Promise<Result<KeptDirectory>> {
  const found = await topOf(folder);
  if (found === null) return failure(noKeptDirectory(folder));
  const text = await readFile(join(found, 'env-vars'), 'latin1').catch(() => null);
  const environment = text === null ? null : parseDeclarations(text.replace(/\n$/, ''));
  const builtAt = variable(environment, 'NIX_BUILD_TOP');
  return success({ top: found, environment, builtAt: builtAt?.startsWith('/') === true ? builtAt : null });
}

/** Whether its shell was told the outputs of this derivation. */
export function isLeftBy(
  { environment }: KeptDirectory,
  derivation: StoreDerivation,
  storeDir: string,
): boolean {
  const outputs = Object.entries(storePathsOfOutputs(derivation, storeDir));
  return outputs.every(([name, path]) => (variable(environment, name) ?? path) === path);
}

/** The phases of a build that was to end after the last of them; null for every other build. */
export function cutPhases({ environment }: KeptDirectory): readonly string[] | null {
  const phases =
    variable(environment, 'phases')
      ?.split(/\s+/)
      .filter((name) => name !== '') ?? [];
  return phases.at(-1) === cutPhase ? phases.slice(0, -1) : null;
}

async function topOf(folder: string): Promise<string | null> {
  const inner = join(folder, 'build');
  for (const top of [folder, inner]) if (await is('isFile', join(top, 'env-vars'))) return top;
  if (!keptName.test(basename(folder)) && !keptName.test(basename(join(folder, '..')))) return null;
  for (const top of [inner, folder]) if (await is('isDirectory', top)) return top;
  return null;
}

async function is(what: 'isFile' | 'isDirectory', path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null))?.[what]() === true;
}

function variable(environment: KeptDirectory['environment'], name: string): string | null {
  const declaration = environment?.find((one) => one.name === name);
  const value = declaration === undefined ? null : valueOf(declaration);
  return typeof value === 'string' ? value : null;
}

/** Bash's own, told by the directory, or of which phases a build has, which the session knows. */
const notTaken = new Set(['PWD', 'OLDPWD', 'SHLVL', '_', 'phases', cutPhase]);

/**
 * Bash that brings a shell, as it is after setup, to what the kept one exported and to its directory. `buildTop` is where the
 * directory is now, as the shell sees it; `pairs` are the paths that have another place there. Null when nothing was kept.
 */
export function restoringExports(
  { top, environment, builtAt }: KeptDirectory,
  setUp: ShellState,
  buildTop: string,
  pairs: readonly PathPair[],
): string | null {
  if (environment === null) return null;
  // Nix 2.8 names the attributes' files by their place outside of its sandbox.
  const all: readonly PathPair[] = [...pairs, [top, buildTop]];
  const taken = environment.filter(({ name, attributes }) => !notTaken.has(name) && !/r/.test(attributes));
  const kept = new Set(taken.map(({ name }) => name));
  const gone = setUp.variables.filter(
    ({ name, attributes }) => /^[^ar]*x[^ar]*$/.test(attributes) && !kept.has(name) && !notTaken.has(name),
  );
  const directory = variable(environment, 'PWD') ?? '';
  const isInside = builtAt !== null && `${directory}/`.startsWith(`${builtAt}/`);
  const place = isInside ? buildTop + directory.slice(builtAt.length) : buildTop;
  return [
    ...gone.filter(({ name }) => !name.startsWith('__phasewise')).map(({ name }) => `unset -v ${name}`),
    ...taken.map(({ text }) => replacePaths(text, all).replace(/^declare -/, 'declare -g')),
    `builtin cd -- ${quoteForShell(place)} 2> /dev/null || builtin cd -- ${quoteForShell(buildTop)}`,
    '',
  ].join('\n');
}

export function replacePaths(text: string, pairs: readonly PathPair[]): string {
  return pairs.reduce((all, [from, to]) => all.replaceAll(from, () => to), text);
}

function noKeptDirectory(folder: string): Problem {
  return {
    code: 'no-kept-directory',
    message: `${folder} is no build directory that Nix kept, or it is gone.`,
    advice: 'Build with --keep-failed: Nix then says where it keeps the directory of a build that fails.',
  };
}

export function otherDerivation(folder: string, name: string): Problem {
  return {
    code: 'other-derivation',
    message: `${folder} is what another derivation's build left: its outputs are not those of ${name}.`,
    advice: 'The derivation was edited since, or another one is meant. Build it again with --keep-failed.',
  };
}
