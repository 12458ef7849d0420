/** `environment-outside-env`: what is meant as a variable of the environment says so in `env`. */
import { finding } from '../../analysis/finding';
import type { Lint } from '../lint';
import { renamed } from './facts';

export const environmentOutsideEnv: Lint = {
  code: 'environment-outside-env',
  isOfNixpkgs: true,
  of: ({ derivation: { attributes } }) =>
    [...attributes.values()].flatMap((attribute) => {
      const { name, nameSpan } = attribute;
      if (!/^[A-Z][A-Z0-9]*_[A-Z0-9_]*$/.test(name)) return [];
      const env = attributes.get('env');
      const fix = env === undefined || env.value === null ? renamed(attribute, `env.${name}`) : null;
      const message = `\`${name}\` is a variable of the environment: as \`env.${name}\` it is one with \`__structuredAttrs\`, too.`;
      return [
        finding('environment-outside-env', 'information', nameSpan, message, {
          fixes: fix === null ? [] : [fix],
        }),
      ];
    }),
};
