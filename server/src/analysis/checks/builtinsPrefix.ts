/** `builtins-prefix`: `builtins.map` and others that need no prefix. */
import { globalNames } from '../../knowledge/builtins';
import type { Check } from '../check';
import { finding } from '../finding';

/** Those that everybody writes without. */
const usual = new Set(
  'abort baseNameOf builtins derivation dirOf false import isNull map null removeAttrs throw toString true'.split(
    ' ',
  ),
);

export const builtinsPrefix: Check = {
  code: 'builtins-prefix',
  ofNodes: {
    select: ({ expression, path, span }, { isBound }) => {
      const name = path.names[0]?.name ?? '';
      if (expression.kind !== 'variable' || expression.name !== 'builtins') return [];
      if (!usual.has(name) || !globalNames.has(name) || path.names.length !== 1) return [];
      if (isBound(name) || isBound('builtins')) return [];
      const prefix = { start: span.start, end: path.span.start };
      const fixes = [{ title: 'Remove `builtins.`', edits: [{ ...prefix, newText: '' }] }];
      const message = `\`${name}\` needs no \`builtins.\`.`;
      return [
        finding('builtins-prefix', 'hint', prefix, message, { tag: 'unnecessary', fixes, isSafe: true }),
      ];
    },
  },
};
