/** `with x; [ a b ]` to `[ x.a x.b ]`. */
import type { Replacement } from '../../syntax/replacement';
import { takenOut } from '../rename';
import type { Use } from '../scopes';
import { textOf } from '../textEdits';
import type { Assist, AssistContext } from './assist';
import { namesGivenBy } from './withUses';

export const withToSelect: Assist = (context) => {
  const { tree, names, span, path } = context;
  const node = path.findLast(({ kind }) => kind === 'with');
  if (node?.kind !== 'with' || span.start >= node.body.span.start) return [];
  const { environment } = node;
  const isPath =
    environment.kind === 'variable' || (environment.kind === 'select' && environment.default === null);
  const given = namesGivenBy(names, node);
  if (!isPath || given === null || given.length === 0) return [];
  const root = names.uses.find(({ span: each }) => each.start === environment.span.start);
  if (root === undefined || given.some((use) => isHidden(use, root))) return [];
  const set = textOf(tree.text, environment.span);
  const edits = [
    { start: node.span.start, end: node.body.span.start, newText: '' },
    ...given.flatMap((use) => selected(context, use, set)),
  ];
  return [{ title: `Convert \`with\` to \`${set}.…\``, kind: 'rewrite', edits }];
};

/** Whether the set's own name means something else where the attribute is used. */
function isHidden(use: Use, root: Use): boolean {
  for (
    let at: Use['scope'] | null = use.scope;
    at !== null && at !== root.definition?.scope;
    at = at.parent
  ) {
    if (at.names.has(root.name)) return true;
  }
  return root.other === 'with';
}

function selected(
  { tree: { text } }: AssistContext,
  { name, span, origin }: Use,
  set: string,
): readonly Replacement[] {
  if (origin.kind === 'variable') return [{ ...span, newText: `${set}.${name}` }];
  return takenOut(text, origin, span, `${name} = ${set}.${name};`);
}
