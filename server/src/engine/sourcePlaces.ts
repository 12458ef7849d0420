/**
 * Which file a path in a build's log is: the user's own where the source is a folder of theirs that still says the same, else the
 * unpacked one of the derivation's session, else the store's. What none of those has leads nowhere.
 */
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, posix, resolve } from 'node:path';
import type { LogProblem } from '../builds/logProblems';
import type { NixInstallation } from '../nix/installation';
import type { StoreDerivation } from '../nix/derivationFile';
import type { Nix } from '../nix/nix';
import { physicalPath } from '../nix/storePlace';
import type { Derivation, Diagnostic } from '../protocol/model';
import type { PhaseFileReader } from './phaseFiles';
import type { SourceTexts } from './sourceTexts';

export interface SourceRoots {
  /** The folder that `src` names in the Nix file; null when it names none. */
  readonly own: string | null;
  /** The session's build directory; null when there is none. */
  readonly session: string | null;
  /** `src` in the store, when it is a folder. */
  readonly store: string | null;
}

/** Finds the files of the problems in a log of this derivation. */
export function problemPlacer(
  { installation }: Nix,
  derivation: Derivation,
  store: StoreDerivation,
  sources: SourceTexts,
  files: PhaseFileReader,
): (problems: readonly LogProblem[]) => Promise<readonly Diagnostic[]> {
  return async (problems) => {
    if (problems.length === 0) return [];
    const session = await files.open(installation.storeDir, derivation);
    const unpacked = session.ok ? session.value.folder.buildTop : null;
    return placedProblems(problems, await sourceRoots(installation, derivation, store, sources, unpacked));
  };
}

/** Folders in which Nix builds, with or without a sandbox; what follows is below the build directory. */
const buildDirectory =
  /^(?:\/build|.*\/nix-build-[^/]+\.drv-\d+|\/nix\/var\/nix\/builds\/[^/]+(?:\/build)?)\/(.+)$/;

async function sourceRoots(
  installation: NixInstallation,
  derivation: Derivation,
  { env }: StoreDerivation,
  sources: SourceTexts,
  session: string | null,
): Promise<SourceRoots> {
  const src = env['src'] ?? '';
  const store = src.startsWith(`${installation.storeDir}/`) ? physicalPath(src, installation) : null;
  const own = await ownFolder(derivation, sources);
  return { own, session, store: store !== null && (await isFolder(store)) ? store : null };
}

/** The folder that `src = ./…;` names; null where something else is written. */
async function ownFolder({ attributes }: Derivation, sources: SourceTexts): Promise<string | null> {
  const place = attributes['src'];
  if (place === undefined) return null;
  const text = sources.read(place.file)?.text;
  const line = text?.split('\n')[place.range.start.line] ?? '';
  const path = /\bsrc\s*=\s*(\.{1,2}(?:\/[^\s;"'${}]*)?)\s*;/.exec(line)?.[1];
  if (path === undefined) return null;
  const folder = resolve(dirname(place.file), path);
  return (await isFolder(folder)) ? folder : null;
}

/** The problems as diagnostics of files that are there. */
export async function placedProblems(
  problems: readonly LogProblem[],
  roots: SourceRoots,
): Promise<readonly Diagnostic[]> {
  const known = new Map<string, string | null>();
  const placed: Diagnostic[] = [];
  for (const problem of problems) {
    const path = pathOf(problem);
    const file = known.has(path) ? known.get(path) : await fileOf(path, roots);
    known.set(path, file ?? null);
    if (file == null) continue;
    const start = { line: problem.line, character: problem.column ?? 0 };
    const end = problem.column === null ? { line: problem.line + 1, character: 0 } : start;
    placed.push({
      ...{ file, range: { start, end }, severity: problem.severity, code: problem.tool },
      ...{ message: problem.message, source: 'build', related: [] },
    });
  }
  return placed;
}

function pathOf({ file, directory }: LogProblem): string {
  return file.startsWith('/') || directory === null ? file : posix.join(directory, file);
}

async function fileOf(path: string, { own, session, store }: SourceRoots): Promise<string | null> {
  const inBuild = buildDirectory.exec(path)?.[1] ?? null;
  if (path.startsWith('/') && inBuild === null) return (await isFile(path)) ? path : null;
  for (const below of candidates(inBuild, path)) {
    const theirs = store === null ? null : await existing(join(store, below));
    if (theirs !== null) {
      const mine = own === null ? null : await existing(join(own, below));
      if (mine !== null && (await isSame(mine, theirs))) return mine;
    }
    const unpacked = session === null || inBuild === null ? null : await existing(join(session, inBuild));
    if (unpacked !== null || theirs !== null) return unpacked ?? theirs;
  }
  return null;
}

/** The path below the source's folder, likeliest first: a build directory within it, as CMake's and Meson's, is one further down. */
function candidates(inBuild: string | null, path: string): readonly string[] {
  const below = inBuild === null ? path : inBuild.slice(inBuild.indexOf('/') + 1);
  const all = [below, below.replace(/^(?:\.\.\/)+/, ''), below.replace(/^build\/(?:\.\.\/)?/, '')];
  return [...new Set(all.map((one) => posix.normalize(one)))].filter((one) => !one.startsWith('..'));
}

async function existing(file: string): Promise<string | null> {
  return (await isFile(file)) ? file : null;
}

async function isFile(path: string): Promise<boolean> {
  return (await kindOf(path)) === 'file';
}

async function isFolder(path: string): Promise<boolean> {
  return (await kindOf(path)) === 'folder';
}

async function kindOf(path: string): Promise<'file' | 'folder' | null> {
  try {
    const found = await stat(path);
    return found.isFile() ? 'file' : found.isDirectory() ? 'folder' : null;
  } catch {
    return null;
  }
}

async function isSame(a: string, b: string): Promise<boolean> {
  try {
    return (await readFile(a)).equals(await readFile(b));
  } catch {
    return false;
  }
}
