/** Fixes for a name that Nix did not find and has no idea of: names like it in the sets that could have had it. */
import { askedAttributes, askedOfWiths, type AskedNames } from '../analysis/slices/asked';
import type { PackageSets } from '../analysis/slices/packageSets';
import { namesOf } from '../analysis/names';
import { scopeAt, visibleNames } from '../analysis/scopes';
import type { OpenDocument } from '../documents';
import { likeliest } from '../similarNames';
import { allNodes, contains } from '../syntax/nodes';
import type { Span, SyntaxTree, TextFix } from '../syntax/syntaxTree';
import { namesMeant, writing } from './nearNames';
import type { ValueAnswers } from './valueAnswers';

/** Nobody waits long for a lightbulb. */
const patienceMs = 1000;
const notFound = /undefined variable ['‘]([^'’]+)['’]|attribute ['‘]([^'’]+)['’] missing/;

/** `line` are the offsets of the line that Nix blames. None where Nix itself says what may be meant. */
export async function nearValueFixes(
  values: ValueAnswers,
  document: OpenDocument,
  line: Span,
  message: string,
): Promise<readonly TextFix[]> {
  const [, variable, attribute] = namesMeant(message).length > 0 ? [] : (notFound.exec(message) ?? []);
  const name = variable ?? attribute;
  const { tree } = document;
  const span = name === undefined ? null : placeOf(tree, line, name, variable !== undefined);
  if (name === undefined || span === null) return [];
  const sets = await values.setsOf(document, patienceMs);
  if (sets === undefined || sets === 'late') return [];
  const known = variable === undefined ? [] : visibleNames(scopeAt(namesOf(tree), span.start));
  const asked = askedAt(tree, span.start, sets, variable !== undefined);
  const told = await Promise.all(
    asked.map(({ places }) => values.ask(document, places, 'names', patienceMs)),
  );
  const names = told.flatMap((answer) => (answer === 'late' ? [] : (answer?.names ?? [])));
  return likeliest(name, [...known, ...names]).map((meant) => writing(meant, [span]));
}

function askedAt(
  tree: SyntaxTree,
  offset: number,
  sets: PackageSets,
  isVariable: boolean,
): readonly AskedNames[] {
  return isVariable ? askedOfWiths(tree, offset, sets) : askedAttributes(tree, offset, sets);
}

/** The only place on the line where the name is used so. */
function placeOf({ root }: SyntaxTree, line: Span, written: string, isVariable: boolean): Span | null {
  const places = [...allNodes(root)].flatMap((node): readonly Span[] => {
    if (isVariable) return node.kind === 'variable' && node.name === written ? [node.span] : [];
    const names = node.kind === 'select' ? node.path.names : [];
    return names.filter(({ name }) => name === written).map(({ span }) => span);
  });
  const [place, another] = places.filter(({ start }) => contains(line, start));
  return place === undefined || another !== undefined ? null : place;
}
