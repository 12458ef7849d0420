/** Fixes for names that nothing has, of those that Nix, or who calls the file, says may be meant. Pure. */
import { definitionPlace } from '../analysis/modules/definitions';
import { namesOf } from '../analysis/names';
import { wrongDefinition } from '../builds/explanations/wrongDefinition';
import { formalPlace } from '../derivation/memberPlace';
import { parseAttrPath } from '../nix/attrPath';
import type { AttributeName } from '../syntax/ast';
import { allNodes, contains, type WalkedNode } from '../syntax/nodes';
import type { Span, SyntaxTree, TextFix } from '../syntax/syntaxTree';

const missing = /attribute ['‘]([^'’]+)['’] missing|unexpected argument ['‘]([^'’]+)['’]/;
/** Of Nix, of nixpkgs' `callPackage`, and of ours. */
const lacking = /required argument ['‘"]([^'’"]+)['’"]|(?:does not give|The package set has no) '([^']+)'/;
const meant = /\b[Dd]id you mean (?:one of )?(.+)\?['’]?$/m;

/**
 * `message` is what is said of it, `line` the offsets of the line that it blames. None where nobody has an idea, or where it is not clear
 * which of several places is meant.
 */
export function nearNameFixes(tree: SyntaxTree, line: Span, message: string): readonly TextFix[] {
  const option = wrongDefinition(message);
  if (option !== null) return nearOptionFixes(tree, parseAttrPath(option.option), message);
  const names = namesMeant(message);
  const [, byNix, byUs] = lacking.exec(message) ?? [];
  const formal = byNix ?? byUs;
  const spans = formal === undefined ? placeSaid(tree, line, message) : formalSpans(tree, formal);
  return spans.length === 0 ? [] : names.map((name) => writing(name, spans));
}

/** Options that nixpkgs' `lib/modules.nix` says may be meant: those beside the one that does not exist. */
function nearOptionFixes(
  { root }: SyntaxTree,
  wrong: readonly string[],
  message: string,
): readonly TextFix[] {
  const span = root === null ? null : definitionPlace(root, wrong);
  const said = meant.exec(message)?.[1] ?? '';
  const names = [...said.matchAll(/`([^']+)'/g)].flatMap(([, option = '']) =>
    parseAttrPath(option).slice(-1),
  );
  return span === null ? [] : names.filter(isPlainName).map((name) => writing(name, [span]));
}

/** The fix that writes a name at these places. */
export function writing(name: string, spans: readonly Span[]): TextFix {
  return { title: `Write \`${name}\``, edits: spans.map((span) => ({ ...span, newText: name })) };
}

/** What is said to be meant, of names that may be written as they are. */
export function namesMeant(message: string): readonly string[] {
  const names = meant.exec(message)?.[1]?.split(/, | or /) ?? [];
  return names.map((name) => name.replace(/^"(.*)"$/, '$1')).filter(isPlainName);
}

/** Whether it may be written without quotes. */
export function isPlainName(name: string): boolean {
  return /^[a-zA-Z_][\w'-]*$/.test(name);
}

/** An argument that the file's function takes, and its uses. */
function formalSpans(tree: SyntaxTree, name: string): readonly Span[] {
  const place = tree.root === null ? null : formalPlace(tree.root, name);
  if (place === null) return [];
  const uses = namesOf(tree).uses.filter(({ definition }) =>
    definition?.sites.some(({ span }) => span.start === place.start),
  );
  return [place, ...uses.map(({ span }) => span)];
}

function placeSaid({ root }: SyntaxTree, line: Span, message: string): readonly Span[] {
  const [, attribute, argument] = missing.exec(message) ?? [];
  const written = attribute ?? argument;
  if (written === undefined) return [];
  const places = placesOf([...allNodes(root)], written, attribute !== undefined);
  const onLine = places.filter(({ span }) => contains(line, span.start));
  const [place, another] = onLine.length > 0 ? onLine : places;
  return place === undefined || another !== undefined ? [] : [place.span];
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
