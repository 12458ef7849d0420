/**
 * Pieces: parts of a text small enough to be analysed as a whole, once. What is in a piece says most of what there is to say of it; what the
 * names around it add is put together for each version of the text.
 */
import { isGlobalName } from '../knowledge/builtins';
import { sourceOf } from '../syntax/shifted';
import type { Span } from '../syntax/syntaxTree';
import type { Node } from './check';
import { NameSearch } from './nameSearch';
import type { Scope, Use } from './scopes';

/** Characters. An edit costs the analysis of some of them, each further one a look at all. */
export const pieceSize = 2048;

/** A use of a name that nothing in the piece binds. */
export interface FreeUse {
  /** From the piece's start. */
  readonly span: Span;
  readonly isVariable: boolean;
  /** Whether a `with` in the piece may give the name. */
  readonly isOpen: boolean;
  /** Where those begin, from the piece's start. */
  readonly withs: readonly number[];
}

/** What the names around a piece have to know of it. */
export interface PieceNames {
  readonly free: ReadonlyMap<string, readonly FreeUse[]>;
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
  const names = { free: freeUses(search, node.span.start), boundGlobals: boundGlobals(search) };
  known.set(source, names);
  return { names, search };
}

/** All names in a piece, which for this stands alone. */
export function searchIn(node: Node): NameSearch {
  const search = new NameSearch();
  return search.through(node, search.outermost(node.span));
}

function freeUses({ uses }: NameSearch, start: number): Map<string, FreeUse[]> {
  const free = new Map<string, FreeUse[]>();
  for (const use of uses) {
    if (use.definition !== null) continue;
    const found = freeUse(use, start);
    const before = free.get(use.name);
    if (before === undefined) free.set(use.name, [found]);
    else before.push(found);
  }
  return free;
}

function freeUse({ span, origin, scope }: Use, start: number): FreeUse {
  let isOpen = false;
  const withs: number[] = [];
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    isOpen ||= at.open;
    if (at.with !== null) withs.push(at.with.span.start - start);
  }
  const own = { start: span.start - start, end: span.end - start };
  return { span: own, isVariable: origin.kind === 'variable', isOpen, withs };
}

function boundGlobals({ definitions }: NameSearch): readonly string[] {
  return [...new Set(definitions.map(({ name }) => name).filter(isGlobalName))];
}
