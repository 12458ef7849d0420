/** `float-leading-zero`: `01.5`, which Nix reads as the number `01` and after it the number `.5` (the rules `INT` and `FLOAT` of its `lexer.l`). */
import type { Expression } from '../../syntax/ast';
import type { Check } from '../check';
import { finding, type Finding } from '../finding';

export const floatLeadingZero: Check = {
  code: 'float-leading-zero',
  ofNodes: {
    apply: ({ function: before, argument }) =>
      inTwo(before.kind === 'apply' ? before.argument : before, argument),
    list: ({ elements }) => elements.slice(1).flatMap((element, index) => inTwo(elements[index], element)),
  },
};

function inTwo(whole: Expression | undefined, fraction: Expression): Finding[] {
  if (whole?.kind !== 'number' || fraction.kind !== 'number') return [];
  if (whole.span.end !== fraction.span.start) return [];
  const span = { start: whole.span.start, end: fraction.span.end };
  const newText = `${whole.text}${fraction.text}`.replace(/^0+(?=\d)/, '');
  const fixes = [{ title: `Write \`${newText}\``, edits: [{ ...span, newText }] }];
  const message = `Nix reads two numbers here, \`${whole.text}\` and \`${fraction.text}\`: before its dot a float has no zeros in front.`;
  return [finding('float-leading-zero', 'warning', span, message, { fixes })];
}
