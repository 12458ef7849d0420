/** The names that a `with` gives for certain. Pure. */
import type { With } from '../../syntax/ast';
import type { Names, Use } from '../scopes';

/** Null when a name may come from another `with` or set around, so that nobody can tell before evaluation. */
export function namesGivenBy({ uses, scopes }: Names, node: With): readonly Use[] | null {
  const own = scopes.find((scope) => scope.with === node);
  if (own === undefined) return null;
  const given: Use[] = [];
  for (const use of uses) {
    if (use.other !== 'with' || use.span.start < node.body.span.start || use.span.end > node.body.span.end)
      continue;
    for (let at: Use['scope'] | null = use.scope; at !== null; at = at.parent)
      if (at.open && at !== own) return null;
    given.push(use);
  }
  return given;
}
