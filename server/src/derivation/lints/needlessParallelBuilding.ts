/** `needless-parallel-building`: cmake, meson and ninja build side by side anyway. */
import { finding } from '../../analysis/finding';
import type { Lint } from '../lint';
import { elementsOf, truthOf, without } from './facts';

export const needlessParallelBuilding: Lint = {
  code: 'needless-parallel-building',
  of: ({ derivation, tree: { text } }) => {
    const attribute = derivation.attributes.get('enableParallelBuilding');
    if (attribute === undefined || truthOf(derivation, attribute.name, text) !== true) return [];
    const tool = elementsOf(derivation.attributes.get('nativeBuildInputs')).elements.find(({ name }) =>
      /^(?:cmake|meson|ninja)$/.test(name ?? ''),
    )?.name;
    if (tool == null) return [];
    const fixes = [{ title: 'Remove it', edits: [without(text, attribute.span)] }];
    const message = `The setup hook of \`${tool}\` sets this already.`;
    return [
      finding('needless-parallel-building', 'hint', attribute.nameSpan, message, {
        tag: 'unnecessary',
        fixes,
      }),
    ];
  },
};
