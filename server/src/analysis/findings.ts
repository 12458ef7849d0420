/** All that the analysis has to say about a text. */
import type { SyntaxTree } from '../syntax/syntaxTree';
import type { Finding } from './finding';
import { withoutIgnored } from './ignoreComments';
import { pieceSize } from './piece';
import { TextCheck } from './textCheck';

const known = new WeakMap<SyntaxTree, readonly Finding[]>();

/** In order of position; found once for each version of a text. `size` is that of a piece; what is found does not hang on it. */
export function findingsOf(tree: SyntaxTree, size = pieceSize): readonly Finding[] {
  const found = known.get(tree) ?? find(tree, size);
  known.set(tree, found);
  return found;
}

function find(tree: SyntaxTree, size: number): readonly Finding[] {
  const faults = tree.faults.map(({ code, span, message, related, fix }): Finding => ({
    code,
    severity: 'error',
    source: 'nix',
    span,
    message,
    tag: null,
    related,
    fixes: fix === null ? [] : [fix],
    isSafe: false,
  }));
  const found = [...faults, ...new TextCheck(tree, size).run()];
  found.sort((a, b) => a.span.start - b.span.start);
  return withoutIgnored(tree, found);
}
