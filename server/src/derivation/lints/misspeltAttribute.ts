/** `misspelt-attribute`: one that is nearly what stdenv or the builder reads, and that nothing of the file reads. */
import { finding } from '../../analysis/finding';
import { nearest } from '../../similarNames';
import { buildTools } from '../../knowledge/buildTools';
import { attributesOfMaker, type KnownAttribute } from '../../knowledge/derivationAttributes';
import { namesHook } from '../../knowledge/setupHooks';
import { allNodes } from '../../syntax/nodes';
import type { Lint, Linted } from '../lint';
import { renamed } from './facts';

export const misspeltAttribute: Lint = {
  code: 'misspelt-attribute',
  of: ({ derivation, tree }) => {
    const known = attributesOfMaker(derivation.maker);
    return [...derivation.attributes.values()].flatMap((attribute) => {
      const { name, nameSpan } = attribute;
      if (isKnown(name, known) || !/^[a-z]\w*$/.test(name)) return [];
      const meant = meantBy(name, known, tree.text);
      if (meant === null || derivation.attributes.has(meant) || isRead(name, tree)) return [];
      const fix = renamed(attribute, meant);
      const message = `Nothing reads \`${name}\`. Did you mean \`${meant}\`?`;
      return [
        finding('misspelt-attribute', 'warning', nameSpan, message, { fixes: fix === null ? [] : [fix] }),
      ];
    });
  },
};

/** Of flags the array that phases take, too, though bash alone can fill it. */
function isKnown(name: string, known: ReadonlyMap<string, KnownAttribute>): boolean {
  return known.has(name) || known.has(name.replace(/Array$/, ''));
}

const shortest = 6;

function meantBy(name: string, known: ReadonlyMap<string, KnownAttribute>, text: string): string | null {
  const offered = [...known.values()].flatMap((each) =>
    each.needs === undefined || namesHook(text, each.needs) ? [each.name] : [],
  );
  const sameLetters = offered.find((one) => one.toLowerCase() === name.toLowerCase());
  if (sameLetters !== undefined) return sameLetters;
  const meant = name.length < shortest ? null : nearest(name, offered, name.length < 10 ? 1 : 2);
  return meant === null || isAnotherTools(name, meant, known) ? null : meant;
}

/** `qmakeDir` is what its author wants of qmake, and no `cmakeDir`. */
function isAnotherTools(name: string, meant: string, known: ReadonlyMap<string, KnownAttribute>): boolean {
  const [own, others] = [firstWord(name), firstWord(meant)];
  if (own === others) return false;
  return buildTools.has(own) || [...known.keys()].some((one) => firstWord(one) === own);
}

/** `qmake` of `qmakeFlags` and of `dontUseQmakeConfigure`. */
function firstWord(name: string): string {
  const word = /^(?:dontUse|dont|pre|post)?([A-Za-z][a-z0-9]*)/.exec(name)?.[1] ?? name;
  return word.toLowerCase();
}

/** A variable of the author's own is named again: in a script, in Nix, or in a file’s placeholder. */
function isRead(name: string, { root, text }: Linted['tree']): boolean {
  const named = (text.match(new RegExp(`\\b${name}\\b`, 'g')) ?? []).length;
  let bound = 0;
  for (const node of allNodes(root)) {
    if (node.kind === 'binding' && node.path.names.some((each) => each.name === name)) bound++;
    // What is inherited is given on under its name, and read where it comes from: that is one naming.
    if (node.kind === 'inherit' && node.names.some((each) => each.name === name)) bound++;
  }
  return named > bound;
}
