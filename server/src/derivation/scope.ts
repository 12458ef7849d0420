import type { Binding, Expression } from '../syntax/ast';

/** What a name refers to: an expression and the names that it sees in turn. */
export interface Bound {
  readonly expression: Expression;
  readonly scope: Scope;
}

/** The names that the text binds around an expression (`let`, `rec`, known arguments); `with` and unknown arguments bind nothing. */
export interface Scope {
  readonly parent: Scope | null;
  readonly names: ReadonlyMap<string, Bound | 'unknown'>;
}

export const emptyScope: Scope = { parent: null, names: new Map() };

/** What a name refers to, following names that only stand for others; null when the text does not tell. */
export function lookUp(name: string, scope: Scope): Bound | null {
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    const bound = at.names.get(name);
    if (bound !== undefined) return bound === 'unknown' ? null : bound;
  }
  return null;
}

/** The scope inside `let` or `rec` with these bindings: each sees the others. */
export function recursiveScope(bindings: readonly Binding[], parent: Scope): Scope {
  const names = new Map<string, Bound | 'unknown'>();
  const scope: Scope = { parent, names };
  for (const binding of bindings) {
    if (binding.kind === 'inherit') bindInherited(binding, scope, names);
    else {
      const first = binding.path.names[0]?.name ?? null;
      if (first === null) continue;
      const whole = binding.path.names.length === 1;
      names.set(first, whole ? { expression: binding.value, scope } : 'unknown');
    }
  }
  return scope;
}

function bindInherited(
  binding: Extract<Binding, { kind: 'inherit' }>,
  scope: Scope,
  names: Map<string, Bound | 'unknown'>,
): void {
  for (const { name, span } of binding.names) {
    if (name === null) continue;
    if (binding.from === null) {
      const outer = scope.parent === null ? null : lookUp(name, scope.parent);
      names.set(name, outer ?? 'unknown');
    } else names.set(name, { expression: selection(binding.from, name, span), scope });
  }
}

/** `from.name`, as `inherit (from) name` means it. */
export function selection(from: Expression, name: string, span: Expression['span']): Expression {
  const path = { span, names: [{ span, name, expression: null }] };
  return { kind: 'select', span: from.span, expression: from, path, default: null };
}

/** A scope in which these names hide outer ones. */
export function argumentScope(names: Iterable<readonly [string, Bound | 'unknown']>, parent: Scope): Scope {
  return { parent, names: new Map(names) };
}
