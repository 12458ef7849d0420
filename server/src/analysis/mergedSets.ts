/**
 * Sets that Nix makes one of, although they stand apart: `a = rec { … }; a.b = x;`. Whether `x` then sees the names of the `rec` hangs
 * on which stands first, and a reader can hardly tell.
 */
import type { Binding } from '../syntax/ast';

/** Whether the parts of one attribute stand in several bindings of which one is a recursive set. */
export function recursiveElsewhere(bindings: readonly Binding[]): boolean {
  const recursive = bindings.some((binding) => binding.kind === 'binding' && isRecursive(binding));
  if (!recursive) return false;
  const seen = new Set<string>();
  for (const binding of bindings) {
    if (binding.kind !== 'binding') continue;
    const name = binding.path.names[0]?.name ?? null;
    if (name === null) continue;
    if (seen.has(name)) return true;
    seen.add(name);
  }
  return false;
}

function isRecursive({ value }: Extract<Binding, { kind: 'binding' }>): boolean {
  return value.kind === 'set' && value.form === 'rec';
}
