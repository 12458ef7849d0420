/** Which inputs of a flake its lock file does not name. Pure. */
import { isJsonObject, parseJsonObject } from '../json';
import type { Expression } from '../syntax/ast';
import type { Span } from '../syntax/syntaxTree';
import { unwrapped } from '../syntax/walk';

export interface WrittenInput {
  readonly name: string;
  readonly span: Span;
}

/** The inputs that the text of a `flake.nix` writes, and those that its outputs take though nobody writes them; each once. */
export function writtenInputs(root: Expression): readonly WrittenInput[] {
  const top = unwrapped(root);
  if (top.kind !== 'set') return [];
  const found = new Map<string, WrittenInput>();
  const add = (name: string | null | undefined, span: Span): void => {
    if (typeof name === 'string' && name !== 'self' && !found.has(name)) found.set(name, { name, span });
  };
  let outputs: Expression | null = null;
  for (const binding of top.bindings) {
    if (binding.kind !== 'binding') continue;
    const [first, second] = binding.path.names;
    const value = unwrapped(binding.value);
    if (first?.name === 'outputs') outputs = value;
    if (first?.name !== 'inputs') continue;
    if (second !== undefined) add(second.name, second.span);
    else if (value.kind === 'set') {
      for (const inner of value.bindings) {
        const names = inner.kind === 'binding' ? inner.path.names.slice(0, 1) : inner.names;
        for (const { name, span } of names) add(name, span);
      }
    }
  }
  const formals = outputs?.kind === 'function' ? (outputs.formals?.formals ?? []) : [];
  for (const { name, default: given } of formals) if (given === null) add(name.name, name.span);
  return [...found.values()];
}

/** The names of the root's inputs in a `flake.lock`; null when it is none. */
export function lockedInputs(lock: string): ReadonlySet<string> | null {
  const { root, nodes } = parseJsonObject(lock) ?? {};
  if (typeof root !== 'string' || !isJsonObject(nodes) || !isJsonObject(nodes[root])) return null;
  const { inputs } = nodes[root];
  return new Set(isJsonObject(inputs) ? Object.keys(inputs) : []);
}
