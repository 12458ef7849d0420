/** The uses of names by where they stand. Pure. */
import type { Binding, Expression } from '../../syntax/ast';
import type { SyntaxTree } from '../../syntax/syntaxTree';
import { namesAround } from '../names';
import type { Names, Use } from '../scopes';

const usesByOrigin = new WeakMap<Names, Map<unknown, readonly Use[]>>();

function usesOf(names: Names, origin: unknown): readonly Use[] {
  let known = usesByOrigin.get(names);
  if (known === undefined) {
    const made = new Map<unknown, Use[]>();
    for (const use of names.uses) {
      const before = made.get(use.origin);
      if (before === undefined) made.set(use.origin, [use]);
      else before.push(use);
    }
    usesByOrigin.set(names, made);
    known = made;
  }
  return known.get(origin) ?? [];
}

export function useOf(tree: SyntaxTree, origin: Expression): Use | null {
  return usesOf(namesAround(tree, origin.span.start), origin)[0] ?? null;
}

/** The use that a name of `inherit a b;` is. */
export function inheritedUse(tree: SyntaxTree, origin: Binding, name: string): Use | null {
  return usesOf(namesAround(tree, origin.span.start), origin).find((use) => use.name === name) ?? null;
}
