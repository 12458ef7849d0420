/** Which name stands at a place, and every place where the same one stands. */
import type { Span } from '../syntax/syntaxTree';
import type { Definition, Names, Use } from './scopes';

export interface NameAt {
  readonly name: string;
  /** The name under the cursor. */
  readonly span: Span;
  /** Null when the text does not bind it. */
  readonly definition: Definition | null;
  /** Null where it is defined and not used. */
  readonly use: Use | null;
}

/** The name at an offset, a use before a definition (`inherit x` is both); null when there is none. */
export function nameAt({ uses, definitions }: Names, offset: number): NameAt | null {
  const use = uses.find(({ span }) => touches(span, offset));
  if (use !== undefined) return { name: use.name, span: use.span, definition: use.definition, use };
  for (const definition of definitions) {
    const site = definition.sites.find(({ span }) => touches(span, offset));
    if (site !== undefined) return { name: definition.name, span: site.span, definition, use: null };
  }
  return null;
}

export interface Occurrence {
  readonly span: Span;
  readonly isDefinition: boolean;
}

/** Where a name is defined and used, in order of the text. */
export function occurrencesOf({ sites, uses }: Definition): Occurrence[] {
  const all = [
    ...sites.map(({ span }) => ({ span, isDefinition: true })),
    ...uses.map(({ span }) => ({ span, isDefinition: false })),
  ];
  return all.sort((a, b) => a.span.start - b.span.start);
}

function touches({ start, end }: Span, offset: number): boolean {
  return start <= offset && offset <= end;
}
