/** `flag-with-spaces`: the elements of `…Flags` are joined by spaces and split at them again. */
import { finding } from '../../analysis/finding';
import { staticString } from '../staticValue';
import type { Lint } from '../lint';
import { elementsOf, truthOf } from './facts';

export const flagWithSpaces: Lint = {
  code: 'flag-with-spaces',
  of: ({ derivation, tree: { text } }) => {
    if (truthOf(derivation, '__structuredAttrs', text) !== false) return [];
    return [...derivation.attributes.values()]
      .filter(({ name }) =>
        /^(?:make|build|install|check|installCheck|dist|configure|cmake|meson|ninja)Flags$/.test(name),
      )
      .flatMap((attribute) =>
        elementsOf(attribute).elements.flatMap(({ expression }) => {
          const value = staticString(expression, attribute.scope, text) ?? '';
          if (!/\S\s+\S/.test(value)) return [];
          const message = `The builder splits this at its spaces into ${value.trim().split(/\s+/).length} arguments. Give each a string of its own; where the space belongs to the value, add to \`${attribute.name}Array\` in a hook, or set \`__structuredAttrs = true\`.`;
          return [finding('flag-with-spaces', 'warning', expression.span, message)];
        }),
      );
  },
};
