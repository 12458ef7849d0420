/** What the names that a piece uses and does not bind mean where it stands. */
import { isGlobalName } from '../knowledge/builtins';
import type { Variable } from '../syntax/ast';
import type { Span } from '../syntax/syntaxTree';
import { definitionOf, isOpenAt, type NameSearch } from './nameSearch';
import type { PieceNames } from './piece';
import type { Definition, Scope } from './scopes';

export interface OuterMeanings {
  /** Names that neither the text nor Nix defines; null when there are none. */
  readonly unbound: ReadonlySet<string> | null;
  /** Whether one of them cannot come from a `with` either. */
  readonly hasUndefined: boolean;
}

const allKnown: OuterMeanings = { unbound: null, hasUndefined: false };

/** Looks names up in the scopes around pieces, each name once a scope, and notes there that they are used. */
export class OuterNames {
  private readonly known = new Map<Scope, Map<string, Definition | 'global' | 'unbound'>>();
  /** Definitions of which a use is noted that lies outside of what they define: no more are needed. */
  private readonly settled = new Set<Definition>();

  constructor(private readonly search: NameSearch) {}

  meaningsFor({ free }: PieceNames, span: Span, scope: Scope): OuterMeanings {
    const known = this.knownIn(scope);
    let unbound: Set<string> | null = null;
    let hasUndefined = false;
    for (const { name, someOpen, someClosed } of free) {
      const meaning = known.get(name) ?? this.lookUp(name, scope, known);
      if (meaning === 'global') continue;
      if (meaning !== 'unbound') {
        if (!this.settled.has(meaning)) this.note(meaning, span, scope);
        continue;
      }
      (unbound ??= new Set()).add(name);
      const isOpen = isOpenAt(scope);
      if (isOpen || someOpen) this.search.markWiths(scope);
      hasUndefined ||= !isOpen && someClosed;
    }
    return unbound === null ? allKnown : { unbound, hasUndefined };
  }

  private knownIn(scope: Scope): Map<string, Definition | 'global' | 'unbound'> {
    const before = this.known.get(scope);
    if (before !== undefined) return before;
    const made = new Map<string, Definition | 'global' | 'unbound'>();
    this.known.set(scope, made);
    return made;
  }

  private lookUp(
    name: string,
    scope: Scope,
    known: Map<string, Definition | 'global' | 'unbound'>,
  ): Definition | 'global' | 'unbound' {
    const meaning = definitionOf(name, scope) ?? (isGlobalName(name) ? 'global' : 'unbound');
    known.set(name, meaning);
    return meaning;
  }

  /** Notes that a name is used in a piece; of many uses only as many as tell whether it is used, and elsewhere than by itself. */
  private note(definition: Definition, span: Span, scope: Scope): void {
    const { sites, uses, name } = definition;
    const isOwn = sites.some(({ origin }) => origin.span.start <= span.start && span.end <= origin.span.end);
    if (!isOwn) this.settled.add(definition);
    else if (uses.length > 0) return;
    const origin: Variable = { kind: 'variable', span, name };
    uses.push({ name, span, origin, definition, other: null, scope });
  }
}
