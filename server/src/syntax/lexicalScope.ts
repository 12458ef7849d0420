/** Which names a place of a text has from the text itself: a `let`, a recursive set or a function. Not what `with` brings. */
import type { Binding, Expression } from './ast';

/** What a name is bound to: a written value with the scope that it is evaluated in, or something that only evaluation tells. */
export type Bound = { readonly value: Expression; readonly scope: Scope } | 'unknown';

export interface Scope {
  readonly names: ReadonlyMap<string, Bound>;
  readonly outer: Scope | null;
}

/** Null when the text binds no such name here. */
export function lookUp(scope: Scope | null, name: string): Bound | null {
  for (let at = scope; at !== null; at = at.outer) {
    const found = at.names.get(name);
    if (found !== undefined) return found;
  }
  return null;
}

/** The scope that this expression makes for what is below it; the given one when it makes none. */
export function scopeBelow(expression: Expression, outer: Scope | null): Scope | null {
  if (expression.kind === 'function') {
    const { argument, formals } = expression;
    const own = argument === null ? [] : [argument];
    const names = [...own, ...(formals?.formals ?? []).map(({ name }) => name)];
    return { names: new Map(names.map(({ name }) => [name, 'unknown'])), outer };
  }
  if (expression.kind === 'letIn') return scopeOf(expression.bindings, outer);
  return expression.kind === 'set' && expression.form !== 'plain'
    ? scopeOf(expression.bindings, outer)
    : outer;
}

/** As of a function that is called with no arguments: its formals are their defaults. Null when one has none. */
export function scopeOfDefaults(expression: Expression): Scope | null {
  if (expression.kind !== 'function' || expression.formals === null) return null;
  const names = new Map<string, Bound>();
  const scope: Scope = { names, outer: null };
  for (const { name, default: value } of expression.formals.formals) {
    if (value === null) return null;
    names.set(name.name, { value, scope });
  }
  if (expression.argument !== null) names.set(expression.argument.name, 'unknown');
  return scope;
}

function scopeOf(bindings: readonly Binding[], outer: Scope | null): Scope {
  const names = new Map<string, Bound>();
  const scope: Scope = { names, outer };
  for (const binding of bindings) {
    if (binding.kind === 'inherit') {
      for (const { name } of binding.names) {
        if (name === null) continue;
        // `inherit a;` is the outer name; what a set has, only evaluation tells.
        names.set(name, binding.from === null ? (lookUp(outer, name) ?? 'unknown') : 'unknown');
      }
      continue;
    }
    const [first] = binding.path.names;
    if (first === undefined || first.name === null) continue;
    const whole = binding.path.names.length === 1 && !names.has(first.name);
    names.set(first.name, whole ? { value: binding.value, scope } : 'unknown');
  }
  return scope;
}
