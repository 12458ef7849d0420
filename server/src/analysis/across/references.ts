/** Every place, in any file, that means what stands at one. */
import type { Span } from '../../syntax/syntaxTree';
import type { FileTree } from './fileTrees';
import { share, type Meanings, type Site } from './meanings';
import { occurrencesAt, occurrencesOfName, type Occurrence } from './occurrences';

export interface Reference {
  readonly in: FileTree;
  readonly span: Span;
  readonly isDefinition: boolean;
}

/** A name with the places that define it. */
export interface Meaning {
  readonly name: string;
  readonly span: Span;
  readonly occurrence: Occurrence;
  readonly sites: readonly Site[];
}

/**
 * What the name at an offset means, followed through `inherit`; null when nobody knows. An attribute that is inherited means what it is
 * taken from.
 */
export async function meaningAt(meanings: Meanings, file: FileTree, offset: number): Promise<Meaning | null> {
  for (const occurrence of occurrencesAt(file.tree, offset)) {
    const sites = await meanings.sitesOf(file, occurrence, 'inherits');
    const name = nameOf(file, occurrence);
    if (sites.length > 0 && name !== null) return { name, span: occurrence.span, occurrence, sites };
  }
  return null;
}

/** The places of one file with this meaning, in order of the text. */
export async function referencesIn(
  meanings: Meanings,
  file: FileTree,
  { name, sites }: Pick<Meaning, 'name' | 'sites'>,
): Promise<readonly Reference[]> {
  const found = new Map<number, Reference>();
  for (const occurrence of occurrencesOfName(file.tree, name)) {
    const { span } = occurrence;
    if (found.has(span.start)) continue;
    const own: Site = { in: file, span };
    const isDefinition = share([own], sites);
    if (isDefinition || share(await meanings.sitesOf(file, occurrence, 'inherits'), sites)) {
      found.set(span.start, { in: file, span, isDefinition });
    }
  }
  return [...found.values()].sort((a, b) => a.span.start - b.span.start);
}

/** The name that an occurrence is of. */
export function nameOf({ tree }: FileTree, occurrence: Occurrence): string | null {
  switch (occurrence.kind) {
    case 'use':
      return occurrence.use.name;
    case 'definition':
      return occurrence.definition.name;
    case 'selected':
      return occurrence.node.path.names[occurrence.depth]?.name ?? null;
    case 'bound':
      return occurrence.binding.path.names[occurrence.depth]?.name ?? null;
    case 'inherited':
      return tree.text.slice(occurrence.span.start, occurrence.span.end).replace(/^"(.*)"$/s, '$1');
  }
}
