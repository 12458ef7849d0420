/** What the function takes whose argument is written at a place: a derivation's attributes, those of `meta`, a fetcher's arguments. Pure. */
import { attributesOfMaker, attributesOfMeta, type KnownAttribute } from '../knowledge/derivationAttributes';
import { knownFunction } from '../knowledge/functions';
import type { AttributeSet } from '../syntax/ast';
import { nodesAt, type WalkedNode } from '../syntax/nodes';
import type { SyntaxTree } from '../syntax/syntaxTree';
import { calledName, callParts } from './callAttributes';
import { makerNamed } from './makers';

/** A set of attributes that somebody reads. */
export interface TakenAttributes {
  /** The function that takes it, as `mkDerivation` or `fetchurl`. */
  readonly function: string;
  readonly kind: 'derivation' | 'meta' | 'function';
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

/** The names that a set writes, the first of each path. */
export function writtenNames({ bindings }: AttributeSet): ReadonlySet<string> {
  const names = bindings.flatMap((each) =>
    each.kind === 'binding' ? [each.path.names[0]?.name] : each.names.map(({ name }) => name),
  );
  return new Set(names.flatMap((name) => name ?? []));
}

/** `path` ends in the set. */
function takenBy(path: readonly WalkedNode[]): TakenAttributes | null {
  const set = path.at(-1);
  if (set?.kind !== 'set') return null;
  const parent = path.at(-2);
  if (parent?.kind === 'binding' && parent.value === set) return nested(path, set);
  const call = callAround(path);
  return call === null ? null : ofCall(call, set);
}

/** `meta = { … }` in a derivation's set. */
function nested(path: readonly WalkedNode[], set: AttributeSet): TakenAttributes | null {
  const binding = path.at(-2);
  const [name, more] = binding?.kind === 'binding' ? binding.path.names : [];
  if (name?.name !== 'meta' || more !== undefined) return null;
  const outer = takenBy(path.slice(0, -2));
  if (outer === null || (outer.kind !== 'derivation' && !outer.known.has('meta'))) return null;
  return { function: outer.function, kind: 'meta', set, known: attributesOfMeta };
}

interface CallAround {
  readonly name: string;
  /** Which of the arguments the set is. */
  readonly index: number;
}

/** The call one of whose arguments is the set, alone or as a part or result of it. */
function callAround(path: readonly WalkedNode[]): CallAround | null {
  let inner = path.at(-1);
  for (let at = path.length - 2; at >= 0; at--) {
    const node = path[at];
    if (node === undefined || inner === undefined) return null;
    if (node.kind === 'apply') return node.argument === inner ? calling(path, at) : null;
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
  return 'body' in node && node.body === inner;
}

function calling(path: readonly WalkedNode[], at: number): CallAround | null {
  const call = path[at];
  if (call?.kind !== 'apply') return null;
  const { head, args } = callParts(call);
  const name = calledName(head);
  return name === null ? null : { name, index: args.length - 1 };
}

function ofCall({ name, index }: CallAround, set: AttributeSet): TakenAttributes | null {
  const maker = makerNamed(name);
  const derivation = (of: string): TakenAttributes => ({
    function: of,
    kind: 'derivation',
    set,
    known: attributesOfMaker(of),
  });
  if (maker?.kind === 'attributes' && index === 0) return derivation(name);
  if (maker?.kind === 'command' && index === 1) return derivation(name);
  if (maker?.kind === 'override' && index === 0)
    return derivation(name === 'overridePythonAttrs' ? 'buildPythonPackage' : 'mkDerivation');
  const known = knownFunction(name);
  if (known === null || index !== 0) return null;
  const attributes = new Map(known.attributes.map((each) => [each.name, each]));
  return { function: name, kind: 'function', set, known: attributes };
}
