/** `meson-and-cmake`: the hooks of both configure; only the last one’s way is taken. */
import { finding } from '../../analysis/finding';
import { attributePlace } from '../listAttributeEdit';
import type { Lint } from '../lint';
import { elementsOf } from './facts';

export const mesonAndCmake: Lint = {
  code: 'meson-and-cmake',
  of: ({ derivation, tree: { text } }) => {
    const { attributes } = derivation;
    const { elements } = elementsOf(attributes.get('nativeBuildInputs'));
    const named = (name: string) => elements.find((element) => element.name === name);
    const cmake = named('cmake');
    if (cmake === undefined || named('meson') === undefined || attributes.has('configurePhase')) return [];
    if (attributes.has('dontUseCmakeConfigure') || attributes.has('dontUseMesonConfigure')) return [];
    const place = attributePlace(text, derivation, ['nativeBuildInputs']);
    const binding = 'dontUseCmakeConfigure = true;';
    const fixes =
      place === null ? [] : [{ title: 'Let cmake be a program only', edits: [place(() => binding)] }];
    const message = `Both cmake and meson bring a \`configurePhase\`, and only one of them is run. Where meson builds and only calls cmake: \`${binding}\``;
    return [finding('meson-and-cmake', 'information', cmake.expression.span, message, { fixes })];
  },
};
