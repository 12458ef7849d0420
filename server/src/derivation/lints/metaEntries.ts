/** What a derivation’s `meta` says, as one set or in parts (`meta.license = …`). Pure. */
import type { AttributeSet, Expression } from '../../syntax/ast';
import { unwrapped, walk } from '../../syntax/walk';
import type { FoundDerivation } from '../foundDerivation';

export interface MetaEntries {
  /** By name; null for what is inherited, or said in parts of its own. */
  readonly values: ReadonlyMap<string, Expression | null>;
  /** Where it is one set. */
  readonly set: AttributeSet | null;
}

/** Null where there is no `meta`, or where it comes from elsewhere. */
export function metaEntries({ attributes, argument }: FoundDerivation): MetaEntries | null {
  const meta = attributes.get('meta');
  if (meta === undefined) return null;
  const value = meta.value === null ? null : unwrapped(meta.value);
  const inner = value?.kind === 'with' ? unwrapped(value.body) : value;
  const set = inner?.kind === 'set' ? inner : null;
  if (set === null && value !== null) return null;
  const around = argument === null ? null : setWith(argument.expression, meta.span.start);
  const parts = around === null ? [] : [...entriesOf(around, ['meta'])];
  return { values: new Map([...(set === null ? [] : entriesOf(set, [])), ...parts]), set };
}

/** The set that has a binding there. */
function setWith(root: Expression, start: number): AttributeSet | null {
  const found: AttributeSet[] = [];
  walk(root, (expression) => {
    if (expression.kind === 'set' && expression.bindings.some(({ span }) => span.start === start))
      found.push(expression);
    return found.length === 0;
  });
  return found[0] ?? null;
}

/** The entries below a path of names. */
function entriesOf({ bindings }: AttributeSet, below: readonly string[]): MetaEntries['values'] {
  const entries = bindings.flatMap((binding): (readonly [string, Expression | null])[] => {
    if (binding.kind === 'inherit')
      return below.length > 0
        ? []
        : binding.names.flatMap(({ name }) => (name === null ? [] : [[name, null]]));
    const names = binding.path.names.map(({ name }) => name);
    const name = names[below.length];
    if (name == null || !below.every((one, index) => names[index] === one)) return [];
    return [[name, names.length === below.length + 1 ? binding.value : null]];
  });
  return new Map(entries);
}
