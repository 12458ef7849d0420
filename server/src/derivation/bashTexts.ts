/** Every string of a text, or of a part of it, in which bash is written. Pure; survives any depth. */
import type { StringLiteral } from '../syntax/ast';
import { pathTo, stepsThrough } from '../syntax/nodes';
import type { Span, SyntaxTree } from '../syntax/syntaxTree';
import { bashOf } from './bashTextAt';

/** As deep as decides whether a string is bash: nothing is passed on through more. */
const deepest = 200;

/** Takes a tree and a part of its text; what lies outside of it is not looked at. */
export function bashTexts({ root, text }: Pick<SyntaxTree, 'root' | 'text'>, part: Span): StringLiteral[] {
  const found: StringLiteral[] = [];
  for (const step of stepsThrough(root, ({ span }) => span.start < part.end && part.start < span.end)) {
    const { node } = step;
    if (node.kind === 'string' && bashOf(text, pathTo(step, deepest)) !== null) found.push(node);
  }
  return found;
}
