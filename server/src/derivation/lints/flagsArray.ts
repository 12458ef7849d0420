/** `flags-array`: a bash array cannot come out of an attribute, except with `__structuredAttrs`. */
import { finding } from '../../analysis/finding';
import type { Lint } from '../lint';
import { renamed, truthOf } from './facts';

export const flagsArray: Lint = {
  code: 'flags-array',
  of: ({ derivation, tree }) => {
    if (truthOf(derivation, '__structuredAttrs', tree.text) !== false) return [];
    return [...derivation.attributes.values()].flatMap((attribute) => {
      const flags =
        /^((?:make|build|install|check|installCheck|dist|configure|cmake|meson|ninja)Flags)Array$/.exec(
          attribute.name,
        )?.[1];
      if (flags === undefined) return [];
      const fix = derivation.attributes.has(flags) ? null : renamed(attribute, flags);
      const message = `\`${attribute.name}\` reaches the builder as one string, of which the array gets a single element. Give \`${flags}\`, or add to the array in a hook: \`${attribute.name}+=("…")\`.`;
      return [
        finding('flags-array', 'warning', attribute.nameSpan, message, { fixes: fix === null ? [] : [fix] }),
      ];
    });
  },
};
