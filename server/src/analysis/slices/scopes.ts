/** Which names are in scope at a place and what brings them, for people who read it. Pure. */
import { nodesAt } from '../../syntax/nodes';
import type { Span, SyntaxTree } from '../../syntax/syntaxTree';
import type { With } from '../../syntax/ast';
import { framesAt, type Frame } from './frames';
import type { PackageSets, SetPlace } from './packageSets';
import { placesOf } from './valuePlaces';

export interface ScopeHere {
  /** What brings the names. */
  readonly span: Span;
  readonly kind: 'let' | 'rec' | 'arguments' | 'with';
  /** As the text has them; null where only a value tells. */
  readonly names: readonly string[] | null;
  /** Of a `with` the set. */
  readonly places: readonly SetPlace[];
}

/** The nearest first. */
export function scopesAt(tree: SyntaxTree, offset: number, sets: PackageSets): readonly ScopeHere[] {
  const of = { text: tree.text, sets };
  const frames = framesAt(tree, offset);
  return frames
    .map((frame, index) =>
      scopeOf(frame, (environment) =>
        placesOf(of, { expression: environment, frames: frames.slice(0, index) }),
      ),
    )
    .reverse();
}

function scopeOf(
  frame: Frame,
  placesIn: (environment: With['environment']) => readonly SetPlace[],
): ScopeHere {
  if (frame.kind === 'with') {
    const span = { start: frame.owner.span.start, end: frame.environment.span.end };
    return { span, kind: 'with', names: null, places: placesIn(frame.environment) };
  }
  if (frame.kind === 'bindings') {
    const names = frame.bindings.flatMap((binding) =>
      binding.kind === 'inherit'
        ? binding.names.map(({ name }) => name)
        : [binding.path.names[0]?.name ?? null],
    );
    const known = [...new Set(names.filter((name) => name !== null))];
    const kind = frame.owner.kind === 'letIn' ? 'let' : 'rec';
    return { span: frame.owner.span, kind, names: known, places: [] };
  }
  const { argument, formals, span } = frame.function;
  const names = [
    ...(argument === null ? [] : [argument]),
    ...(formals?.formals ?? []).map(({ name }) => name),
  ];
  return { span, kind: 'arguments', names: names.map(({ name }) => name), places: [] };
}

/** The `with` whose keyword stands here; null elsewhere. */
export function withAt(tree: SyntaxTree, offset: number): With | null {
  const node = nodesAt(tree.root, offset).at(-1);
  return node?.kind === 'with' && offset <= node.span.start + 'with'.length ? node : null;
}
