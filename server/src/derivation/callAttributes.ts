import type { AttributeSet, Binding, Expression } from '../syntax/ast';
import { unwrapped } from '../syntax/walk';
import type { FoundAttribute } from './foundDerivation';
import { argumentScope, recursiveScope, selection, type Scope } from './scope';
import { resolve, staticString } from './staticValue';

export type Attributes = ReadonlyMap<string, FoundAttribute>;
const maximumSteps = 200;

/** The attributes written in the argument of a derivation function: a set, `rec`, a function of itself, `a // b`, through names and `let`, under conditions. */
export function attributesOf(argument: Expression, scope: Scope): Attributes {
  return readAttributes(argument, scope, { steps: 0 });
}

function readAttributes(argument: Expression, outer: Scope, budget: { steps: number }): Attributes {
  if (budget.steps++ > maximumSteps) return new Map();
  const { expression, scope } = resolve(argument, outer);
  const read = (inner: Expression, within = scope): Attributes => readAttributes(inner, within, budget);
  if (expression.kind === 'set') return attributesOfSet(expression, scope);
  if (expression.kind === 'function') return read(expression.body, functionScope(expression, scope));
  if (expression.kind === 'if')
    return merged(conditional(read(expression.alternative)), read(expression.consequence));
  if (expression.kind === 'binary' && expression.operator === '//') {
    return merged(read(expression.left), read(expression.right));
  }
  if (expression.kind === 'apply') {
    const { head, args } = callParts(expression);
    if (calledName(head) === 'removeAttrs' && args[0] !== undefined) return read(args[0]);
    if (calledName(head) === 'optionalAttrs' && args[1] !== undefined) return conditional(read(args[1]));
  }
  return new Map();
}

/** Inside a function nothing is known of its arguments, except what the call gives them. */
export function functionScope(expression: Extract<Expression, { kind: 'function' }>, outer: Scope): Scope {
  const names = (expression.formals?.formals ?? []).map(({ name }) => [name.name, 'unknown'] as const);
  const own = expression.argument === null ? [] : [[expression.argument.name, 'unknown'] as const];
  return argumentScope([...names, ...own], outer);
}

/** What stands on the right counts, unless it may not be there. */
export function merged(left: Attributes, right: Attributes): Attributes {
  const counting = [...right].filter(
    ([name, { isConditional }]) => isConditional !== true || !left.has(name),
  );
  return new Map([...left, ...counting]);
}

/** Of attributes that may not be there the text tells no value. */
function conditional(attributes: Attributes): Attributes {
  return new Map(
    [...attributes].map(([name, attribute]) => [name, { ...attribute, value: null, isConditional: true }]),
  );
}

function attributesOfSet(set: AttributeSet, outer: Scope): Attributes {
  const scope = set.form === 'plain' ? outer : recursiveScope(set.bindings, outer);
  const found = new Map<string, FoundAttribute>();
  for (const binding of set.bindings) {
    for (const attribute of attributesOfBinding(binding, scope, outer)) {
      if (!found.has(attribute.name)) found.set(attribute.name, attribute);
    }
  }
  return found;
}

function attributesOfBinding(binding: Binding, scope: Scope, outer: Scope): FoundAttribute[] {
  if (binding.kind === 'binding') {
    const [first, second] = binding.path.names;
    if (first?.name == null) return [];
    const value = second === undefined ? binding.value : null;
    return [{ name: first.name, nameSpan: first.span, span: binding.span, value, scope }];
  }
  return binding.names.flatMap(({ name, span }): FoundAttribute[] => {
    if (name === null) return [];
    const { from } = binding;
    const value: Expression = from === null ? { kind: 'variable', span, name } : selection(from, name, span);
    return [{ name, nameSpan: span, span, value, scope: from === null ? outer : scope }];
  });
}

/** A call's function and its arguments in order: `f a b`. */
export function callParts(call: Expression): {
  readonly head: Expression;
  readonly args: readonly Expression[];
} {
  const args: Expression[] = [];
  let head = call;
  while (head.kind === 'apply') {
    args.push(head.argument);
    head = unwrapped(head.function);
  }
  return { head, args: args.reverse() };
}

/** `mkDerivation` of `stdenv.mkDerivation` and of `mkDerivation`; null when the function has no name. */
export function calledName(head: Expression): string | null {
  if (head.kind === 'variable') return head.name;
  return head.kind === 'select' ? (head.path.names.at(-1)?.name ?? null) : null;
}

/** `hello-2.12` from name, or pname and version, when they are literal. */
export function derivationName(attributes: Attributes, source: string): string | null {
  const text = (name: string): string | null => {
    const attribute = attributes.get(name);
    if (attribute?.value == null) return null;
    return staticString(attribute.value, attribute.scope, source, attributes);
  };
  if (attributes.has('name')) return text('name');
  const pname = text('pname');
  const version = text('version');
  if (pname !== null && version !== null) return `${pname}-${version}`;
  return attributes.has('version') ? null : pname;
}

/** An attribute that a function's plain argument gives, as the script of `runCommand`. */
export function argumentAttribute(name: string, value: Expression, scope: Scope): FoundAttribute {
  return { name, nameSpan: value.span, span: value.span, value, scope };
}
