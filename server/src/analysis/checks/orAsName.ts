/** `or-as-name`: `or` read as a name, as in `f or [ ]`, which is hardly ever meant. */
import type { Check } from '../check';
import { finding } from '../finding';

export const orAsName: Check = {
  code: 'or-as-name',
  ofNodes: {
    variable: ({ name, span }) => {
      if (name !== 'or') return [];
      const message =
        '`or` is read as a name here: it gives a default only after a selection, as in `x.a or 1`. Or is written `||`.';
      return [finding('or-as-name', 'warning', span, message)];
    },
  },
};
