/**
 * Which file a path in a build's log is: the user's own where the source is a folder of theirs that still says the same, else the
 * unpacked one of the derivation's session, else the store's. What none of those has leads nowhere.
 */
import { readFileSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join, posix, resolve } from 'node:path';
import type { StorePlace } from '../nix/storePlace';
import { physicalPath } from '../nix/storePlace';
import type { Derivation } from '../protocol/model';
import type { SourceTexts } from './sourceTexts';

export interface SourceRoots {
  /** The folder that `src` names in the Nix file; null when it names none. */
  readonly own: string | null;
  /** The session's build directory; null when there is none. */
  readonly session: string | null;
  /** The folders in it: one of them is the unpacked source. */
  readonly unpacked: readonly string[];
  /** `src` in the store, when it is a folder. */
  readonly source: string | null;
  readonly store: StorePlace;
}

/** `drawn`: the derivation as its file shows it; null when no file does. */
export async function sourceRoots(
  store: StorePlace,
  drawn: Pick<Derivation, 'attributes'> | null,
  env: Readonly<Record<string, string>>,
  sources: SourceTexts,
  session: string | null,
): Promise<SourceRoots> {
  const src = env['src'] ?? '';
  const source = src.startsWith(`${store.storeDir}/`) ? physicalPath(src, store) : null;
  return {
    own: drawn === null ? null : ownFolder(drawn, sources),
    session,
    unpacked: session === null ? [] : await foldersOf(session),
    source: source !== null && kindOf(source) === 'folder' ? source : null,
    store,
  };
}

/** The folder that `src = ./…;` names; null where something else is written. */
function ownFolder({ attributes }: Pick<Derivation, 'attributes'>, sources: SourceTexts): string | null {
  const place = attributes['src'];
  if (place === undefined) return null;
  const text = sources.read(place.file)?.text;
  const line = text?.split('\n')[place.range.start.line] ?? '';
  const path = /\bsrc\s*=\s*(\.{1,2}(?:\/[^\s;"'${}]*)?)\s*;/.exec(line)?.[1];
  if (path === undefined) return null;
  const folder = resolve(dirname(place.file), path);
  return kindOf(folder) === 'folder' ? folder : null;
}

async function foldersOf(buildTop: string): Promise<readonly string[]> {
  const entries = await readdir(buildTop, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(buildTop, name));
}

/** Where real builds and sessions have their build directory, with or without a sandbox; what follows is relative to it. */
const buildDirectory =
  /^(?:\/build|.*\/nix-build-[^/]+\.drv-\d+|\/nix\/var\/nix\/builds\/[^/]+(?:\/build)?|\/tmp\/[a-z0-9]+\/build)\/(.+)$/;

/** Finds the files of one log; looks at each path once. */
export class SourceFinder {
  private readonly known = new Map<string, string | null>();

  constructor(private readonly roots: SourceRoots) {}

  /** `directory`: where the build was by then, as it was printed; null when that is not known. */
  find(path: string, directory: string | null): string | null {
    const whole = path.startsWith('/') || directory === null ? path : posix.join(directory, path);
    const known = this.known.get(whole);
    if (known !== undefined) return known;
    const found = this.look(whole) ?? (whole === path ? null : this.look(path));
    this.known.set(whole, found);
    return found;
  }

  /** A file of a package of Go, whose folder is what follows the module in its import path: the longest that is there. */
  findInPackage(path: string, goPackage: string, directory: string | null): string | null {
    const names = goPackage.split('/');
    for (let first = 1; first < names.length; first++) {
      const found = this.find(posix.join(...names.slice(first), path), directory);
      if (found !== null) return found;
    }
    return null;
  }

  private look(path: string): string | null {
    const { session, unpacked, store } = this.roots;
    if (path.startsWith(`${store.storeDir}/`)) {
      const file = physicalPath(posix.normalize(path), store);
      return file.startsWith(`${store.physicalStoreDir}/`) ? existing(file) : null;
    }
    const inBuild = this.belowBuild(posix.normalize(path));
    if (path.startsWith('/') && inBuild === null) return existing(path);
    for (const below of candidates(inBuild, path)) {
      const found = this.ofSource(below);
      if (found.own !== null) return found.own;
      const places =
        inBuild === null
          ? unpacked.map((folder) => join(folder, below))
          : session === null
            ? []
            : [join(session, inBuild)];
      const built = places.find((place) => existing(place) !== null);
      if (built !== undefined || found.store !== null) return built ?? found.store;
    }
    return null;
  }

  private belowBuild(path: string): string | null {
    const { session } = this.roots;
    if (session !== null && path.startsWith(`${session}/`)) return path.slice(session.length + 1);
    return buildDirectory.exec(path)?.[1] ?? null;
  }

  private ofSource(below: string): { readonly own: string | null; readonly store: string | null } {
    const { own, source } = this.roots;
    const theirs = source === null ? null : existing(join(source, below));
    const mine = theirs === null || own === null ? null : existing(join(own, below));
    return { own: mine !== null && theirs !== null && isSame(mine, theirs) ? mine : null, store: theirs };
  }
}

/** The path below the source's folder, likeliest first: a build directory within it, as CMake's and Meson's, is one further down. */
function candidates(inBuild: string | null, path: string): readonly string[] {
  const below = inBuild === null ? path : inBuild.slice(inBuild.indexOf('/') + 1);
  const all = [below, below.replace(/^(?:\.\.\/)+/, ''), below.replace(/^build\/(?:\.\.\/)?/, '')];
  return [...new Set(all.map((one) => posix.normalize(one)))].filter((one) => !one.startsWith('..'));
}

function existing(file: string): string | null {
  return kindOf(file) === 'file' ? file : null;
}

function kindOf(path: string): 'file' | 'folder' | null {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    return found?.isFile() === true ? 'file' : found?.isDirectory() === true ? 'folder' : null;
  } catch {
    // A name too long, with a NUL, or below a file.
    return null;
  }
}

function isSame(a: string, b: string): boolean {
  try {
    return readFileSync(a).equals(readFileSync(b));
  } catch {
    return false;
  }
}
