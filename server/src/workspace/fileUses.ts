/** What the files of the workspace take a file for, where its own text does not tell: of a module also its system. */
import { basename, dirname } from 'node:path';
import type { FileTree } from '../analysis/across/fileTrees';
import { useOfFileIn, type FileUse } from '../analysis/across/fileUses';
import { moduleSystem, type ModuleSystem } from '../analysis/modules/moduleSystems';
import { isModule } from '../derivation/moduleShape';
import { unwrapped } from '../syntax/walk';
import type { ModuleSearch } from './moduleImporters';

/** Importers of importers that are asked. */
const mostSteps = 12;
/** Files that name one and are looked at. */
const mostNamers = 100;

/** Null where nobody takes it for a module or an overlay, and it is no module by itself. `below`: its path in the workspace. */
export async function fileUse(
  file: FileTree,
  below: string,
  search: ModuleSearch,
  signal: AbortSignal,
): Promise<FileUse | null> {
  const namers = await search.files.namers(signal);
  const found = await useOf(file, { ...search, namers }, new Set(), mostSteps);
  if (found?.as === 'overlay') return found;
  const { root } = file.tree;
  if (found === null && (root === null || !isModule(unwrapped(root)))) return null;
  const system = found?.system ?? (root === null ? null : moduleSystem(root, below));
  return { as: 'module', system };
}

interface Around extends ModuleSearch {
  readonly namers: ReadonlyMap<string, readonly string[]>;
}

/** Its use, with the system that it, or the module that imports it, tells. */
async function useOf(
  file: FileTree,
  around: Around,
  seen: Set<string>,
  steps: number,
): Promise<FileUse | null> {
  let found: FileUse | null = null;
  for (const namer of namersOf(file.file, around)) {
    if (seen.has(namer) || seen.size > mostNamers) continue;
    seen.add(namer);
    const tree = await around.trees.read(namer);
    const use = tree === null ? null : useOfFileIn(tree, file.file);
    if (tree === null || use === null) continue;
    if (use.as === 'overlay' || use.system !== null) return use;
    found ??= use;
    const system = systemTold(file) ?? systemTold(tree) ?? (await systemAbove(tree, around, seen, steps));
    if (system !== null) return { ...use, system };
  }
  return found;
}

async function systemAbove(
  importer: FileTree,
  around: Around,
  seen: Set<string>,
  steps: number,
): Promise<ModuleSystem | null> {
  return steps === 0 ? null : ((await useOf(importer, around, seen, steps - 1))?.system ?? null);
}

/** By what it sets, not by where it lies. */
function systemTold({ tree }: FileTree): ModuleSystem | null {
  return tree.root === null ? null : moduleSystem(tree.root, '');
}

function namersOf(file: string, { namers }: Around): readonly string[] {
  const names = basename(file) === 'default.nix' ? [file, dirname(file)] : [file];
  return names.flatMap((name) => namers.get(name) ?? []).filter((namer) => namer !== file);
}
