/** What the sets and functions around a place offer there: attributes, names of `with`, arguments. */
import type { Formal } from '../../syntax/ast';
import { nodesAt, type WalkedNode } from '../../syntax/nodes';
import { namesAround } from '../names';
import { scopeAt, type Scope } from '../scopes';
import type { FileTree } from './fileTrees';
import { attributesOf, type Entry } from './sets';
import type { FunctionValue, Value } from './value';
import type { Values } from './values';

/** The attributes that may stand here after a dot, `?` or `inherit (…)`; null where none may. */
export async function attributesAt(
  values: Values,
  file: FileTree,
  offset: number,
): Promise<ReadonlyMap<string, Entry> | null> {
  const path = nodesAt(file.tree.root, offset);
  for (let index = path.length - 1; index >= 0; index--) {
    const node = path[index];
    const value = node === undefined ? undefined : await setBefore(values, file, node, offset);
    if (value !== undefined) return value?.kind === 'set' ? attributesOf(value.layers) : new Map();
  }
  return null;
}

/** Undefined when no attribute of a set is meant here. */
async function setBefore(
  values: Values,
  file: FileTree,
  node: WalkedNode,
  offset: number,
): Promise<Value | null | undefined> {
  const touches = ({ span }: Pick<WalkedNode, 'span'>): boolean => span.start <= offset && offset <= span.end;
  if (node.kind === 'inherit') {
    const { from } = node;
    if (from === null || offset <= from.span.end) return undefined;
    return values.of({ in: file, expression: from, applied: null });
  }
  if (node.kind !== 'select' && node.kind !== 'hasAttribute') return undefined;
  const depth = node.path.names.findIndex(touches);
  if (depth < 0) return undefined;
  const place = { in: file, expression: node.expression, applied: null };
  if (depth === 0) return values.of(place);
  const before = node.path.names.slice(0, depth).map(({ name }) => name);
  if (before.some((name) => name === null)) return null;
  return values.setOf(
    await values.attribute(
      place,
      before.filter((name) => name !== null),
    ),
  );
}

const mostWiths = 64;

/** The names that each `with` around gives (of the nearest, where there are very many), with how many scopes away it is. */
export async function namesOfWiths(
  values: Values,
  file: FileTree,
  offset: number,
): Promise<readonly { readonly distance: number; readonly names: ReadonlyMap<string, Entry> }[]> {
  const found = [];
  let distance = 0;
  let left = mostWiths;
  for (let at: Scope | null = scopeAt(namesAround(file.tree, offset), offset); at !== null; at = at.parent) {
    if (at.with !== null && left-- > 0) {
      const value = await values.of({ in: file, expression: at.with.environment, applied: null });
      if (value?.kind === 'set') found.push({ distance, names: attributesOf(value.layers) });
    }
    distance++;
  }
  return found;
}

export interface ArgumentsAt {
  readonly of: FunctionValue;
  /** Those that are not given yet. */
  readonly missing: readonly Formal[];
}

/** What the function takes whose argument is the set around this place; null where there is none, or it is not known. */
export async function argumentsAt(
  values: Values,
  file: FileTree,
  offset: number,
): Promise<ArgumentsAt | null> {
  const path = nodesAt(file.tree.root, offset);
  const last = path.findLastIndex(({ kind }) => kind === 'set');
  const set = path[last];
  if (set?.kind !== 'set') return null;
  let inner: WalkedNode = set;
  for (const node of path.slice(0, last).reverse()) {
    if (node.kind === 'apply' && node.argument === inner) {
      const of = await values.functionOf({ in: file, expression: node, applied: null });
      const formals = of?.expression.formals?.formals;
      if (of === null || formals === undefined) return null;
      const given = new Set(
        set.bindings.flatMap((each) =>
          each.kind === 'binding' ? [each.path.names[0]?.name] : each.names.map(({ name }) => name),
        ),
      );
      return { of, missing: formals.filter(({ name }) => name.name !== '' && !given.has(name.name)) };
    }
    if (node.kind !== 'parenthesized') return null;
    inner = node;
  }
  return null;
}
