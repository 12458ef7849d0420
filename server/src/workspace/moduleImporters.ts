/** Which module of the workspace brings another one: through `imports`, as far up as these go. */
import { basename, dirname } from 'node:path';
import type { FileTrees } from '../analysis/across/fileTrees';
import { isModule } from '../derivation/moduleShape';
import type { WorkspaceFiles } from './workspaceFiles';

/** Importers that are looked at. */
const mostLooked = 100;

export interface ModuleSearch {
  readonly files: WorkspaceFiles;
  readonly trees: FileTrees;
}

/** The absolute path of the outermost module that leads to this one; its own where no other does. */
export async function topModule(file: string, search: ModuleSearch, signal: AbortSignal): Promise<string> {
  const namers = await search.files.namers(signal);
  const seen = new Set([file]);
  let top = file;
  for (;;) {
    const importer = await importerOf(top, namers, search.trees, seen);
    if (importer === null || signal.aborted) return top;
    top = importer;
  }
}

/** The absolute paths of a module and of all that bring it, through others or themselves. */
export async function importingModules(
  file: string,
  search: ModuleSearch,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const namers = await search.files.namers(signal);
  const found = new Set([file]);
  const seen = new Set([file]);
  for (const module of found) {
    for (;;) {
      const importer = signal.aborted ? null : await importerOf(module, namers, search.trees, seen);
      if (importer === null) break;
      found.add(importer);
    }
  }
  return found;
}

/** A module that names this one and was not seen before. */
async function importerOf(
  module: string,
  namers: ReadonlyMap<string, readonly string[]>,
  trees: FileTrees,
  seen: Set<string>,
): Promise<string | null> {
  const names = basename(module) === 'default.nix' ? [module, dirname(module)] : [module];
  for (const namer of names.flatMap((name) => namers.get(name) ?? [])) {
    if (seen.has(namer) || seen.size > mostLooked) continue;
    seen.add(namer);
    const root = (await trees.read(namer))?.tree.root ?? null;
    if (root !== null && isModule(root)) return namer;
  }
  return null;
}
