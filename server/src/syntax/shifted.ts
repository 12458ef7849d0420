/**
 * Nodes of an earlier version of a text at the place where they stand now. What follows an edit moves with it: instead of making the whole
 * rest of the tree again, each node of it is made when it is looked at, from the one that was read.
 */
import type { AttributeName, AttributePath } from './ast';
import type { WalkedNode } from './nodes';
import type { Span } from './syntaxTree';

/** The same node, so much further on. */
export function shifted<T extends WalkedNode>(node: T, by: number): T {
  if (by === 0) return node;
  const moved: unknown =
    node instanceof ShiftedNode
      ? node.by + by === 0
        ? node.source
        : new ShiftedNode(node.source, node.by + by)
      : new ShiftedNode(node, by);
  return moved as T;
}

/** The node as it was read: the same one in every version that has it, wherever it stands there. */
export function sourceOf(node: WalkedNode): WalkedNode {
  return node instanceof ShiftedNode ? node.source : node;
}

class ShiftedNode {
  readonly kind: WalkedNode['kind'];
  readonly span: Span;
  private made: Map<string, unknown> | null = null;

  constructor(
    readonly source: WalkedNode,
    readonly by: number,
  ) {
    this.kind = source.kind;
    this.span = movedSpan(source.span, by);
  }

  /** A field of the node, made once. */
  field(name: string): unknown {
    const value = (this.source as unknown as Readonly<Record<string, unknown>>)[name];
    if (typeof value !== 'object' || value === null) return value;
    this.made ??= new Map();
    const known = this.made.get(name);
    if (known !== undefined) return known;
    const moved = movedValue(value, this.by);
    this.made.set(name, moved);
    return moved;
  }
}

/** All that the kinds of nodes have besides kind and span. */
const fields = [
  ...['name', 'text', 'style', 'content', 'interpolations', 'expression', 'elements', 'form', 'bindings'],
  ...[
    'argument',
    'formals',
    'body',
    'function',
    'path',
    'default',
    'operator',
    'left',
    'right',
    'environment',
  ],
  ...['condition', 'consequence', 'alternative', 'value', 'from', 'names'],
];
for (const name of fields) {
  Object.defineProperty(ShiftedNode.prototype, name, {
    get(this: ShiftedNode) {
      return this.field(name);
    },
  });
}

function movedSpan({ start, end }: Span, by: number): Span {
  return { start: start + by, end: end + by };
}

function movedValue(value: unknown, by: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => movedValue(each, by));
  if ('kind' in value) return shifted(value as WalkedNode, by);
  if ('start' in value) return movedSpan(value as Span, by);
  if ('names' in value) return movedPath(value as AttributePath, by);
  if ('expression' in value && 'name' in value) return movedName(value as AttributeName, by);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, movedValue(each, by)]));
}

// Every binding that follows an edit is asked for these.
function movedPath({ span, names }: AttributePath, by: number): AttributePath {
  return { span: movedSpan(span, by), names: names.map((name) => movedName(name, by)) };
}

function movedName({ span, name, expression }: AttributeName, by: number): AttributeName {
  return {
    span: movedSpan(span, by),
    name,
    expression: expression === null ? null : shifted(expression, by),
  };
}
