/** `eta-reduction`: `x: f x`, which is `f`. */
import { builtinNames } from '../../knowledge/builtins';
import type { Expression } from '../../syntax/ast';
import { unwrapped, walk } from '../../syntax/walk';
import type { Check } from '../check';
import { finding } from '../finding';
import { asArgument } from '../textEdits';

export const etaReduction: Check = {
  code: 'eta-reduction',
  ofNodes: {
    function: ({ argument, formals, body, span }, { tree }) => {
      if (argument === null || formals !== null) return [];
      const call = unwrapped(body);
      if (call.kind !== 'apply' || call.argument.kind !== 'variable') return [];
      if (call.argument.name !== argument.name || !isStable(call.function)) return [];
      if (mentions(call.function, argument.name)) return [];
      const newText = asArgument(tree.text, call.function);
      const fixes = [{ title: `Write \`${newText}\``, edits: [{ ...span, newText }] }];
      return [
        finding('eta-reduction', 'hint', span, 'This function only calls another with its argument.', {
          fixes,
        }),
      ];
    },
  },
};

/** Whether evaluating the function earlier changes nothing: a name or a builtin. */
function isStable(callee: Expression): boolean {
  if (callee.kind === 'variable') return true;
  if (callee.kind !== 'select' || callee.expression.kind !== 'variable' || callee.default !== null)
    return false;
  const [name] = callee.path.names;
  return callee.expression.name === 'builtins' && builtinNames.has(name?.name ?? '');
}

function mentions(expression: Expression, name: string): boolean {
  let found = false;
  walk(expression, (each) => {
    found ||= each.kind === 'variable' && each.name === name;
    return !found;
  });
  return found;
}
