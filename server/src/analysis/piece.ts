/**
 * Pieces: parts of a text small enough to be analysed as a whole, once. What is in a piece says most of what there is to say of it; what the
 * names around it add is put together for each version of the text.
 */
import { isGlobalName } from '../knowledge/builtins';
import { sourceOf } from '../syntax/shifted';
import type { Node } from './check';
import { isOpenAt, NameSearch } from './nameSearch';
import type { Scope, Use } from './scopes';

/** Characters. An edit costs the analysis of some of them, each further one a look at all. */
export const pieceSize = 2048;

/** A name that is used in a piece and that nothing in it binds. */
export interface FreeName {
  readonly name: string;
  /** Whether at some of its uses a `with` in the piece may give it. */
  readonly someOpen: boolean;
  /** Whether at some none does. */
  readonly someClosed: boolean;
  /** Where those `with`s begin, from the piece's start. */
  readonly withs: readonly number[];
}

/** What the names around a piece have to know of it. */
export interface PieceNames {
  readonly free: readonly FreeName[];
  /** Names that Nix itself defines and the piece binds. */
  readonly boundGlobals: readonly string[];
}

export interface SearchedPiece {
  readonly names: PieceNames;
  /** Null when it was searched in an earlier version. */
  readonly search: NameSearch | null;
}

const leaves: ReadonlySet<Node['kind']> = new Set<Node['kind']>([
  'variable',
  'number',
  'searchPath',
  'uri',
  'missing',
  'inherit',
]);

export function isPiece({ kind, span }: Node, size: number): boolean {
  return span.end - span.start <= size && !leaves.has(kind);
}

const known = new WeakMap<Node, PieceNames>();

/** The names of a piece; searched once, whatever becomes of the text around. */
export function searchedPiece(node: Node): SearchedPiece {
  const source = sourceOf(node);
  const before = known.get(source);
  if (before !== undefined) return { names: before, search: null };
  const search = searchIn(node);
  const names = { free: freeNames(search, node.span.start), boundGlobals: boundGlobals(search) };
  known.set(source, names);
  return { names, search };
}

/** All names in a piece, which for this stands alone. */
export function searchIn(node: Node): NameSearch {
  const search = new NameSearch();
  return search.through(node, search.outermost(node.span));
}

function freeNames({ uses }: NameSearch, start: number): FreeName[] {
  const byName = new Map<string, Use[]>();
  for (const use of uses) {
    if (use.definition !== null) continue;
    const before = byName.get(use.name);
    if (before === undefined) byName.set(use.name, [use]);
    else before.push(use);
  }
  return [...byName].map(([name, all]) => {
    const open = all.filter(({ scope }) => isOpenAt(scope));
    const withs = new Set(open.flatMap(({ scope }) => withsAround(scope, start)));
    const someClosed = open.length < all.length;
    return { name, someOpen: open.length > 0, someClosed, withs: [...withs] };
  });
}

function withsAround(scope: Scope, start: number): number[] {
  const found: number[] = [];
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    if (at.with !== null) found.push(at.with.span.start - start);
  }
  return found;
}

function boundGlobals({ definitions }: NameSearch): readonly string[] {
  return [...new Set(definitions.map(({ name }) => name).filter(isGlobalName))];
}
