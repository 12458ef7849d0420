/** Every place of a text where a name stands, and as what. Pure. */
import type {
  AttributeName,
  AttributeSet,
  Binding,
  Expression,
  HasAttribute,
  Let,
  Select,
} from '../../syntax/ast';
import { childrenOf, nodesAt, type WalkedNode } from '../../syntax/nodes';
import type { Span, SyntaxTree } from '../../syntax/syntaxTree';
import { nameAt } from '../nameAt';
import { namesOf } from '../names';
import type { Definition, Inherit, Use } from '../scopes';

export type Apply = Extract<Expression, { kind: 'apply' }>;

/** A variable, or a name after `inherit` without a set. */
export interface UseOccurrence {
  readonly kind: 'use';
  readonly span: Span;
  readonly use: Use;
}
/** A name that a `let`, recursive set or function binds, other than by `inherit (from)`. */
export interface DefinitionOccurrence {
  readonly kind: 'definition';
  readonly span: Span;
  readonly definition: Definition;
}
/** `x.name` and `x ? name`. */
export interface SelectedOccurrence {
  readonly kind: 'selected';
  readonly span: Span;
  readonly node: Select | HasAttribute;
  readonly depth: number;
}
/** A name of `name.name = …;`. */
export interface BoundOccurrence {
  readonly kind: 'bound';
  readonly span: Span;
  readonly owner: AttributeSet | Let;
  readonly binding: Extract<Binding, { kind: 'binding' }>;
  readonly depth: number;
  /** The application whose argument the set is. */
  readonly call: Apply | null;
}
/** A name after `inherit (from)`, or after `inherit` where that makes an attribute. */
export interface InheritedOccurrence {
  readonly kind: 'inherited';
  readonly span: Span;
  readonly owner: AttributeSet | Let;
  readonly binding: Inherit;
  readonly call: Apply | null;
}
export type Occurrence =
  UseOccurrence | DefinitionOccurrence | SelectedOccurrence | BoundOccurrence | InheritedOccurrence;

/** What stands at an offset; where a place is two things (an attribute that is inherited is a use, too) the use first. */
export function occurrencesAt(tree: SyntaxTree, offset: number): readonly Occurrence[] {
  const found: Occurrence[] = [];
  const named = nameAt(namesOf(tree), offset);
  if (named?.use != null) found.push({ kind: 'use', span: named.span, use: named.use });
  const path = nodesAt(tree.root, offset);
  for (let index = path.length - 1; index >= 0; index--) {
    const node = path[index];
    if (node !== undefined)
      found.push(...attributesIn(node, path.slice(0, index), (name) => touches(name.span, offset)));
  }
  if (named?.definition != null && named.use === null) {
    found.push({ kind: 'definition', span: named.span, definition: named.definition });
  }
  return found;
}

/** Every place where this name stands, in no particular order. */
export function occurrencesOfName(tree: SyntaxTree, name: string): readonly Occurrence[] {
  const { uses, definitions } = namesOf(tree);
  const found: Occurrence[] = [];
  for (const use of uses) if (use.name === name) found.push({ kind: 'use', span: use.span, use });
  for (const definition of definitions) {
    if (definition.name !== name) continue;
    for (const { span } of definition.sites) found.push({ kind: 'definition', span, definition });
  }
  const waiting: { readonly node: WalkedNode; readonly above: Above | null }[] = [];
  if (tree.root !== null) waiting.push({ node: tree.root, above: null });
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const around = [at.above?.above?.above?.node, at.above?.above?.node, at.above?.node];
    const path = around.filter((each) => each !== undefined);
    found.push(...attributesIn(at.node, path, (each) => each.name === name));
    for (const child of childrenOf(at.node)) waiting.push({ node: child, above: at });
  }
  return found;
}

interface Above {
  readonly node: WalkedNode;
  readonly above: Above | null;
}

/** `around` are the nodes around this one, the nearest last. */
function attributesIn(
  node: WalkedNode,
  around: readonly WalkedNode[],
  wanted: (name: AttributeName) => boolean,
): Occurrence[] {
  if (node.kind === 'select' || node.kind === 'hasAttribute') {
    return indicesOf(node.path.names, wanted).map(([depth, { span }]) => ({
      kind: 'selected',
      span,
      node,
      depth,
    }));
  }
  if (node.kind !== 'binding' && node.kind !== 'inherit') return [];
  const owner = around.at(-1);
  if (owner?.kind !== 'set' && owner?.kind !== 'letIn') return [];
  const call = owner.kind === 'set' ? callOf(owner, around.slice(0, -1)) : null;
  if (node.kind === 'binding') {
    return indicesOf(node.path.names, wanted).map(([depth, { span }]) => {
      return { kind: 'bound', span, owner, binding: node, depth, call };
    });
  }
  if (node.from === null && owner.kind === 'letIn') return [];
  return indicesOf(node.names, wanted).map(([, { span }]) => {
    return { kind: 'inherited', span, owner, binding: node, call };
  });
}

function callOf(set: AttributeSet, around: readonly WalkedNode[]): Apply | null {
  let inner: WalkedNode = set;
  for (let index = around.length - 1; index >= 0; index--) {
    const node = around[index];
    if (node?.kind === 'apply') return node.argument === inner ? node : null;
    if (node?.kind !== 'parenthesized') return null;
    inner = node;
  }
  return null;
}

function indicesOf(
  names: readonly AttributeName[],
  wanted: (name: AttributeName) => boolean,
): (readonly [number, AttributeName])[] {
  return names.flatMap((name, index) => (wanted(name) ? [[index, name] as const] : []));
}

function touches({ start, end }: Span, offset: number): boolean {
  return start <= offset && offset <= end;
}
