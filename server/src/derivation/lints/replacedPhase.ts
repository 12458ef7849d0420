/** `replaced-phase`: `patchPhase` and `fixupPhase` do what no author wants to lose. */
import { finding } from '../../analysis/finding';
import type { Lint } from '../lint';
import { renamed } from './facts';

const lost: Readonly<Record<string, { readonly what: string; readonly hook: string }>> = {
  patchPhase: { what: '`patches` are not applied', hook: 'postPatch' },
  fixupPhase: { what: 'nothing is stripped, no shebang patched and no output set up', hook: 'postFixup' },
};

export const replacedPhase: Lint = {
  code: 'replaced-phase',
  of: ({ derivation: { attributes } }) =>
    Object.entries(lost).flatMap(([name, { what, hook }]) => {
      const attribute = attributes.get(name);
      if (attribute === undefined || attributes.has('phases')) return [];
      const fix = attributes.has(hook) ? null : renamed(attribute, hook);
      const message = `With a \`${name}\` of your own ${what}. Commands of your own belong into \`${hook}\`.`;
      return [
        finding('replaced-phase', 'warning', attribute.nameSpan, message, {
          fixes: fix === null ? [] : [fix],
        }),
      ];
    }),
};
