/** A name of a `let` replaced by its value wherever it is used, and its binding taken out. */
import type { Expression, Let } from '../../syntax/ast';
import { nodesAt } from '../../syntax/nodes';
import type { Replacement } from '../../syntax/replacement';
import { nameAt } from '../nameAt';
import { takenOut } from '../rename';
import type { Definition, Names, Use } from '../scopes';
import { removal, textOf } from '../textEdits';
import type { Assist, AssistContext } from './assist';
import { freeUses } from './freeNames';
import { inPlaceOf } from './placing';

export const inlineLet: Assist = (context) => {
  const { tree, names, span } = context;
  const definition = nameAt(names, span.start)?.definition;
  if (definition?.kind !== 'let' || definition.sites.length !== 1 || definition.uses.length === 0) return [];
  const origin = definition.sites[0]?.origin;
  const owner = definition.scope.owner;
  if (origin === undefined || !('kind' in origin) || origin.kind !== 'binding' || owner?.kind !== 'letIn')
    return [];
  if (origin.path.names.length !== 1 || definition.scope.open) return [];
  if (!keepsMeaning(names, definition, origin.value)) return [];
  const inherited = definition.uses.filter((use) => use.origin.kind === 'inherit').map((use) => use.origin);
  // Two names of one `inherit` would have to leave it at once.
  if (new Set(inherited).size < inherited.length) return [];
  const edits = [
    ...definition.uses.flatMap((use) => inlined(context, use, origin.value)),
    withoutBinding(tree.text, owner, origin.span),
  ];
  return [{ title: `Inline \`${definition.name}\``, kind: 'inline', edits }];
};

/** Whether each name of the value means at every use what it means in the binding. */
function keepsMeaning(names: Names, { uses, scope }: Definition, value: Expression): boolean {
  const free = freeUses(names, value.span);
  const all = names.uses.filter(({ span }) => span.start >= value.span.start && span.end <= value.span.end);
  if (uses.some(({ span }) => span.start >= value.span.start && span.end <= value.span.end)) return false;
  return uses.every((use) => {
    for (let at: Use['scope'] | null = use.scope; at !== null && at !== scope; at = at.parent) {
      for (const { name, other } of all)
        if (at.names.has(name) && (other === 'global' || free.some((one) => one.name === name))) return false;
      if (at.open && free.some(({ other }) => other !== null)) return false;
    }
    return true;
  });
}

function inlined(
  { tree }: AssistContext,
  { origin, span, name }: Use,
  value: Expression,
): readonly Replacement[] {
  if (origin.kind === 'inherit') {
    return takenOut(tree.text, origin, span, `${name} = ${textOf(tree.text, value.span)};`);
  }
  const around = nodesAt(tree.root, span.start);
  const parent = around[around.indexOf(origin) - 1];
  return [{ ...span, newText: inPlaceOf(tree.text, value, parent, origin) }];
}

function withoutBinding(
  text: string,
  { bindings, span, body }: Let,
  binding: { readonly start: number; readonly end: number },
): Replacement {
  if (bindings.length > 1) return removal(text, binding);
  return { start: span.start, end: body.span.start, newText: '' };
}
