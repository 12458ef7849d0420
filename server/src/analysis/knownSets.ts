/** Which attributes a name or selection has, where the text writes the set out. Pure. */
import type { AttributeSet, Binding, Expression } from '../syntax/ast';
import type { Definition, Names, Scope } from './scopes';

const longestChase = 20;

/** The definition of a name as seen from a scope. */
export function definitionIn(scope: Scope | null, name: string): Definition | null {
  for (let at = scope; at !== null; at = at.parent) {
    const definition = at.names.get(name);
    if (definition !== undefined) return definition;
  }
  return null;
}

/** The value of the attribute at this path of what a name means; null when the text does not write it. */
export function valueAt(names: Names, scope: Scope | null, path: readonly string[]): Expression | null {
  const [first, ...rest] = path;
  const definition = first === undefined ? null : definitionIn(scope, first);
  const origin = definition?.sites.length === 1 ? definition.sites[0]?.origin : undefined;
  if (origin === undefined || !('kind' in origin) || origin.kind !== 'binding') return null;
  if (origin.path.names.length !== 1) return null;
  let value: Expression | null = origin.value;
  for (const name of rest) value = value === null ? null : attributeOf(setOf(names, value), name);
  return value;
}

/** The set that an expression is, through parentheses, bodies and names. */
export function setOf(names: Names, expression: Expression): AttributeSet | null {
  let at: Expression = expression;
  for (let step = 0; step < longestChase; step++) {
    if (at.kind === 'set') return at.form === 'let' ? null : at;
    if (at.kind === 'parenthesized') at = at.expression;
    else if (at.kind === 'letIn' || at.kind === 'with' || at.kind === 'assert') at = at.body;
    else if (at.kind === 'variable') {
      const use = names.uses.find(({ origin }) => origin === at);
      const origin = use?.definition?.sites.length === 1 ? use.definition.sites[0]?.origin : undefined;
      if (origin === undefined || !('kind' in origin) || origin.kind !== 'binding') return null;
      if (origin.path.names.length !== 1) return null;
      at = origin.value;
    } else return null;
  }
  return null;
}

function attributeOf(set: AttributeSet | null, name: string): Expression | null {
  const binding = set?.bindings.find(
    (each): each is Extract<Binding, { kind: 'binding' }> =>
      each.kind === 'binding' && each.path.names.length === 1 && each.path.names[0]?.name === name,
  );
  return binding?.value ?? null;
}

/** The names that a set writes out, each once. */
export function attributeNames({ bindings }: AttributeSet): readonly string[] {
  const found = new Set<string>();
  for (const binding of bindings) {
    for (const { name } of binding.kind === 'binding' ? binding.path.names.slice(0, 1) : binding.names) {
      if (name !== null) found.add(name);
    }
  }
  return [...found];
}
