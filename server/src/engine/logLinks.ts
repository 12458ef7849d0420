/** From a path that a log names to a file that is there: in the store, or of the unpacked source where the session or the store has it. */
import { statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { isAbsolute, join, normalize } from 'node:path';
import { namedPlaces, type NamedPlace } from '../builds/logs/logPlaces';
import type { StorePlace } from '../nix/storePlace';
import { physicalPath } from '../nix/storePlace';
import type { LogLink } from '../protocol/logMessages';

export interface SourceTrees {
  readonly store: StorePlace;
  /** Folders that stand for the build directory, and those in which a path relative to the source may lie; the best first. */
  readonly buildTops: readonly string[];
  readonly sources: readonly string[];
}

/** Where real builds and sessions have their build directory; what follows is relative to it. */
const buildDirectory =
  /^(?:\/build|\/tmp\/nix-build-[^/]+\.drv-\d+|\/nix\/var\/nix\/builds\/[^/]+(?:\/build)?|\/tmp\/[a-z0-9]+\/build)\/(.*)$/;

/** The folders within a build directory: one of them is the unpacked source. */
export async function foldersOf(buildTop: string): Promise<readonly string[]> {
  const entries = await readdir(buildTop, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(buildTop, name));
}

/** Of all that the text names, what is there. */
export function logLinks(text: string, trees: SourceTrees): readonly LogLink[] {
  const known = new Map<string, string | null>();
  return namedPlaces(text.split('\n')).flatMap((place) => {
    const key = `${place.directory ?? ''}\n${place.path}`;
    const file = known.has(key) ? known.get(key) : findFile(place, trees);
    known.set(key, file ?? null);
    return file == null ? [] : [linkOf(place, file)];
  });
}

function linkOf({ line, start, end, fileLine, column }: NamedPlace, file: string): LogLink {
  return {
    range: { start: { line, character: start }, end: { line, character: end } },
    file,
    line: fileLine === null ? null : fileLine - 1,
    character: fileLine === null || column === null ? null : column - 1,
  };
}

/** The first that is a file, or for a path in the store whatever is there. */
function findFile({ path, directory }: NamedPlace, trees: SourceTrees): string | null {
  const { storeDir } = trees.store;
  if (path.startsWith(`${storeDir}/`)) {
    const file = physicalPath(normalize(path), trees.store);
    return file.startsWith(trees.store.physicalStoreDir) && kindOf(file) === 'file' ? file : null;
  }
  const candidates = isAbsolute(path) ? inBuild(path, trees) : relativeTo(path, directory, trees);
  return candidates.find((file) => kindOf(file) === 'file') ?? null;
}

function inBuild(path: string, { buildTops, sources }: SourceTrees): readonly string[] {
  const inside = buildDirectory.exec(normalize(path))?.[1];
  if (inside === undefined) return [];
  // The first folder is the source's own, whatever it is called there.
  const inSource = inside.slice(inside.indexOf('/') + 1);
  return [
    ...buildTops.map((top) => join(top, inside)),
    ...(inside.includes('/') ? sources.map((source) => join(source, inSource)) : []),
  ];
}

function relativeTo(path: string, directory: string | null, trees: SourceTrees): readonly string[] {
  const at = directory === null ? [] : inBuild(join(directory, path), trees);
  const below = [...trees.sources, ...trees.buildTops].map((folder) => [folder, join(folder, path)] as const);
  // A path that climbs out of the tree is none of the source's.
  return [...at, ...below.filter(([folder, file]) => file.startsWith(`${folder}/`)).map(([, file]) => file)];
}

function kindOf(file: string): 'file' | 'other' | null {
  try {
    const stats = statSync(file, { throwIfNoEntry: false });
    return stats === undefined ? null : stats.isFile() ? 'file' : 'other';
  } catch {
    // A name too long, or below a file.
    return null;
  }
}
