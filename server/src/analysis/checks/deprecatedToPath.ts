/** `deprecated-to-path`: `builtins.toPath`, which Nix itself advises against. */
import type { Expression } from '../../syntax/ast';
import type { Check } from '../check';
import { finding } from '../finding';
import { asArgument } from '../textEdits';

export const deprecatedToPath: Check = {
  code: 'deprecated-to-path',
  ofNodes: {
    apply: (node, { tree: { text } }) => {
      if (!isToPath(node.function)) return [];
      const newText = `(/. + ${asArgument(text, node.argument)})`;
      const fixes = [{ title: `Write \`${newText}\``, edits: [{ ...node.span, newText }] }];
      const message =
        '`toPath` is deprecated: write `/. + "/path"` for an absolute path, `./. + "/path"` for a relative one.';
      return [
        finding('deprecated-to-path', 'warning', node.function.span, message, { tag: 'deprecated', fixes }),
      ];
    },
  },
};

function isToPath(callee: Expression): boolean {
  if (callee.kind === 'variable') return callee.name === '__toPath';
  if (callee.kind !== 'select' || callee.expression.kind !== 'variable') return false;
  return callee.expression.name === 'builtins' && callee.path.names[0]?.name === 'toPath';
}
