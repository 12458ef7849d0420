/** What a hover tells from what is known of nixpkgs: attributes of derivations and of `meta`, fetchers and what they take. Pure. */
import { namesAround } from '../analysis/names';
import { isUnread, type ShellNames } from '../derivation/shellNames';
import { membersIn, takenAttributes } from '../derivation/takenAttributes';
import { knownFunction } from '../knowledge/functions';
import { contains, nodesAt } from '../syntax/nodes';
import type { Span, SyntaxTree } from '../syntax/syntaxTree';
import { attributeMarkdown, functionMarkdown } from './knownText';
import type { NameHover } from './nameHover';

/** Of the attribute whose name is written at the offset. `shellsOf` gives the shells of the derivations that write it there. */
export function attributeHover(
  { root }: SyntaxTree,
  offset: number,
  shellsOf: (attribute: string, at: Span) => readonly ShellNames[] = () => [],
): NameHover | null {
  const node = nodesAt(root, offset).at(-1);
  if (node?.kind !== 'binding') return null;
  const taken = takenAttributes(root, offset);
  const index = node.path.names.findIndex(({ span }) => contains(span, offset));
  const at = node.path.names[index];
  if (taken === null || at?.name == null || !taken.set.bindings.includes(node)) return null;
  const outer = index === 1 ? (node.path.names[0]?.name ?? '') : null;
  const table = outer === null ? taken.known : membersIn(taken, outer);
  const known = index > 1 ? undefined : table?.get(at.name);
  if (known === undefined) return null;
  const told = attributeMarkdown(known, outer ?? taken.function);
  const unread = taken.kind === 'derivation' && outer === null && isUnread(known, shellsOf(at.name, at.span));
  return { markdown: unread ? `${told}\n\n${notRead}` : told, span: at.span };
}

const notRead = '**Not read here**: neither this derivation’s stdenv nor one of its setup hooks names it.';

/** Of the function that is named at the offset, unless the text defines it itself. */
export function functionHover(tree: SyntaxTree, offset: number): NameHover | null {
  const node = nodesAt(tree.root, offset).at(-1);
  if (node?.kind === 'variable') {
    const known = knownFunction(node.name);
    if (known === null) return null;
    const use = namesAround(tree, offset).uses.find(({ span }) => span.start === node.span.start);
    const isOwn = use?.definition != null && use.definition.kind !== 'formal';
    return isOwn ? null : { markdown: functionMarkdown(known), span: node.span };
  }
  const last = node?.kind === 'select' ? node.path.names.at(-1) : undefined;
  if (last?.name == null || !contains(last.span, offset)) return null;
  const known = knownFunction(last.name);
  return known === null ? null : { markdown: functionMarkdown(known), span: last.span };
}
