/** What binds names around a place, from the outermost on; only what lies on the way to it is looked at. Pure. */
import type {
  AttributeSet,
  Binding,
  Expression,
  Formal,
  FunctionExpression,
  Let,
  With,
} from '../../syntax/ast';
import { nodesAt, type WalkedNode } from '../../syntax/nodes';
import type { SyntaxTree } from '../../syntax/syntaxTree';

/** An expression whose names are visible at the place. */
export type Frame =
  | {
      readonly kind: 'bindings';
      readonly owner: Let | AttributeSet;
      readonly bindings: readonly Binding[];
    }
  | { readonly kind: 'with'; readonly owner: With; readonly environment: Expression }
  | {
      readonly kind: 'function';
      readonly function: FunctionExpression;
      /** What it stands in, from the outermost on. */
      readonly around: readonly WalkedNode[];
    };

/** What a name is in the frame that binds it. */
export type Bound =
  | { readonly kind: 'bindings'; readonly bindings: readonly Binding[] }
  | { readonly kind: 'formal'; readonly formal: Formal }
  | { readonly kind: 'argument' };

/** The frames around an offset of a text. */
export function framesAt({ root }: Pick<SyntaxTree, 'root'>, offset: number): readonly Frame[] {
  const path = nodesAt(root, offset);
  return path.flatMap((node, index) => {
    const next = path[index + 1];
    const frame = next === undefined ? null : frameOf(node, next, path.slice(0, index));
    return frame === null ? [] : [frame];
  });
}

function frameOf(node: WalkedNode, next: WalkedNode, around: readonly WalkedNode[]): Frame | null {
  if (node.kind === 'letIn') return { kind: 'bindings', owner: node, bindings: node.bindings };
  if (node.kind === 'set' && node.form !== 'plain')
    return { kind: 'bindings', owner: node, bindings: node.bindings };
  if (node.kind === 'with' && isBody(node, next))
    return { kind: 'with', owner: node, environment: node.environment };
  return node.kind === 'function' ? { kind: 'function', function: node, around } : null;
}

function isBody({ body }: With, next: WalkedNode): boolean {
  return next === body;
}

/** Null when the frame does not bind the name. */
export function boundIn(frame: Frame, name: string): Bound | null {
  if (frame.kind === 'with') return null;
  if (frame.kind === 'bindings') {
    const bindings = frame.bindings.filter((binding) => bindsName(binding, name));
    return bindings.length === 0 ? null : { kind: 'bindings', bindings };
  }
  const { formals, argument } = frame.function;
  const formal = formals?.formals.find((one) => one.name.name === name);
  if (formal !== undefined) return { kind: 'formal', formal };
  return argument?.name === name ? { kind: 'argument' } : null;
}

function bindsName(binding: Binding, name: string): boolean {
  return binding.kind === 'inherit'
    ? binding.names.some((one) => one.name === name)
    : binding.path.names[0]?.name === name;
}

/** The innermost of these frames that binds a name, by its index; null when none does. */
export function lookUp(
  frames: readonly Frame[],
  name: string,
): { readonly index: number; readonly bound: Bound } | null {
  for (let index = frames.length - 1; index >= 0; index--) {
    const frame = frames[index];
    const bound = frame === undefined ? null : boundIn(frame, name);
    if (bound !== null) return { index, bound };
  }
  return null;
}
