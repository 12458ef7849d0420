/** `legacy-let`: `let { …; body = …; }`. */
import type { Check } from '../check';
import type { Binding } from '../../syntax/ast';
import { finding } from '../finding';

export const legacyLet: Check = {
  code: 'legacy-let',
  ofNodes: {
    set: ({ form, span, bindings }) => {
      if (form !== 'let') return [];
      const { start, end } = span;
      const edits = [
        { start, end: start + 3, newText: '(rec' },
        { start: end, end, newText: ').body' },
      ];
      const fixes = [{ title: 'Write `(rec { … }).body`', edits }];
      const hasBody = bindings.some(bindsBody);
      const message = `\`let { … }\` is deprecated: write \`let … in …\`, or \`(rec { … }).body\`.${hasBody ? '' : ' Its value is that of `body`, which this does not bind.'}`;
      return [
        finding('legacy-let', 'warning', { start, end: start + 3 }, message, {
          tag: 'deprecated',
          fixes,
          isSafe: true,
        }),
      ];
    },
  },
};

function bindsBody(binding: Binding): boolean {
  const names = binding.kind === 'inherit' ? binding.names : binding.path.names.slice(0, 1);
  return names.some(({ name }) => name === 'body');
}
