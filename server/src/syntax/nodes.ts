/** Walks over a lowered syntax tree without recursion: real files nest deeper than a stack. */
import type { AttributePath, Binding, Expression, Formals } from './ast';
import type { Span } from './syntaxTree';

/** A node as an editor's features see it: an expression, or a binding of a set or `let`. */
export type WalkedNode = Expression | Binding;

/** The nodes directly inside this one, in order of the text. */
export function childrenOf(node: WalkedNode): readonly WalkedNode[] {
  switch (node.kind) {
    case 'variable':
    case 'number':
    case 'searchPath':
    case 'uri':
    case 'missing':
      return [];
    case 'string':
    case 'path':
    case 'homePath':
      return node.interpolations.map(({ expression }) => expression);
    case 'parenthesized':
      return [node.expression];
    case 'list':
      return node.elements;
    case 'set':
      return node.bindings;
    case 'function':
      return [...defaultsOf(node.formals), node.body];
    case 'apply':
      return [node.function, node.argument];
    case 'select':
      return [node.expression, ...namesOf(node.path), ...optional(node.default)];
    case 'hasAttribute':
      return [node.expression, ...namesOf(node.path)];
    case 'unary':
      return [node.argument];
    case 'binary':
      return [node.left, node.right];
    case 'letIn':
      return [...node.bindings, node.body];
    case 'with':
      return [node.environment, node.body];
    case 'assert':
      return [node.condition, node.body];
    case 'if':
      return [node.condition, node.consequence, node.alternative];
    case 'binding':
      return [...namesOf(node.path), node.value];
    case 'inherit':
      return optional(node.from);
  }
}

/** The nodes that contain this offset, from the outermost to the innermost; one that ends at it counts. */
export function nodesAt(root: Expression | null, offset: number): readonly WalkedNode[] {
  const path: WalkedNode[] = [];
  let node: WalkedNode | undefined = root ?? undefined;
  while (node !== undefined && contains(node.span, offset)) {
    path.push(node);
    node = childrenOf(node).find((child) => contains(child.span, offset));
  }
  return path;
}

/** Every node of the tree, each before those inside it. */
export function* allNodes(root: WalkedNode | null): Generator<WalkedNode> {
  const waiting: WalkedNode[] = root === null ? [] : [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    yield node;
    const children = childrenOf(node);
    for (let index = children.length - 1; index >= 0; index--) {
      const child = children[index];
      if (child !== undefined) waiting.push(child);
    }
  }
}

/** A node and those around it. */
export interface Step {
  readonly node: WalkedNode;
  readonly outer: Step | null;
}

/** Every node that `enters` lets be looked at, and into, each before those inside it, with what is around it. */
export function* stepsThrough(
  root: Expression | null,
  enters: (node: WalkedNode) => boolean = () => true,
): Generator<Step> {
  const waiting: Step[] = root === null ? [] : [{ node: root, outer: null }];
  for (let step = waiting.pop(); step !== undefined; step = waiting.pop()) {
    if (!enters(step.node)) continue;
    yield step;
    for (const node of childrenOf(step.node).toReversed()) waiting.push({ node, outer: step });
  }
}

/** From the outside inwards, the last at most `most` nodes. */
export function pathTo(last: Step, most = Infinity): readonly WalkedNode[] {
  const path: WalkedNode[] = [];
  for (let step: Step | null = last; step !== null && path.length < most; step = step.outer)
    path.push(step.node);
  return path.reverse();
}

export function contains(span: Span, offset: number): boolean {
  return span.start <= offset && offset <= span.end;
}

function defaultsOf(formals: Formals | null): readonly Expression[] {
  return (formals?.formals ?? []).flatMap((formal) => optional(formal.default));
}

function namesOf(path: AttributePath): readonly Expression[] {
  return path.names.flatMap(({ expression }) => optional(expression));
}

function optional(expression: Expression | null): readonly Expression[] {
  return expression === null ? [] : [expression];
}
