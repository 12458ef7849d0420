import type { AttributeSet, Expression, Formals } from '../syntax/ast';
import { unwrapped } from '../syntax/walk';

export type FileKind =
  | { readonly kind: 'module' }
  | { readonly kind: 'flake'; readonly outputs: Expression }
  | { readonly kind: 'other' };

const moduleAttributes = new Set(['imports', 'options', 'config']);

/**
 * What kind of file this is by its shape: a module takes `config` (and more, `...`) or is a set with `imports`,
 * `options` or `config`; a flake is a set whose `outputs` is a function.
 */
export function fileKind(root: Expression): FileKind {
  const top = unwrapped(root);
  if (top.kind === 'set') {
    const outputs = attributeValue(top, 'outputs');
    if (outputs !== null && unwrapped(outputs).kind === 'function') return { kind: 'flake', outputs };
  }
  return isModule(top) ? { kind: 'module' } : { kind: 'other' };
}

function isModule(top: Expression): boolean {
  if (top.kind === 'set') return hasModuleAttribute(top);
  if (top.kind !== 'function' || top.formals === null) return false;
  const result = resultOf(top.body);
  if (result.kind !== 'set') return false;
  return takesConfig(top.formals) || hasModuleAttribute(result);
}

function takesConfig(formals: Formals): boolean {
  const config = formals.formals.find(({ name }) => name.name === 'config');
  return formals.ellipsis && config !== undefined && config.default === null;
}

function hasModuleAttribute(set: AttributeSet): boolean {
  return set.bindings.some(
    (binding) =>
      binding.kind === 'binding' &&
      moduleAttributes.has(binding.path.names[0]?.name ?? '') &&
      (binding.path.names.length > 1 || !isCall(binding.value)),
  );
}

/** `config = stdenv.mkDerivation { … }` is a package of that name. */
function isCall(value: Expression): boolean {
  return unwrapped(value).kind === 'apply';
}

function resultOf(body: Expression): Expression {
  let result = unwrapped(body);
  while (result.kind === 'letIn' || result.kind === 'with' || result.kind === 'assert') {
    result = unwrapped(result.body);
  }
  return result;
}

function attributeValue(set: AttributeSet, name: string): Expression | null {
  for (const binding of set.bindings) {
    if (
      binding.kind === 'binding' &&
      binding.path.names.length === 1 &&
      binding.path.names[0]?.name === name
    ) {
      return binding.value;
    }
  }
  return null;
}
