/** Which configurations a flake's text names, and which files it writes in them. Pure. */
import { dirname, join, resolve } from 'node:path';
import { childrenOf, type WalkedNode } from '../../syntax/nodes';
import type { FileTree } from '../across/fileTrees';
import type { ModuleSystem } from './moduleSystems';

/** Outputs of a flake that hold evaluated modules, by their names. */
export const configurationOutputs: Readonly<Record<ModuleSystem, string>> = {
  nixos: 'nixosConfigurations',
  'home-manager': 'homeConfigurations',
  'nix-darwin': 'darwinConfigurations',
};
const outputs: ReadonlySet<string> = new Set(Object.values(configurationOutputs));

export interface Configuration {
  /** As `nixosConfigurations`. */
  readonly output: string;
  readonly name: string;
}

export interface WrittenConfiguration extends Configuration {
  /** Absolute paths that stand in its value. */
  readonly paths: readonly string[];
}

/** The configuration that an attribute path of a flake names; null when it names something else. */
export function configurationAt([output, name, ...more]: readonly string[]): Configuration | null {
  const isOne = output !== undefined && name !== undefined && outputs.has(output) && more.length === 0;
  return isOne ? { output, name } : null;
}

/** In order of the text; of those whose names are computed nothing is known. */
export function configurationsIn({ file, tree }: FileTree): readonly WrittenConfiguration[] {
  const found = new Map<string, Configuration & { readonly paths: string[] }>();
  const pending: { readonly node: WalkedNode; readonly names: readonly string[] }[] =
    tree.root === null ? [] : [{ node: tree.root, names: [] }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { node } = next;
    const names = node.kind === 'binding' ? [...next.names, ...namesOf(node)].slice(-mostNames) : next.names;
    const one = namedIn(names, found);
    if (one !== null && node.kind === 'path' && node.interpolations.length === 0) {
      one.paths.push(resolve(dirname(file), tree.text.slice(node.span.start, node.span.end)));
    }
    pending.push(
      ...childrenOf(node)
        .map((child) => ({ node: child, names }))
        .toReversed(),
    );
  }
  return [...found.values()];
}

/** Whether one of these modules, absolute paths, is written in the configuration. */
export function isWrittenIn({ paths }: WrittenConfiguration, modules: ReadonlySet<string>): boolean {
  return paths.some((path) => modules.has(path) || modules.has(join(path, 'default.nix')));
}

/** Whether the text of a `flake.nix` names an output with configurations. */
export function hasConfigurations(text: string): boolean {
  return [...outputs].some((output) => text.includes(output));
}

const mostNames = 12;

function namedIn(
  names: readonly string[],
  found: Map<string, Configuration & { readonly paths: string[] }>,
): { readonly paths: string[] } | null {
  const at = names.findIndex((name) => outputs.has(name));
  const [output, name] = at < 0 ? [] : names.slice(at);
  if (output === undefined || name === undefined) return null;
  const key = JSON.stringify([output, name]);
  const known = found.get(key) ?? { output, name, paths: [] };
  found.set(key, known);
  return known;
}

function namesOf({ path }: Extract<WalkedNode, { kind: 'binding' }>): readonly string[] {
  return path.names.map(({ name }) => name ?? '');
}
