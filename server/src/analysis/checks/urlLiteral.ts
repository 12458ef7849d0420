/** `url-literal`: a URL without quotes, which newer Nix refuses when told to. */
import type { Check } from '../check';
import { finding } from '../finding';
import { textOf } from '../textEdits';

export const urlLiteral: Check = {
  code: 'url-literal',
  ofNodes: {
    uri: ({ span }, { tree }) => {
      const written = textOf(tree.text, span);
      // `${` cannot stand in it, but a `$` before the end would meet the quote.
      const quoted = `"${written.replace(/\$(?=\{)/g, '\\$')}"`;
      const fixes = [{ title: 'Put it in quotes', edits: [{ ...span, newText: quoted }] }];
      const isFunction = /^[a-zA-Z_][\w'-]*:[a-zA-Z_]/.test(written) && !written.includes('://');
      const message = isFunction
        ? 'This is a URL for Nix, not a function: a function has a blank after its `:`.'
        : 'URLs without quotes are deprecated.';
      return [
        finding('url-literal', 'warning', span, message, { tag: 'deprecated', fixes, isSafe: !isFunction }),
      ];
    },
  },
};
