/** Fixes for names that Nix did not find while it evaluated, of those that it says may be meant. Pure. */
import type { AttributeName } from '../syntax/ast';
import { allNodes, contains, type WalkedNode } from '../syntax/nodes';
import type { SyntaxTree, TextFix } from '../syntax/syntaxTree';

const missing = /attribute ['‘]([^'’]+)['’] missing|unexpected argument ['‘]([^'’]+)['’]/;
const meant = /Did you mean (?:one of )?(.+)\?$/m;

/**
 * `message` is Nix's, `line` the offsets of the line that it blames. None where Nix has no idea, or where it is not clear which of several
 * places is meant.
 */
export function nearNameFixes(
  { root }: SyntaxTree,
  line: { readonly start: number; readonly end: number },
  message: string,
): readonly TextFix[] {
  const [, attribute, argument] = missing.exec(message) ?? [];
  const written = attribute ?? argument;
  const names = meant.exec(message)?.[1]?.split(/, | or /) ?? [];
  if (written === undefined || names.length === 0) return [];
  const places = placesOf([...allNodes(root)], written, attribute !== undefined);
  const onLine = places.filter(({ span }) => contains(line, span.start));
  const [place, another] = onLine.length > 0 ? onLine : places;
  if (place === undefined || another !== undefined) return [];
  return names
    .filter((name) => /^[a-zA-Z_][\w'-]*$/.test(name))
    .map((name) => ({ title: `Write \`${name}\``, edits: [{ ...place.span, newText: name }] }));
}

/** Plain names that are selected, or that are given to somebody. */
function placesOf(
  nodes: readonly WalkedNode[],
  written: string,
  isSelected: boolean,
): readonly AttributeName[] {
  return nodes.flatMap((node) => {
    const found = isSelected ? selected(node) : node.kind === 'binding' ? node.path.names.slice(0, 1) : [];
    return found.filter(({ name, expression }) => name === written && expression === null);
  });
}

function selected(node: WalkedNode): readonly AttributeName[] {
  if (node.kind === 'select') return node.path.names;
  return node.kind === 'inherit' && node.from !== null ? node.names : [];
}
