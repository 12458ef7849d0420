/** What a file's text takes another file for: a module or an overlay of a list or set of such, whatever that file looks like. Pure. */
import { dirname, join, resolve } from 'node:path';
import { calledName, callParts } from '../../derivation/callAttributes';
import type { Expression } from '../../syntax/ast';
import { allNodes, nodesAt, type WalkedNode } from '../../syntax/nodes';
import type { ModuleSystem } from '../modules/moduleSystems';
import type { FileTree } from './fileTrees';

export interface FileUse {
  readonly as: 'module' | 'overlay';
  /** Of a module, where the place tells; null where only who is named there can. */
  readonly system: ModuleSystem | null;
}

const moduleLists = new Set(['imports', 'modules', 'sharedModules', 'extraModules']);
/** Outputs of a flake, by the modules that they hold. */
const moduleSets: Readonly<Record<string, ModuleSystem | null>> = {
  nixosModules: 'nixos',
  homeModules: 'home-manager',
  homeManagerModules: 'home-manager',
  darwinModules: 'nix-darwin',
  flakeModules: null,
};
const evaluators: Readonly<Record<string, ModuleSystem>> = {
  nixosSystem: 'nixos',
  homeManagerConfiguration: 'home-manager',
  darwinSystem: 'nix-darwin',
};
/** Functions that hand on what they are given last. */
const passing = new Set(['optional', 'optionals', 'mkIf', 'mkMerge', 'mkBefore', 'mkAfter']);

/** What may stand around a file in a list. */
const around: ReadonlySet<WalkedNode['kind']> = new Set([
  'list',
  'parenthesized',
  'binary',
  'letIn',
  'with',
  'if',
]);

/** The first place that tells; null where none does. */
export function useOfFileIn({ file, tree }: FileTree, target: string): FileUse | null {
  for (const node of allNodes(tree.root)) {
    if (node.kind !== 'path' || node.interpolations.length > 0) continue;
    const path = resolve(dirname(file), tree.text.slice(node.span.start, node.span.end));
    if (path !== target && join(path, 'default.nix') !== target) continue;
    const use = useAt(nodesAt(tree.root, node.span.start));
    if (use !== null) return use;
  }
  return null;
}

/** Of what stands innermost in these nodes. */
function useAt(nodes: readonly WalkedNode[]): FileUse | null {
  const names: string[] = [];
  let system: ModuleSystem | null = null;
  for (let index = nodes.length - 2; index >= 0; index--) {
    const [node, below] = [nodes[index], nodes[index + 1]];
    if (node === undefined || below === undefined) break;
    if (node.kind === 'binding') {
      names.unshift(...node.path.names.map(({ name }) => name ?? ''));
    } else if (node.kind === 'apply') {
      const name = calledName(callParts(node).head) ?? '';
      system ??= evaluators[name] ?? null;
      if (names.length === 0 && !isPassed(node, below, name)) return null;
      // Up to the innermost binding it has to be the file that is taken; what is around tells more of that.
    } else if (names.length === 0 && !around.has(node.kind)) return null;
  }
  return readNames(names, system);
}

/** `import ./x`, `import ./x { … }`, `optional condition ./x`. */
function isPassed(apply: Extract<Expression, { kind: 'apply' }>, below: WalkedNode, name: string): boolean {
  return name === 'import' || (passing.has(name) && apply.argument === below);
}

function readNames(names: readonly string[], called: ModuleSystem | null): FileUse | null {
  const [last = '', before = ''] = names.toReversed();
  if (last === 'overlays' || before === 'overlays') return { as: 'overlay', system: null };
  const home = names.indexOf('home-manager');
  const isUsers = home >= 0 && names[home + 1] === 'users' && names.length >= home + 3;
  const isOfHome = isUsers || (home >= 0 && last === 'sharedModules');
  if (isOfHome && (moduleLists.has(last) || names.length === home + 3))
    return { as: 'module', system: 'home-manager' };
  if (moduleLists.has(last)) return { as: 'module', system: called ?? systemOfSet(names) };
  const held = moduleSets[before];
  return held === undefined ? null : { as: 'module', system: held };
}

function systemOfSet(names: readonly string[]): ModuleSystem | null {
  const set = names.find((name) => moduleSets[name] !== undefined);
  return set === undefined ? null : (moduleSets[set] ?? null);
}
