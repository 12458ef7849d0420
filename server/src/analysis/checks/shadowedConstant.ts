/** `shadowed-constant`: `true`, `false` or `null` given another meaning. */
import type { Check } from '../check';
import { finding } from '../finding';

export const shadowedConstant: Check = {
  code: 'shadowed-constant',
  ofNames: ({ definitions }) =>
    definitions
      .filter(({ name, kind }) => /^(?:true|false|null)$/.test(name) && kind !== 'rec')
      .map(({ name, sites }) => {
        const message = `Here \`${name}\` no longer means what it means everywhere else.`;
        return finding('shadowed-constant', 'warning', sites[0]?.span ?? { start: 0, end: 0 }, message);
      }),
};
