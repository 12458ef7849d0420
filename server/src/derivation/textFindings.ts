/** All that a text alone tells of itself: what its language's checks find, and what the lints find in its derivations. */
import type { Finding } from '../analysis/finding';
import { findingsOf } from '../analysis/findings';
import type { SyntaxTree } from '../syntax/syntaxTree';
import { lintsOf } from './lints';

/** In order of position. */
export function textFindings(tree: SyntaxTree): readonly Finding[] {
  const [checks, lints] = [findingsOf(tree), lintsOf(tree)];
  if (lints.length === 0) return checks;
  return [...checks, ...lints].sort((a, b) => a.span.start - b.span.start);
}
