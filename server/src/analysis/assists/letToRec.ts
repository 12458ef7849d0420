/** `let a = 1; b = a; in { inherit a b; }` to `rec { a = 1; b = a; }`, where the set gives every name of the `let` out. */
import type { AttributeSet, Let } from '../../syntax/ast';
import { indentationAt, lineEnding } from '../../syntax/layout';
import type { Assist, AssistContext } from './assist';
import { reindented } from './reindent';

export const letToRec: Assist = (context) => {
  const { tree, names, span, path } = context;
  const node = path.at(-1);
  if (node?.kind !== 'letIn' || span.start > node.span.start + 'let'.length) return [];
  const { body } = node;
  const scope = names.scopes.find(({ owner }) => owner === node);
  if (body.kind !== 'set' || body.form !== 'plain' || scope === undefined || scope.open) return [];
  const own = new Set(scope.names.keys());
  const kept = othersOf(body, own);
  if (own.size === 0 || kept === null || isCaptured(context, node, kept)) return [];
  const rest = body.bindings.flatMap((binding) => {
    if (binding.kind === 'binding') return [reindented(tree, binding.span, 0)];
    if (binding.from !== null) return [tree.text.slice(binding.span.start, binding.span.end)];
    const others = binding.names.flatMap(({ name }) => (name === null || own.has(name) ? [] : [name]));
    return others.length === 0 ? [] : [`inherit ${others.join(' ')};`];
  });
  const [first, last] = [node.bindings[0], node.bindings.at(-1)];
  if (first === undefined || last === undefined) return [];
  const isMany = tree.text.slice(node.span.start, node.span.end).includes('\n');
  const newLine = `${lineEnding(tree.text)}${indentationAt(tree.text, node.span.start)}`;
  const between = isMany ? `${newLine}  ` : ' ';
  const bindings = tree.text.slice(first.span.start, last.span.end);
  const newText = `rec {${between}${[bindings, ...rest].join(between)}${isMany ? newLine : ' '}}`;
  return [{ title: 'Convert `let … in` to `rec`', kind: 'rewrite', edits: [{ ...node.span, newText }] }];
};

/** The attributes beside the names of the `let`; null when it does not give out each of those, or when one is not known. */
function othersOf({ bindings }: AttributeSet, own: ReadonlySet<string>): ReadonlySet<string> | null {
  const others = new Set<string>();
  const given = new Set<string>();
  for (const binding of bindings) {
    for (const { name } of binding.kind === 'binding' ? binding.path.names.slice(0, 1) : binding.names) {
      if (name === null) return null;
      if (!own.has(name)) others.add(name);
      else if (binding.kind === 'inherit' && binding.from === null) given.add(name);
      else return null;
    }
  }
  return given.size === own.size ? others : null;
}

/** Whether a name would come to mean an attribute of the set. */
function isCaptured({ names }: AssistContext, { span }: Let, others: ReadonlySet<string>): boolean {
  return names.uses.some(
    (use) => others.has(use.name) && use.span.start >= span.start && use.span.end <= span.end,
  );
}
