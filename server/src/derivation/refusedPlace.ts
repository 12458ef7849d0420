/** Where a package stands in a text that its set refuses, and where the text gives the set the config that allows it. Pure. */
import type { Binding, Expression } from '../syntax/ast';
import { allNodes } from '../syntax/nodes';
import type { Span } from '../syntax/syntaxTree';
import { unwrapped } from '../syntax/walk';

/** Why: what the package's `meta` says. */
export type Refusal = 'broken' | 'unfree' | 'insecure' | 'unsupported';

/** The attribute of `meta` that says so. */
const ofMeta: Readonly<Record<Refusal, readonly string[]>> = {
  broken: ['broken'],
  unfree: ['license'],
  insecure: ['knownVulnerabilities'],
  unsupported: ['badPlatforms', 'platforms'],
};

/** The name of a package without its version, as `builtins.parseDrvName` tells it. */
export function firstNameOf(name: string): string {
  return /^(.*?)-(?=[^a-zA-Z])/.exec(name)?.[1] ?? name;
}

/** Where a package of the text itself says what it is refused for. */
export function ownMetaPlace(root: Expression, refusal: Refusal): Span | null {
  return metaPlace(root, ofMeta[refusal]);
}

/** The first of these attributes of `meta` that the text sets in one place. */
export function metaPlace(root: Expression, names: readonly string[]): Span | null {
  for (const name of names) {
    const [place, another] = metaPlaces(root, name);
    if (place !== undefined && another === undefined) return place;
  }
  return null;
}

function metaPlaces(root: Expression, wanted: string): readonly Span[] {
  return [...allNodes(root)].flatMap((node): readonly Span[] => {
    if (node.kind !== 'binding' || node.path.names[0]?.name !== 'meta') return [];
    const [, second, third] = node.path.names;
    if (second !== undefined) return second.name === wanted && third === undefined ? [second.span] : [];
    return setsIn(node.value).flatMap((set) => namesBound(set, wanted));
  });
}

/** The sets that a value is written as: `a // { … }`, `with lib; { … }`. */
function setsIn(value: Expression): readonly Extract<Expression, { kind: 'set' }>[] {
  const inner = unwrapped(value);
  if (inner.kind === 'set') return [inner];
  if (inner.kind === 'binary') return [...setsIn(inner.left), ...setsIn(inner.right)];
  return inner.kind === 'with' || inner.kind === 'letIn' ? setsIn(inner.body) : [];
}

function namesBound(
  { bindings }: { readonly bindings: readonly Binding[] },
  wanted: string,
): readonly Span[] {
  return bindings.flatMap((binding): readonly Span[] => {
    if (binding.kind === 'inherit')
      return binding.names.filter(({ name }) => name === wanted).map(({ span }) => span);
    const [first] = binding.path.names;
    return first?.name === wanted && binding.path.names.length === 1 ? [first.span] : [];
  });
}

/** The only place where a package of this name is used: in a list, else anywhere. Attributes are called like packages, but for marks and versions. */
export function usePlace(root: Expression, name: string): Span | null {
  const uses = [...allNodes(root)].flatMap((node) =>
    node.kind === 'list' ? node.elements.flatMap((element) => useOf(element) ?? []) : [],
  );
  const others = [...allNodes(root)].flatMap((node) =>
    node.kind === 'variable' || node.kind === 'select' ? (useOf(node) ?? []) : [],
  );
  for (const isAlike of [isSame(firstNameOf(name)), isBeginOf(name)]) {
    for (const places of [uses, others]) {
      const found = places.filter((use) => isAlike(use.name));
      const spans = new Set(found.map(({ span }) => span.start));
      if (spans.size === 1) return found[0]?.span ?? null;
      if (spans.size > 1) return null;
    }
  }
  return null;
}

interface Named {
  readonly name: string;
  readonly span: Span;
}

function useOf(expression: Expression): Named | null {
  const inner = unwrapped(expression);
  if (inner.kind === 'variable') return { name: inner.name, span: inner.span };
  const last = inner.kind === 'select' ? inner.path.names.at(-1) : undefined;
  return last?.name == null ? null : { name: last.name, span: inner.span };
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

function isSame(name: string): (attribute: string) => boolean {
  return (attribute) => plain(attribute) === plain(name);
}

/** `python27` of `python-2.7.18`, `openssl_1_1` of `openssl-1.1.1w`. */
function isBeginOf(name: string): (attribute: string) => boolean {
  const least = plain(firstNameOf(name)).length;
  return (attribute) => plain(attribute).length >= least && plain(name).startsWith(plain(attribute));
}
