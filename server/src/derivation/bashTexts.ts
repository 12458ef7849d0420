/** Every string of a text, or of a part of it, in which bash is written. Pure; survives any depth. */
import type { StringLiteral } from '../syntax/ast';
import { childrenOf, type WalkedNode } from '../syntax/nodes';
import type { Span, SyntaxTree } from '../syntax/syntaxTree';
import { bashOf } from './bashTextAt';

interface Place {
  readonly node: WalkedNode;
  readonly around: Place | null;
}

/** Takes a tree and a part of its text; what lies outside of it is not looked at. */
export function bashTexts({ root, text }: Pick<SyntaxTree, 'root' | 'text'>, part: Span): StringLiteral[] {
  const found: StringLiteral[] = [];
  const places: Place[] = root === null ? [] : [{ node: root, around: null }];
  for (let place = places.pop(); place !== undefined; place = places.pop()) {
    const { node } = place;
    if (node.span.start >= part.end || node.span.end <= part.start) continue;
    if (node.kind === 'string' && bashOf(text, pathTo(place)) !== null) found.push(node);
    for (const child of childrenOf(node)) places.push({ node: child, around: place });
  }
  return found;
}

/** From the outside inwards. As deep as decides whether a string is bash: nothing is passed on through more. */
function pathTo(place: Place): readonly WalkedNode[] {
  const path: WalkedNode[] = [];
  for (let at: Place | null = place; at !== null && path.length < deepest; at = at.around) path.push(at.node);
  return path.reverse();
}

const deepest = 200;
