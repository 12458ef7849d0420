/** Sets as Nix merges them: of what bindings they are made, and by which of those an attribute is defined. Pure. */
import type { AttributeName, Binding } from '../../syntax/ast';
import type { FileTree } from './fileTrees';
import type { Applied } from './value';

/** Bindings that make (a part of) a set; of `a.b.c = 1;` with depth 1, the part `b.c = 1;`. */
export interface SetPart {
  readonly in: FileTree;
  readonly applied: Applied | null;
  readonly bindings: readonly Binding[];
  readonly depth: number;
}

/** A binding that defines an attribute. */
export interface Entry {
  readonly in: FileTree;
  readonly applied: Applied | null;
  readonly binding: Binding;
  readonly name: AttributeName;
  /** Which name of the binding's path it is; 0 for one that is inherited. */
  readonly depth: number;
}

/** Of `a // b` those of `b` come first; the parts of one layer are merged. */
export type Layers = readonly (readonly SetPart[])[];

type Named = readonly { readonly binding: Binding; readonly name: AttributeName }[];

const indexed = new WeakMap<readonly Binding[], Map<string, Named>>();

function byName(bindings: readonly Binding[]): Map<string, Named> {
  const known = indexed.get(bindings);
  if (known !== undefined) return known;
  const made = new Map<string, { binding: Binding; name: AttributeName }[]>();
  for (const binding of bindings) {
    for (const name of binding.kind === 'binding' ? binding.path.names.slice(0, 1) : binding.names) {
      if (name.name === null) continue;
      const before = made.get(name.name);
      if (before === undefined) made.set(name.name, [{ binding, name }]);
      else before.push({ binding, name });
    }
  }
  indexed.set(bindings, made);
  return made;
}

/** The bindings that define an attribute; none when the set does not have it, as far as is known. */
export function entriesOf(layers: Layers, name: string): readonly Entry[] {
  for (const parts of layers) {
    const found = parts.flatMap((part) => entriesOfPart(part, name));
    if (found.length > 0) return found;
  }
  return [];
}

function entriesOfPart({ bindings, depth, applied, in: file }: SetPart, name: string): readonly Entry[] {
  if (depth === 0) {
    return (byName(bindings).get(name) ?? []).map((found) => ({ ...found, depth, applied, in: file }));
  }
  return bindings.flatMap((binding) => {
    const at = binding.kind === 'binding' ? binding.path.names[depth] : undefined;
    return at?.name === name ? [{ binding, name: at, depth, applied, in: file }] : [];
  });
}

/** Every attribute with the first binding that defines it. */
export function attributesOf(layers: Layers): ReadonlyMap<string, Entry> {
  const found = new Map<string, Entry>();
  for (const part of layers.flat()) {
    const { bindings, depth, applied, in: file } = part;
    for (const binding of bindings) {
      const names = binding.kind === 'binding' ? binding.path.names.slice(depth, depth + 1) : binding.names;
      for (const name of names) {
        if (name.name !== null && !found.has(name.name)) {
          found.set(name.name, { binding, name, depth, applied, in: file });
        }
      }
    }
  }
  return found;
}
