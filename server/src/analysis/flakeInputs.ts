/** What the outputs of a flake are called with: its inputs, and itself. Pure. */
import { contains, nodesAt } from '../syntax/nodes';
import { unwrapped } from '../syntax/walk';
import type { FileTree } from './across/fileTrees';
import { attributesOf } from './across/sets';
import type { Values } from './across/values';

/** The inputs that the outputs do not take yet, where their arguments are written; null elsewhere. */
export async function inputsNotTaken(
  values: Values,
  file: FileTree,
  offset: number,
): Promise<readonly string[] | null> {
  const { root } = file.tree;
  const path = nodesAt(root, offset);
  const [outputs, binding] = [path.at(-1), path.findLast(({ kind }) => kind === 'binding')];
  if (root === null || unwrapped(root).kind !== 'set' || !file.file.endsWith('/flake.nix')) return null;
  if (outputs?.kind !== 'function' || binding?.kind !== 'binding' || unwrapped(binding.value) !== outputs)
    return null;
  const { formals } = outputs;
  if (binding.path.names.map(({ name }) => name).join('.') !== 'outputs' || formals === null) return null;
  if (!contains(formals.span, offset)) return null;
  const taken = new Set(
    formals.formals.filter(({ span }) => !contains(span, offset)).map(({ name }) => name.name),
  );
  const place = { in: file, expression: root, applied: null };
  const inputs = await values.setOf(await values.attribute(place, ['inputs']));
  const names = inputs === null ? [] : [...attributesOf(inputs.layers).keys()];
  return ['self', ...names].filter((name) => !taken.has(name));
}
