import type { Binding, Expression } from '../syntax/ast';
import type { Span, SyntaxTree } from '../syntax/syntaxTree';
import { childrenOf } from '../syntax/walk';
import { functionScope } from './callAttributes';
import type { FoundAttribute } from './foundDerivation';
import { emptyScope, recursiveScope, selection, type Scope } from './scope';

/**
 * The attribute whose name is written at `place.start` (as evaluators tell places of attributes), with the names its
 * value sees; or the whole expression at `place` (a script that is an argument of runCommand). Null when neither is.
 */
export function attributeAt(tree: SyntaxTree, place: Span): FoundAttribute | null {
  const offset = place.start;
  let scope = emptyScope;
  for (let at: Expression | undefined = tree.root ?? undefined; at !== undefined;) {
    if (at.span.start === offset && at.span.end === place.end && offset < place.end) {
      return { name: '', nameSpan: place, span: place, value: at, scope };
    }
    const inner = innerScope(at, scope);
    if (at.kind === 'set' || at.kind === 'letIn') {
      const found = attributeOf(at.bindings, offset, inner, scope);
      if (found !== null) return found;
    }
    scope = inner;
    at = childrenOf(at).find(({ span }) => span.start <= offset && offset < span.end);
  }
  return null;
}

function innerScope(expression: Expression, outer: Scope): Scope {
  if (expression.kind === 'letIn') return recursiveScope(expression.bindings, outer);
  if (expression.kind === 'set' && expression.form !== 'plain') {
    return recursiveScope(expression.bindings, outer);
  }
  return expression.kind === 'function' ? functionScope(expression, outer) : outer;
}

function attributeOf(
  bindings: readonly Binding[],
  offset: number,
  scope: Scope,
  outer: Scope,
): FoundAttribute | null {
  for (const binding of bindings) {
    if (offset < binding.span.start || offset >= binding.span.end) continue;
    const names = binding.kind === 'binding' ? binding.path.names : binding.names;
    const named = names.find(({ span }) => span.start === offset);
    if (named === undefined) continue;
    const { name, span } = named;
    const written = { name: name ?? '', nameSpan: span, span: binding.span };
    if (binding.kind === 'binding') return { ...written, value: binding.value, scope };
    if (name === null) continue;
    if (binding.from !== null) return { ...written, value: selection(binding.from, name, span), scope };
    return { ...written, value: { kind: 'variable', span, name }, scope: outer };
  }
  return null;
}
