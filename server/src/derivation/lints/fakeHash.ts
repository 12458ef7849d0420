/** `fake-hash`: a stand-in where a hash belongs. */
import { finding, type Finding } from '../../analysis/finding';
import type { Expression } from '../../syntax/ast';
import { expressionsAt, unwrapped } from '../../syntax/walk';
import type { SyntaxTree } from '../../syntax/syntaxTree';
import { hashSites } from '../hashSites';
import type { Lint } from '../lint';

const known = new WeakMap<SyntaxTree, readonly Finding[]>();

export const fakeHash: Lint = {
  code: 'fake-hash',
  // A fetcher may stand anywhere: all of the text is looked through, once.
  of: ({ tree }) => {
    const found = known.get(tree) ?? fakesIn(tree);
    known.set(tree, found);
    return found;
  },
};

function fakesIn(tree: SyntaxTree): readonly Finding[] {
  const { root } = tree;
  if (root === null) return [];
  return hashSites(tree, root).flatMap(({ value, written, span, siblings }) => {
    const binding = siblings.find((one) => one.span.start === span.start);
    // Behind a name it is most likely the default of a fetcher's own argument.
    if (binding?.kind !== 'binding' || unwrapped(binding.value) !== value) return [];
    if (isChosen(expressionsAt(root, span.start))) return [];
    if (written !== null && written.digest.some((byte) => byte !== 0)) return [];
    const message =
      'This only stands in for a hash: the build will stop here and say the right one. *Fetch and fill in* does that now.';
    return [finding('fake-hash', 'hint', value.span, message)];
  });
}

/** Whether the set is what an `if` gives: a fetcher’s own, for callers that say no hash. From the outermost expression on. */
function isChosen(around: readonly Expression[]): boolean {
  const set = around.findLastIndex(({ kind }) => kind === 'set');
  return around[set - 1]?.kind === 'if';
}
