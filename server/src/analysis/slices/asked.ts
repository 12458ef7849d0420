/** Which values tell what may stand at a place, or what stands there. Pure. */
import { writtenNames } from '../../derivation/takenAttributes';
import type { AttributePath, Expression } from '../../syntax/ast';
import { contains, nodesAt, type WalkedNode } from '../../syntax/nodes';
import { addFormal } from '../../syntax/formalsEdit';
import type { Replacement } from '../../syntax/replacement';
import type { Span, SyntaxTree } from '../../syntax/syntaxTree';
import { framesAt, type Frame } from './frames';
import type { FunctionFrame, PackageSets, SetPlace } from './packageSets';
import { givenToOutputs, isCalled, isFilesOwn, isModule } from './packageSets';
import type { SlicedText } from './slice';
import { placesOf, placesOfName } from './valuePlaces';

/** Attribute names of the first of these that is a set may stand there; of `given`, what the function takes that it is. */
export interface AskedNames {
  readonly places: readonly SetPlace[];
  /** Names that are there already. */
  readonly without: ReadonlySet<string>;
  /** How many scopes away; what is nearer comes first. */
  readonly distance: number;
  readonly kind: 'attribute' | 'argument' | 'given' | 'added';
  /** Of `added`, the edit that makes the function of the file take an argument. */
  readonly adding?: (name: string) => Replacement;
}

/** A value with the part of the text that stands for it. */
export interface AskedValue {
  readonly places: readonly SetPlace[];
  readonly span: Span;
}

const mostWiths = 8;
/** After all that is in scope. */
const farthest = 900;
const none: ReadonlySet<string> = new Set();

/** After a dot, `?` or `inherit (…)`. */
export function askedAttributes(tree: SyntaxTree, offset: number, sets: PackageSets): readonly AskedNames[] {
  const of = { text: tree.text, sets };
  const frames = framesAt(tree, offset);
  const node = nodesAt(tree.root, offset).findLast((each) => attributeIndex(each, offset) !== null);
  if (node === undefined) return [];
  const places =
    node.kind === 'inherit'
      ? node.from === null
        ? []
        : placesOf(of, { expression: node.from, frames })
      : prefixPlaces(of, node, attributeIndex(node, offset) ?? 0, frames);
  return places.length === 0 ? [] : [{ places, without: none, distance: 0, kind: 'attribute' }];
}

/** Which name of a path is written here; 0 for what is inherited from a set. Null where none is. */
function attributeIndex(node: WalkedNode, offset: number): number | null {
  if (node.kind === 'inherit') return node.from !== null && offset > node.from.span.end ? 0 : null;
  return node.kind === 'select' || node.kind === 'hasAttribute' ? indexIn(node.path, offset) : null;
}

function indexIn({ names }: AttributePath, offset: number): number | null {
  const index = names.findIndex(({ span }) => contains(span, offset));
  return index < 0 ? null : index;
}

/** Of what stands before this name of a selection. */
function prefixPlaces(
  of: SlicedText,
  node: WalkedNode,
  index: number,
  frames: readonly Frame[],
): readonly SetPlace[] {
  if (node.kind !== 'select' && node.kind !== 'hasAttribute') return [];
  const names = node.path.names.slice(0, index).map(({ name }) => name);
  if (names.includes(null)) return [];
  const known = names.filter((name) => name !== null);
  return placesOf(of, { expression: node.expression, frames }).map(({ text, path }) => ({
    text,
    path: [...path, ...known],
  }));
}

/** Where an expression may stand: what each `with` around gives, the innermost first. */
export function askedOfWiths(tree: SyntaxTree, offset: number, sets: PackageSets): readonly AskedNames[] {
  const of = { text: tree.text, sets };
  const frames = framesAt(tree, offset);
  return frames
    .flatMap((frame, index) => {
      if (frame.kind !== 'with') return [];
      const places = placesOf(of, { expression: frame.environment, frames: frames.slice(0, index) });
      const distance = frames.length - 1 - index;
      return places.length === 0 ? [] : [{ places, without: none, distance, kind: 'attribute' } as const];
    })
    .reverse()
    .slice(0, mostWiths);
}

/** In a list of a package: what else the file may be given, which is no argument of it yet. */
export function askedAdditions(tree: SyntaxTree, offset: number, sets: PackageSets): readonly AskedNames[] {
  const path = nodesAt(tree.root, offset);
  const own = path.find(({ kind }) => kind !== 'parenthesized');
  if (path.at(-2)?.kind !== 'list' || own?.kind !== 'function' || own.formals === null) return [];
  const frame: FunctionFrame = { kind: 'function', function: own, around: [] };
  if (!isCalled(frame, sets) || isModule(own)) return [];
  const { formals } = own;
  const adding = (name: string): Replacement => addFormal(tree.text, formals, name);
  return [...sets.callers, sets.packages].map((text) => ({
    places: [{ text, path: [] }],
    without: none,
    distance: farthest,
    kind: 'added',
    adding,
  }));
}

/** Where the name of an argument is written that is taken from a set. */
export function askedArguments(tree: SyntaxTree, offset: number, sets: PackageSets): readonly AskedNames[] {
  const found = formalsAt(tree, offset);
  if (found === null) return [];
  const outputs = givenToOutputs(found, sets);
  if (outputs === null && isModule(found.function)) return [];
  const own = isFilesOwn(found) ? sets.callers : [];
  const given = outputs === null ? [...own, sets.packages] : [outputs];
  const formals = found.function.formals?.formals ?? [];
  const without = new Set(formals.filter(({ span }) => !contains(span, offset)).map(({ name }) => name.name));
  return given.map((text) => ({
    places: [{ text, path: [] }],
    without,
    distance: 0,
    kind: 'argument',
  }));
}

/** Where a binding begins in a set that a function is given: what else that takes. */
export function askedGiven(tree: SyntaxTree, offset: number, sets: PackageSets): readonly AskedNames[] {
  const set = nodesAt(tree.root, offset).findLast(({ kind }) => kind === 'set');
  const found = askedFunction(tree, offset, sets);
  if (found === null || set?.kind !== 'set' || found.places.length === 0) return [];
  return [{ places: found.places, without: writtenNames(set), distance: 0, kind: 'given' }];
}

/** The function among whose formals this place is, outside of their defaults. */
function formalsAt({ root }: SyntaxTree, offset: number): FunctionFrame | null {
  const path = nodesAt(root, offset);
  const last = path.at(-1);
  if (last?.kind !== 'function' || last.formals === null || !contains(last.formals.span, offset)) return null;
  return { kind: 'function', function: last, around: path.slice(0, -1) };
}

/** What stands here: a name that is used or bound, an attribute, an argument; null where none of these does. */
export function askedValue(tree: SyntaxTree, offset: number, sets: PackageSets): AskedValue | null {
  const of = { text: tree.text, sets };
  const frames = framesAt(tree, offset);
  const node = nodesAt(tree.root, offset).at(-1);
  if (node?.kind === 'variable') {
    return { places: placesOfName(of, node.name, frames), span: node.span };
  }
  if (node?.kind === 'select') {
    const index = indexIn(node.path, offset);
    const name = index === null ? undefined : node.path.names[index];
    if (index === null || name === undefined) return null;
    return { places: prefixPlaces(of, node, index + 1, frames), span: name.span };
  }
  if (node?.kind === 'binding') {
    const [only, ...more] = node.path.names;
    if (only?.name == null || more.length > 0 || !contains(only.span, offset)) return null;
    return { places: placesOf(of, { expression: node.value, frames }), span: only.span };
  }
  if (node?.kind === 'inherit') return askedInherited(of, node, offset, frames);
  const frame = formalsAt(tree, offset);
  const formal = frame?.function.formals?.formals.find(({ name }) => contains(name.span, offset));
  if (frame === null || formal === undefined) return null;
  return { places: placesOfName(of, formal.name.name, [...frames, frame]), span: formal.name.span };
}

function askedInherited(
  of: SlicedText,
  node: Extract<WalkedNode, { kind: 'inherit' }>,
  offset: number,
  frames: readonly Frame[],
): AskedValue | null {
  const inherited = node.names.find(({ span }) => contains(span, offset));
  if (inherited?.name == null) return null;
  const { name, span } = inherited;
  if (node.from === null) return { places: placesOfName(of, name, outside(frames, node)), span };
  const places = placesOf(of, { expression: node.from, frames });
  return { places: places.map(({ text, path }) => ({ text, path: [...path, name] })), span };
}

/** `inherit a;` means the `a` around the set that it stands in. */
function outside(frames: readonly Frame[], node: WalkedNode): readonly Frame[] {
  const last = frames.at(-1);
  const isOwn = last?.kind === 'bindings' && last.bindings.some((binding) => binding === node);
  return isOwn ? frames.slice(0, -1) : frames;
}

/** The function whose argument is written here, with the set that it is, if it is one. */
export function askedFunction(tree: SyntaxTree, offset: number, sets: PackageSets): AskedValue | null {
  const path = nodesAt(tree.root, offset);
  for (let index = path.length - 1; index > 0; index--) {
    const [inner, apply] = [path[index], path[index - 1]];
    if (inner === undefined || apply === undefined) return null;
    if (apply.kind === 'apply' && apply.argument === inner) {
      const { function: called } = apply;
      const of = { text: tree.text, sets };
      const places = placesOf(of, { expression: called, frames: framesAt(tree, called.span.start) });
      return { places, span: called.span };
    }
    if (!['set', 'parenthesized', 'binding', 'inherit'].includes(inner.kind)) return null;
  }
  return null;
}

export interface AskedExpression extends AskedValue {
  readonly expression: Expression;
  /** A place that has in scope what the expression brings into it. */
  readonly inside: number;
}

/** The expression that is selected, or the smallest around the selection; null where none stands. */
export function askedExpression(tree: SyntaxTree, selected: Span, sets: PackageSets): AskedExpression | null {
  const { text } = tree;
  const chosen = text.slice(selected.start, selected.end);
  const start = selected.start + (chosen.length - chosen.trimStart().length);
  const end = Math.max(start, selected.end - (chosen.length - chosen.trimEnd().length));
  const expression = nodesAt(tree.root, start).findLast(
    (node): node is Expression => node.kind !== 'binding' && node.kind !== 'inherit' && node.span.end >= end,
  );
  if (expression === undefined || expression.kind === 'missing') return null;
  const of = { text, sets };
  const named = start === end ? askedValue(tree, start, sets) : null;
  const frames = framesAround(tree, expression);
  const inside =
    expression.kind === 'with' || expression.kind === 'letIn' ? expression.body.span.start : start;
  const { span } = expression;
  return { expression, inside, span, places: named?.places ?? placesOf(of, { expression, frames }) };
}

/** Those that the expression stands in, without its own. */
function framesAround(tree: SyntaxTree, expression: Expression): readonly Frame[] {
  return framesAt(tree, expression.span.start).filter((frame) => ownerOf(frame) !== expression);
}

function ownerOf(frame: Frame): Expression {
  return frame.kind === 'function' ? frame.function : frame.owner;
}
