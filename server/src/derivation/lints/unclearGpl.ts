/** `unclear-gpl`: a GPL that does not say whether later versions are allowed. */
import { finding, type Finding } from '../../analysis/finding';
import type { Expression } from '../../syntax/ast';
import { childrenOf, unwrapped } from '../../syntax/walk';
import type { Lint } from '../lint';
import { metaEntries } from './metaEntries';

const unclear = /^(?:gpl[123]|lgpl(?:2|21|3)|agpl3|fdl1[123])$/;

export const unclearGpl: Lint = {
  code: 'unclear-gpl',
  of: ({ derivation, tree: { text } }) => {
    const license = metaEntries(derivation)?.values.get('license') ?? null;
    return license === null ? [] : licensesIn(license).flatMap((one) => findingsOf(one, text));
  },
};

/** Names that stand for licenses, the last of each path. */
function licensesIn(value: Expression): readonly { readonly start: number; readonly end: number }[] {
  const expression = unwrapped(value);
  if (expression.kind === 'variable') return [expression.span];
  if (expression.kind === 'select') return expression.path.names.slice(-1).map(({ span }) => span);
  const inside = expression.kind === 'with' ? [expression.body] : childrenOf(expression);
  return inside.flatMap(licensesIn);
}

function findingsOf(
  span: { readonly start: number; readonly end: number },
  text: string,
): readonly Finding[] {
  const name = text.slice(span.start, span.end);
  if (!unclear.test(name)) return [];
  const fixes = [`${name}Plus`, `${name}Only`].map((newText) => ({
    title: `Write \`${newText}\``,
    edits: [{ ...span, newText }],
  }));
  const message = `\`${name}\` does not say whether later versions of the license are allowed, too: \`${name}Plus\` if they are, else \`${name}Only\`.`;
  return [finding('unclear-gpl', 'information', span, message, { tag: 'deprecated', fixes })];
}
