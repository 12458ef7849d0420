/** What the function takes whose argument is written at a place: a derivation's attributes, those of `meta`, a fetcher's arguments. Pure. */
import { attributesOfMaker, membersOf, type KnownAttribute } from '../knowledge/derivationAttributes';
import { knownFunction } from '../knowledge/functions';
import type { AttributeSet } from '../syntax/ast';
import { nodesAt, type WalkedNode } from '../syntax/nodes';
import type { SyntaxTree } from '../syntax/syntaxTree';
import { calledName, callParts } from './callAttributes';
import { makerNamed } from './makers';

/** A set of attributes that somebody reads. */
export interface TakenAttributes {
  /** The function that takes it, as `mkDerivation` or `fetchurl`; of a member the attribute that it is, as `meta`. */
  readonly function: string;
  readonly kind: 'derivation' | 'member' | 'function';
  readonly set: AttributeSet;
  /** By name, what is known of what it takes. */
  readonly known: ReadonlyMap<string, KnownAttribute>;
}

/** Of the innermost set around the offset; null when nothing is known of who reads it. */
export function takenAttributes(root: SyntaxTree['root'], offset: number): TakenAttributes | null {
  return takenAttributesOf(nodesAt(root, offset));
}

/** The same of the innermost set of a path from the root. */
export function takenAttributesOf(path: readonly WalkedNode[]): TakenAttributes | null {
  const last = path.findLastIndex(({ kind }) => kind === 'set');
  return takenBy(path.slice(0, last + 1));
}

/** What is known of the attribute whose value the last of the path is (a part of), through lists as well; null when that is nothing. */
export function knownAttributeAround(path: readonly WalkedNode[]): KnownAttribute | null {
  const at = path.findLastIndex(({ kind }) => kind === 'binding');
  const binding = path[at];
  if (binding?.kind !== 'binding' || binding.path.names.length !== 1) return null;
  if (!path.slice(at + 1).every((node, index, rest) => isPartOf(node, rest[index + 1]))) return null;
  return takenAttributesOf(path.slice(0, at))?.known.get(binding.path.names[0]?.name ?? '') ?? null;
}

/** The names that a set writes, the first of each path. */
export function writtenNames({ bindings }: AttributeSet): ReadonlySet<string> {
  const names = bindings.flatMap((each) =>
    each.kind === 'binding' ? [each.path.names[0]?.name] : each.names.map(({ name }) => name),
  );
  return new Set(names.flatMap((name) => name ?? []));
}

/** What an attribute is made of that a function takes and that is a set; null for any other. */
export function membersIn(
  { kind, known }: TakenAttributes,
  attribute: string,
): ReadonlyMap<string, KnownAttribute> | null {
  return kind !== 'member' && known.has(attribute) ? membersOf(attribute) : null;
}

/** `path` ends in the set. */
function takenBy(path: readonly WalkedNode[]): TakenAttributes | null {
  const set = path.at(-1);
  if (set?.kind !== 'set') return null;
  const goesTo = destinationOf(path);
  if (goesTo === null) return null;
  return goesTo.kind === 'call' ? ofCall(goesTo, set) : ofMember(path.slice(0, goesTo.index + 1), set);
}

/** `meta = { … }` in a derivation's set: `path` ends in the binding. */
function ofMember(path: readonly WalkedNode[], set: AttributeSet): TakenAttributes | null {
  const binding = path.at(-1);
  const [name, more] = binding?.kind === 'binding' ? binding.path.names : [];
  if (name?.name == null || more !== undefined) return null;
  const outer = takenBy(path.slice(0, -1));
  const known = outer === null ? null : membersIn(outer, name.name);
  return known === null ? null : { function: name.name, kind: 'member', set, known };
}

/** Where a value goes. */
type Destination =
  | {
      readonly kind: 'call';
      readonly name: string;
      /** Which of the arguments it is. */
      readonly argument: number;
    }
  /** It is bound, at this place of the path. */
  | { readonly kind: 'binding'; readonly index: number };

/** The call that takes, or the attribute that is bound to, what the path ends in, alone or as a part or result of it. */
function destinationOf(path: readonly WalkedNode[]): Destination | null {
  let inner = path.at(-1);
  for (let at = path.length - 2; at >= 0; at--) {
    const node = path[at];
    if (node === undefined || inner === undefined) return null;
    if (node.kind === 'binding') return node.value === inner ? { kind: 'binding', index: at } : null;
    if (node.kind === 'apply' && !passesOn(node, inner)) return calling(node, inner);
    if (!passesOn(node, inner)) return null;
    inner = node;
  }
  return null;
}

/** Whether what is written in a node is (a part of) the node's value. */
function passesOn(node: WalkedNode, inner: WalkedNode): boolean {
  if (node.kind === 'parenthesized') return true;
  if (node.kind === 'if') return node.condition !== inner;
  if (node.kind === 'binary') return node.operator === '//';
  if (node.kind === 'apply') return node.argument === inner && isOptional(node);
  return 'body' in node && node.body === inner;
}

/** As `passesOn`, of an attribute that may be a list. */
function isPartOf(node: WalkedNode, inner: WalkedNode | undefined): boolean {
  if (inner === undefined || node.kind === 'list') return true;
  if (node.kind === 'binary') return node.operator === '++';
  return node.kind !== 'set' && passesOn(node, inner);
}

/** `lib.optionalAttrs condition { … }` or `lib.optionals condition [ … ]`. */
function isOptional(call: WalkedNode): boolean {
  if (call.kind !== 'apply') return false;
  const { head, args } = callParts(call);
  return args.length === 2 && /^optional(?:Attrs|s)?$/.test(calledName(head) ?? '');
}

function calling(call: WalkedNode, inner: WalkedNode): Destination | null {
  if (call.kind !== 'apply' || call.argument !== inner) return null;
  const { head, args } = callParts(call);
  const name = calledName(head);
  return name === null ? null : { kind: 'call', name, argument: args.length - 1 };
}

function ofCall(
  { name, argument }: Extract<Destination, { kind: 'call' }>,
  set: AttributeSet,
): TakenAttributes | null {
  const maker = makerNamed(name);
  const derivation = (of: string): TakenAttributes => ({
    function: of,
    kind: 'derivation',
    set,
    known: attributesOfMaker(of),
  });
  if (maker?.kind === 'attributes' && argument === 0) return derivation(name);
  if (maker?.kind === 'command' && argument === 1) return derivation(name);
  if (maker?.kind === 'override' && argument === 0)
    return derivation(name === 'overridePythonAttrs' ? 'buildPythonPackage' : 'mkDerivation');
  const known = knownFunction(name);
  if (known === null || argument !== 0) return null;
  const attributes = new Map(known.attributes.map((each) => [each.name, each]));
  return { function: name, kind: 'function', set, known: attributes };
}
