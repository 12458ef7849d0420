/** The names of a text, found when somebody asks. */
import { contains } from '../syntax/nodes';
import type { SyntaxTree } from '../syntax/syntaxTree';
import { NameSearch } from './nameSearch';
import type { Names } from './scopes';

const known = new WeakMap<SyntaxTree, Names>();

/** All names of a text; found once for each version of it. */
export function namesOf(tree: SyntaxTree): Names {
  const found = known.get(tree) ?? search(tree, new NameSearch());
  known.set(tree, found);
  return found;
}

/** Who asks at more places of a text than this is better served with all of its names. */
const fewPlaces = 16;
const askedPlaces = new WeakMap<SyntaxTree, number>();

/** Those of the scopes around a place, and the uses at it: as much as can be told without looking through the whole text. */
export function namesAround(tree: SyntaxTree, offset: number): Names {
  const asked = (askedPlaces.get(tree) ?? 0) + 1;
  askedPlaces.set(tree, asked);
  if (known.has(tree) || asked > fewPlaces) return namesOf(tree);
  return search(tree, new NameSearch(({ span }) => !contains(span, offset)));
}

function search({ root, text }: SyntaxTree, names: NameSearch): Names {
  return root === null ? names : names.through(root, names.outermost({ start: 0, end: text.length }));
}
