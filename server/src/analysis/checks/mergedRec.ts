/** `merged-rec`: parts of one set of which only some are recursive. */
import type { Binding } from '../../syntax/ast';
import type { Check } from '../check';
import { finding, type Finding } from '../finding';
import { recursiveElsewhere } from '../mergedSets';

export const mergedRec: Check = {
  code: 'merged-rec',
  ofNodes: { set: ({ bindings }) => found(bindings), letIn: ({ bindings }) => found(bindings) },
};

function found(bindings: readonly Binding[]): Finding[] {
  if (!recursiveElsewhere(bindings)) return [];
  return bindings.flatMap((binding, index) => {
    if (binding.kind !== 'binding' || binding.value.kind !== 'set' || binding.value.form !== 'rec') return [];
    const name = binding.path.names[0]?.name ?? null;
    const other = bindings.find(
      (each, at) => at !== index && each.kind === 'binding' && each.path.names[0]?.name === name,
    );
    if (name === null || other === undefined) return [];
    const { start } = binding.value.span;
    const related = [{ span: other.span, message: `Another part of \`${name}\`.` }];
    const message = `Nix makes one set of all parts of \`${name}\`, and whether that is recursive hangs on which stands first.`;
    return [finding('merged-rec', 'warning', { start, end: start + 3 }, message, { related })];
  });
}
