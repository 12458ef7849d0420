/** The names that a part of a text takes from around it. Pure. */
import type { Span } from '../../syntax/syntaxTree';
import type { Names, Scope, Use } from '../scopes';

/** The uses inside a span of what is bound outside it, or may be given by a `with` outside; not those of Nix's own names. */
export function freeUses({ uses }: Names, span: Span): readonly Use[] {
  return uses.filter((use) => {
    const { definition, other } = use;
    if (!isWithin(use.span, span) || other === 'global') return false;
    if (other === 'with') return openScopes(use).some((scope) => !isMadeWithin(scope, span));
    return definition === null || !isWithin(definition.scope.span, span);
  });
}

/** Whether a name may come from a `with` inside a span as well as from one outside. */
export function mixesWiths({ uses }: Names, span: Span): boolean {
  return uses.some((use) => {
    if (!isWithin(use.span, span) || use.other !== 'with') return false;
    const inside = openScopes(use).filter((scope) => isMadeWithin(scope, span)).length;
    return inside > 0 && inside < openScopes(use).length;
  });
}

function openScopes({ scope }: Use): readonly Scope[] {
  const found: Scope[] = [];
  for (let at: Scope | null = scope; at !== null; at = at.parent) if (at.open) found.push(at);
  return found;
}

/** The body of a `with` may be what is looked at: its scope is made around that. */
function isMadeWithin({ owner, span }: Scope, outer: Span): boolean {
  return isWithin(owner?.span ?? span, outer);
}

function isWithin(inner: Span, outer: Span): boolean {
  return inner.start >= outer.start && inner.end <= outer.end;
}

/** A name that nothing in the text has yet: this one, or with a number. */
export function unusedName({ uses, definitions }: Names, wanted: string): string {
  const there = new Set([...uses, ...definitions].map(({ name }) => name));
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted}${number}`;
    if (!there.has(name)) return name;
  }
}
