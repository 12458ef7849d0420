/** `x = from.x;` and `x = x;` to `inherit`, into the one that is there for the same set. */
import type { Binding, Expression } from '../../syntax/ast';
import { contains, type WalkedNode } from '../../syntax/nodes';
import { removal, textOf } from '../textEdits';
import type { Assist, AssistContext } from './assist';

export const convertToInherit: Assist = (context) => {
  const { tree, span, path } = context;
  const index = path.findLastIndex(({ kind }) => kind === 'binding');
  const [owner, binding] = [path[index - 1], path[index]];
  if (binding?.kind !== 'binding' || !contains(binding.path.span, span.start)) return [];
  const [name] = binding.path.names;
  if (name?.name == null || name.expression !== null || binding.path.names.length !== 1) return [];
  const source = sourceOf(context, binding.value, name.name, owner);
  if (source === null) return [];
  const there = bindingsOf(owner).find(
    (each) => each.kind === 'inherit' && each.names.length > 0 && fromText(tree.text, each) === source.trim(),
  );
  const last = there?.kind === 'inherit' ? there.names.at(-1) : undefined;
  const edits =
    last === undefined
      ? [{ ...binding.span, newText: `inherit ${source}${name.name};` }]
      : [
          { start: last.span.end, end: last.span.end, newText: ` ${name.name}` },
          removal(tree.text, binding.span),
        ];
  return [{ title: `Convert to \`inherit ${source}${name.name}\``, kind: 'rewrite', edits }];
};

/** What stands between `inherit` and the name: nothing, or `(from) `; null when it is no inheritance. */
function sourceOf(
  { tree: { text }, names }: AssistContext,
  value: Expression,
  name: string,
  owner: WalkedNode | undefined,
): string | null {
  if (value.kind === 'variable') {
    const scope = names.uses.find(({ origin }) => origin === value)?.definition?.scope;
    // In a `let` or recursive set the name would be itself.
    const isOther = value.name === name && scope !== undefined && scope.owner !== owner;
    return isOther && owner?.kind === 'set' && owner.form === 'plain' ? '' : null;
  }
  if (value.kind !== 'select' || value.default !== null) return null;
  const { names: path } = value.path;
  const last = path.at(-1);
  if (last?.name !== name || last.expression !== null) return null;
  const before = path.at(-2);
  if (before !== undefined) return `(${text.slice(value.expression.span.start, before.span.end)}) `;
  const whole = textOf(text, value.expression.span);
  return value.expression.kind === 'parenthesized' ? `${whole} ` : `(${whole}) `;
}

export function bindingsOf(owner: WalkedNode | undefined): readonly Binding[] {
  return owner?.kind === 'set' || owner?.kind === 'letIn' ? owner.bindings : [];
}

/** `(from)` as written, or nothing. */
export function fromText(text: string, { from }: Extract<Binding, { kind: 'inherit' }>): string {
  if (from === null) return '';
  const written = textOf(text, from.span);
  return from.kind === 'parenthesized' ? written : `(${written})`;
}
