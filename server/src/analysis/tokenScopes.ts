/** Scopes as colouring needs them: made for the places that are looked at alone, their names read when one is first asked for. */
import type { Binding, FunctionExpression } from '../syntax/ast';

export type NameType = 'variable' | 'parameter' | 'property' | 'function';

export interface TokenScope {
  readonly parent: TokenScope | null;
  readonly isWith: boolean;
  readonly typeOf: (name: string) => NameType | null;
}

export const outermost: TokenScope = { parent: null, isWith: false, typeOf: () => null };

export function withScope(parent: TokenScope): TokenScope {
  return { parent, isWith: true, typeOf: () => null };
}

/** Of a function's argument and formals. */
export function argumentsScope({ argument, formals }: FunctionExpression, parent: TokenScope): TokenScope {
  return scope(parent, () => {
    const names = [argument, ...(formals?.formals ?? []).map(({ name }) => name)];
    return names.flatMap((each) => (each === null ? [] : [[each.name, 'parameter'] as const]));
  });
}

/** Of a `let` or a recursive set. */
export function bindingsScope(
  bindings: readonly Binding[],
  type: 'variable' | 'property',
  parent: TokenScope,
): TokenScope {
  return scope(parent, () => bindings.flatMap((binding) => namesOf(binding, type)));
}

function namesOf(binding: Binding, type: NameType): (readonly [string, NameType])[] {
  if (binding.kind === 'inherit')
    return binding.names.flatMap(({ name }) => (name === null ? [] : [[name, type] as const]));
  const [first, more] = binding.path.names;
  if (first?.name == null) return [];
  return [[first.name, more === undefined && binding.value.kind === 'function' ? 'function' : type]];
}

function scope(parent: TokenScope, read: () => readonly (readonly [string, NameType])[]): TokenScope {
  let names: ReadonlyMap<string, NameType> | null = null;
  return { parent, isWith: false, typeOf: (name) => (names ??= new Map(read())).get(name) ?? null };
}

/** What a name means in a scope: names that the text binds come before those of any `with`; null when nothing gives it a meaning. */
export function lookUp(name: string, from: TokenScope): NameType | 'with' | null {
  let isWith = false;
  for (let at: TokenScope | null = from; at !== null; at = at.parent) {
    const type = at.typeOf(name);
    if (type !== null) return type;
    isWith ||= at.isWith;
  }
  return isWith ? 'with' : null;
}
