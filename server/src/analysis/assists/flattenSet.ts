/** `a = { b = 1; c = 2; };` to `a.b = 1; a.c = 2;`. */
import type { AttributeSet, Binding } from '../../syntax/ast';
import { contains } from '../../syntax/nodes';
import { beginsLine, indentationAt, lineEnding } from '../../syntax/layout';
import type { SyntaxTree } from '../../syntax/syntaxTree';
import { inheritedValue } from '../rename';
import { textOf } from '../textEdits';
import type { Assist } from './assist';
import { reindented } from './reindent';

export const flattenSet: Assist = ({ tree, span, path }) => {
  const index = path.findLastIndex(({ kind }) => kind === 'binding');
  const [owner, binding] = [path[index - 1], path[index]];
  if (binding?.kind !== 'binding' || !contains(binding.path.span, span.start)) return [];
  const { value } = binding;
  if (value.kind !== 'set' || value.form !== 'plain' || value.bindings.length === 0) return [];
  if (owner?.kind !== 'letIn' && owner?.kind !== 'set') return [];
  if (!isFlattenable(tree.text, value)) return [];
  const prefix = textOf(tree.text, binding.path.span);
  const outer = indentationAt(tree.text, binding.span.start);
  const isMany =
    beginsLine(tree.text, binding.span.start) &&
    tree.text.slice(value.span.start, value.span.end).includes('\n');
  const between = isMany ? `${lineEnding(tree.text)}${outer}` : ' ';
  const newText = value.bindings.flatMap((each) => written(tree, each, prefix, outer.length)).join(between);
  return [{ title: `Flatten \`${prefix}\``, kind: 'rewrite', edits: [{ ...binding.span, newText }] }];
};

function isFlattenable(text: string, { bindings }: AttributeSet): boolean {
  return bindings.every((binding) =>
    binding.kind === 'inherit'
      ? binding.names.length > 0 &&
        binding.names.every(({ span }) => binding.from !== null || text.charAt(span.start) !== '"')
      : binding.path.names[0] !== undefined,
  );
}

function written(tree: SyntaxTree, binding: Binding, prefix: string, outer: number): readonly string[] {
  if (binding.kind === 'inherit') {
    return binding.names.map(({ span }) => {
      const name = textOf(tree.text, span);
      return `${prefix}.${name} = ${inheritedValue(tree.text, binding, name)};`;
    });
  }
  const inner = indentationAt(tree.text, binding.span.start).length;
  return [`${prefix}.${reindented(tree, binding.span, outer - inner)}`];
}
