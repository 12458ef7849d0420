/** `misspelt-attribute`: one that is nearly what stdenv or the builder reads, and that nothing of the derivation names. */
import { finding } from '../../analysis/finding';
import { nearest } from '../../analysis/similarNames';
import { attributesOfMaker } from '../../knowledge/derivationAttributes';
import type { Lint } from '../lint';
import { renamed } from './facts';

export const misspeltAttribute: Lint = {
  code: 'misspelt-attribute',
  of: ({ derivation, tree }) => {
    const known = attributesOfMaker(derivation.maker);
    return [...derivation.attributes.values()].flatMap((attribute) => {
      const { name, nameSpan } = attribute;
      if (known.has(name) || !/^[a-z]\w*$/.test(name)) return [];
      const meant = meantBy(name, [...known.keys()]);
      if (meant === null || derivation.attributes.has(meant) || isRead(name, tree.text)) return [];
      const fix = renamed(attribute, meant);
      const message = `Nothing reads \`${name}\`. Did you mean \`${meant}\`?`;
      return [
        finding('misspelt-attribute', 'warning', nameSpan, message, { fixes: fix === null ? [] : [fix] }),
      ];
    });
  },
};

const shortest = 6;

function meantBy(name: string, known: readonly string[]): string | null {
  const sameLetters = known.find((one) => one.toLowerCase() === name.toLowerCase());
  if (sameLetters !== undefined) return sameLetters;
  return name.length < shortest ? null : nearest(name, known, name.length < 10 ? 1 : 2);
}

/** A variable of the author's own is named again: in a script, in Nix, or in a file’s placeholder. */
function isRead(name: string, text: string): boolean {
  return (text.match(new RegExp(`\\b${name}\\b`, 'g')) ?? []).length > 1;
}
