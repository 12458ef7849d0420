/** Where a value is written in the text, through names, `inherit`, defaults of arguments and literal sets. Pure. */
import type { Binding, Expression } from '../syntax/ast';
import { expressionsAt, unwrapped } from '../syntax/walk';

const maximumSteps = 40;

/**
 * The expression that an author would change to change this value: the literal behind a name. The expression itself
 * when the text does not tell more; null for an argument that the caller alone knows.
 */
export function writtenValue(root: Expression, expression: Expression): Expression | null {
  return follow(root, expression, { left: maximumSteps });
}

function follow(root: Expression, expression: Expression, steps: { left: number }): Expression | null {
  const at = unwrapped(expression);
  if (steps.left-- <= 0) return at;
  if (at.kind === 'variable') {
    const bound = boundTo(root, at.name, at.span.start);
    if (bound === undefined) return at;
    return bound === null ? null : follow(root, bound, steps);
  }
  if (at.kind !== 'select') return at;
  let set = follow(root, at.expression, steps);
  for (const { name } of at.path.names) {
    if (set?.kind !== 'set' || name === null) return at;
    const member: Expression | null | undefined = memberOf(root, set.bindings, name);
    if (member === undefined || member === null) return at;
    set = follow(root, member, steps);
  }
  return set ?? at;
}

/** Undefined: nothing in the text binds the name; null: an argument without a default, or one that cannot be told. */
function boundTo(root: Expression, name: string, offset: number): Expression | null | undefined {
  for (const around of expressionsAt(root, offset).reverse()) {
    if (around.kind === 'function') {
      const formal = around.formals?.formals.find((one) => one.name.name === name);
      if (formal !== undefined) return formal.default;
      if (around.argument?.name === name) return null;
    }
    const binds = around.kind === 'letIn' || (around.kind === 'set' && around.form !== 'plain');
    const found = binds ? memberOf(root, around.bindings, name) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function memberOf(
  root: Expression,
  bindings: readonly Binding[],
  name: string,
): Expression | null | undefined {
  for (const binding of bindings) {
    if (binding.kind === 'binding') {
      if (binding.path.names[0]?.name !== name) continue;
      return binding.path.names.length === 1 ? binding.value : null;
    }
    if (binding.from === null || !binding.names.some((one) => one.name === name)) continue;
    const from = follow(root, binding.from, { left: maximumSteps });
    return from?.kind === 'set' ? memberOf(root, from.bindings, name) : null;
  }
  return undefined;
}
