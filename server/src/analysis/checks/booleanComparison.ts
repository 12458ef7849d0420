/** `boolean-comparison`: `x == true`, which is `x` where `x` is a boolean. */
import type { Expression } from '../../syntax/ast';
import { unwrapped } from '../../syntax/walk';
import type { Check } from '../check';
import { finding, type Checked } from '../finding';
import { asArgument } from '../textEdits';

export const booleanComparison: Check = {
  code: 'boolean-comparison',
  ofNodes: {
    binary: (node, checked) => {
      if (node.operator !== '==' && node.operator !== '!=') return [];
      const right = literal(node.right, checked);
      const value = right ?? literal(node.left, checked);
      if (value === null) return [];
      const compared = right === null ? node.right : node.left;
      // What has a default is often no boolean.
      const inner = unwrapped(compared);
      if (inner.kind === 'select' && inner.default !== null) return [];
      const operand = asArgument(checked.tree.text, compared);
      const newText = (node.operator === '==') === value ? operand : `!${operand}`;
      const fixes = [{ title: `Write \`${newText}\``, edits: [{ ...node.span, newText }] }];
      const message = 'A boolean needs no comparison with `true` or `false`.';
      return [finding('boolean-comparison', 'hint', node.span, message, { fixes })];
    },
  },
};

/** The value of `true` and `false`, as long as nothing else has the name; null for all else. */
function literal(expression: Expression, { isBound }: Checked): boolean | null {
  if (expression.kind !== 'variable' || !/^(?:true|false)$/.test(expression.name)) return null;
  return isBound(expression.name) ? null : expression.name === 'true';
}
