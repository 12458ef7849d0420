/** What a hover tells from what is known of nixpkgs: attributes of derivations and of `meta`, fetchers and what they take. Pure. */
import { namesAround } from '../analysis/names';
import { takenAttributes } from '../derivation/takenAttributes';
import { attributesOfMeta } from '../knowledge/derivationAttributes';
import { knownFunction } from '../knowledge/functions';
import type { AttributeName } from '../syntax/ast';
import { contains, nodesAt } from '../syntax/nodes';
import type { SyntaxTree } from '../syntax/syntaxTree';
import { attributeMarkdown, functionMarkdown } from './knownText';
import type { NameHover } from './nameHover';

/** Of the attribute whose name is written at the offset. */
export function attributeHover({ root }: SyntaxTree, offset: number): NameHover | null {
  const node = nodesAt(root, offset).at(-1);
  if (node?.kind !== 'binding') return null;
  const taken = takenAttributes(root, offset);
  const index = node.path.names.findIndex(({ span }) => contains(span, offset));
  const at = node.path.names[index];
  if (taken === null || at?.name == null || !taken.set.bindings.includes(node)) return null;
  const known =
    index === 0
      ? taken.known.get(at.name)
      : isMeta(node.path.names, index) && taken.known.has('meta')
        ? attributesOfMeta.get(at.name)
        : undefined;
  if (known === undefined) return null;
  return { markdown: attributeMarkdown(known, index === 0 ? reader(taken) : 'meta'), span: at.span };
}

function reader({ kind, function: of }: { readonly kind: string; readonly function: string }): string {
  return kind === 'meta' ? 'meta' : of;
}

function isMeta(names: readonly AttributeName[], index: number): boolean {
  return index === 1 && names[0]?.name === 'meta';
}

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
