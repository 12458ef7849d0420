/** How a NixOS or home-manager module looks. Pure. */
import type { AttributeSet, Expression, Formals } from '../syntax/ast';
import { unwrapped } from '../syntax/walk';
import { calledName, callParts } from './callAttributes';
import { makerNamed } from './makers';

const moduleAttributes = new Set(['imports', 'options', 'config']);
/** Where most options of NixOS and home-manager are. */
const optionRoots =
  /^(programs|services|home|xdg|systemd|launchd|environment|networking|boot|hardware|users|virtualisation|nmt|fonts|wayland)$/;

/** Takes `config` (and more, `...`) or is a set with `imports`, `options` or `config`. */
export function isModule(top: Expression): boolean {
  if (top.kind === 'set') return hasModuleAttribute(top) || setsOptions(top);
  if (top.kind !== 'function' || top.formals === null) return false;
  const result = resultOf(top.body);
  if (result.kind !== 'set') return false;
  return takesConfig(top.formals) || hasModuleAttribute(result) || setsOptions(result);
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

/** `programs.git.enable = true;`; `services.x = callPackage …;` is a package. */
function setsOptions({ bindings }: AttributeSet): boolean {
  return bindings.some((binding) => {
    if (binding.kind !== 'binding' || !optionRoots.test(binding.path.names[0]?.name ?? '')) return false;
    const value = unwrapped(binding.value);
    const sets = binding.path.names.length > 1 || (value.kind === 'set' && setsPlainly(value));
    return sets && !(value.kind === 'apply' && makerNamed(calledName(callParts(value).head) ?? '') !== null);
  });
}

/** Whether it says anything that is no call. */
function setsPlainly({ bindings }: AttributeSet): boolean {
  return bindings.some((binding) => binding.kind === 'binding' && !isCall(binding.value));
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
