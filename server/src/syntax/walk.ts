import type { AttributeName, Binding, Expression } from './ast';

/** The expressions directly below this one, in source order. */
export function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'variable':
    case 'number':
    case 'searchPath':
    case 'uri':
    case 'missing':
      return [];
    case 'string':
    case 'path':
    case 'homePath':
      return expression.interpolations.map((interpolation) => interpolation.expression);
    case 'parenthesized':
      return [expression.expression];
    case 'list':
      return expression.elements;
    case 'set':
      return expression.bindings.flatMap(bindingChildren);
    case 'function':
      return [
        ...(expression.formals?.formals ?? []).flatMap((formal) => formal.default ?? []),
        expression.body,
      ];
    case 'apply':
      return [expression.function, expression.argument];
    case 'select':
      return [
        expression.expression,
        ...nameChildren(expression.path.names),
        ...(expression.default === null ? [] : [expression.default]),
      ];
    case 'hasAttribute':
      return [expression.expression, ...nameChildren(expression.path.names)];
    case 'unary':
      return [expression.argument];
    case 'binary':
      return [expression.left, expression.right];
    case 'letIn':
      return [...expression.bindings.flatMap(bindingChildren), expression.body];
    case 'with':
      return [expression.environment, expression.body];
    case 'assert':
      return [expression.condition, expression.body];
    case 'if':
      return [expression.condition, expression.consequence, expression.alternative];
  }
}

function bindingChildren(binding: Binding): Expression[] {
  if (binding.kind === 'binding') return [...nameChildren(binding.path.names), binding.value];
  return [...(binding.from === null ? [] : [binding.from]), ...nameChildren(binding.names)];
}

function nameChildren(names: readonly AttributeName[]): Expression[] {
  return names.flatMap((name) => name.expression ?? []);
}

/** Calls `visit` with this expression and all below it in source order; `visit` answers false to leave out what is below. Survives any depth. */
export function walk(root: Expression, visit: (expression: Expression) => boolean): void {
  const pending: Expression[] = [root];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (!visit(next)) continue;
    const children = childrenOf(next);
    for (let i = children.length - 1; i >= 0; i--) {
      const child = children[i];
      if (child !== undefined) pending.push(child);
    }
  }
}

/** The expressions that hold this offset, outermost first. */
export function expressionsAt(root: Expression, offset: number): Expression[] {
  const found: Expression[] = [];
  for (let next: Expression | undefined = root; next !== undefined;) {
    found.push(next);
    next = childrenOf(next).find(({ span }) => span.start <= offset && offset < span.end);
  }
  return found;
}

/** The expression inside any number of parentheses. */
export function unwrapped(expression: Expression): Expression {
  let inner = expression;
  while (inner.kind === 'parenthesized') inner = inner.expression;
  return inner;
}
