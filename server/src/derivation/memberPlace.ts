/** Where an attribute of a file's value is written, as far as the text tells: for derivations that the text alone does not show as such. */
import type { Binding, Expression } from '../syntax/ast';
import type { Span } from '../syntax/syntaxTree';
import { expressionsAt, unwrapped, walk } from '../syntax/walk';

/**
 * The name that binds the attribute at this path: through functions, `let`, `with`, `assert` and `//`. Of a path that is written in part
 * (`a` of `a.b`) the part; null when not even its first name is written.
 */
export function memberPlace(value: Expression, path: readonly string[]): Span | null {
  const inner = valueOf(value);
  if (inner.kind === 'binary' && inner.operator === '//') {
    return memberPlace(inner.right, path) ?? memberPlace(inner.left, path);
  }
  if (inner.kind !== 'set') return null;
  for (const binding of inner.bindings) {
    const place = placeIn(binding, path);
    if (place !== null) return place;
  }
  return null;
}

/** The name that binds an attribute in the same set as what is written at the offset; null when that is in no set, or the attribute is not. */
export function placeBeside(root: Expression, offset: number, attribute: string): Span | null {
  for (const around of expressionsAt(root, offset).reverse()) {
    if (around.kind !== 'set') continue;
    for (const binding of around.bindings) {
      const place = placeIn(binding, [attribute]);
      if (place !== null) return place;
    }
    return null;
  }
  return null;
}

/** The name of an argument that the function (of functions) takes which a file is; null when it takes none of that name. */
export function formalPlace(root: Expression, name: string): Span | null {
  let at = unwrapped(root);
  while (at.kind === 'function' || at.kind === 'letIn' || at.kind === 'with' || at.kind === 'assert') {
    const formals = at.kind === 'function' ? (at.formals?.formals ?? []) : [];
    const found = formals.find((formal) => formal.name.name === name);
    if (found !== undefined) return found.name.span;
    at = unwrapped(at.body);
  }
  return null;
}

/** The name of the only argument of this name that functions of the text take; null when there is none, or are several. */
export function onlyFormalPlace(root: Expression, name: string): Span | null {
  const found: Span[] = [];
  walk(root, (expression) => {
    const formals = expression.kind === 'function' ? (expression.formals?.formals ?? []) : [];
    found.push(...formals.flatMap((formal) => (formal.name.name === name ? [formal.name.span] : [])));
    return true;
  });
  return found.length === 1 ? (found[0] ?? null) : null;
}

function placeIn(binding: Binding, path: readonly string[]): Span | null {
  if (binding.kind === 'inherit') return binding.names.find(({ name }) => name === path[0])?.span ?? null;
  const { names, span } = binding.path;
  if (path.length === 0 || !names.every(({ name }, index) => index >= path.length || name === path[index])) {
    return null;
  }
  return memberPlace(binding.value, path.slice(names.length)) ?? span;
}

function valueOf(expression: Expression): Expression {
  let value = unwrapped(expression);
  while (
    value.kind === 'function' ||
    value.kind === 'letIn' ||
    value.kind === 'with' ||
    value.kind === 'assert'
  ) {
    value = unwrapped(value.body);
  }
  return value;
}
