/** `misspelt-attribute`: other words for `pythonImportsCheck`, too far from it to be near misses. Source: nixpkgs-hammering’s `python-imports-check-typo`. */
import { finding } from '../../analysis/finding';
import type { Lint } from '../lint';
import { renamed } from './facts';

const meant = 'pythonImportsCheck';
const misspelt: ReadonlySet<string> = new Set([
  'pythonImportTests',
  'pythonImportCheck',
  'pythonImportsTest',
  'pythonCheckImports',
]);

export const misspeltImportsCheck: Lint = {
  code: 'misspelt-attribute',
  of: ({ derivation: { attributes } }) =>
    [...attributes.values()].flatMap((attribute) => {
      const { name, nameSpan } = attribute;
      if (!misspelt.has(name)) return [];
      const fix = attributes.has(meant) ? null : renamed(attribute, meant);
      const message = `Nothing reads \`${name}\`. Did you mean \`${meant}\`?`;
      return [
        finding('misspelt-attribute', 'warning', nameSpan, message, { fixes: fix === null ? [] : [fix] }),
      ];
    }),
};
