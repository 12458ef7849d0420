/** `a.b = 1; a.c = 2;` to `a = { b = 1; c = 2; };`, wherever they stand in the set. */
import type { Binding } from '../../syntax/ast';
import { contains } from '../../syntax/nodes';
import { beginsLine, indentationAt, lineEnding } from '../../syntax/layout';
import type { Replacement } from '../../syntax/replacement';
import type { SyntaxTree } from '../../syntax/syntaxTree';
import { recursiveElsewhere } from '../mergedSets';
import { removal, textOf } from '../textEdits';
import type { Assist } from './assist';
import { bindingsOf } from './convertToInherit';
import { reindented } from './reindent';

type Bound = Extract<Binding, { kind: 'binding' }>;

const step = 2;

export const packBindings: Assist = ({ tree, span, path }) => {
  const index = path.findLastIndex(({ kind }) => kind === 'binding');
  const [owner, at] = [path[index - 1], path[index]];
  if (at?.kind !== 'binding' || !contains(at.path.span, span.start) || at.path.names.length < 2) return [];
  const first = at.path.names[0]?.name;
  const all = bindingsOf(owner);
  if (first == null || recursiveElsewhere(all)) return [];
  const parts = all.filter(
    (each): each is Bound => each.kind === 'binding' && each.path.names[0]?.name === first,
  );
  if (
    parts.some(
      ({ path: { names }, value }) => names.length < 2 && (value.kind !== 'set' || value.form !== 'plain'),
    )
  ) {
    return [];
  }
  const [leading, ...others] = parts;
  if (leading === undefined) return [];
  const isMany = beginsLine(tree.text, leading.span.start);
  const outer = indentationAt(tree.text, leading.span.start);
  const between = isMany ? `${lineEnding(tree.text)}${outer}${' '.repeat(step)}` : ' ';
  const end = isMany ? `${lineEnding(tree.text)}${outer}` : ' ';
  const inner = parts.flatMap((part) => innerOf(tree, part, isMany ? outer.length + step : null));
  const name = textOf(tree.text, leading.path.names[0]?.span ?? leading.path.span);
  const newText = `${name} = {${between}${inner.join(between)}${end}};`;
  const edits: Replacement[] = [
    { ...leading.span, newText },
    ...others.map((other) => removal(tree.text, other.span)),
  ];
  const title =
    others.length === 0 ? `Pack into \`${name} = { … }\`` : `Pack all of \`${name}\` into one set`;
  return [{ title, kind: 'rewrite', edits }];
};

/** The bindings of the set that a part stands for. */
function innerOf(
  tree: SyntaxTree,
  { path, value, span }: Bound,
  indentation: number | null,
): readonly string[] {
  const by = (from: number): number =>
    indentation === null ? 0 : indentation - indentationAt(tree.text, from).length;
  const second = path.names[1];
  if (second !== undefined)
    return [reindented(tree, { start: second.span.start, end: span.end }, by(span.start))];
  const { bindings } = value.kind === 'set' ? value : { bindings: [] };
  return bindings.map((each) => reindented(tree, each.span, by(each.span.start)));
}
