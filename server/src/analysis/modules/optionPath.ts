/** Which option of a module system a place in a module is about: by the path of attributes that leads to it. Pure. */
import { isModule } from '../../derivation/moduleShape';
import { writtenNames } from '../../derivation/takenAttributes';
import type { AttributePath, AttributeSet, Expression } from '../../syntax/ast';
import { contains, nodesAt, type WalkedNode } from '../../syntax/nodes';
import type { Span, SyntaxTree } from '../../syntax/syntaxTree';
import { framesAt, lookUp, type Frame } from '../slices/frames';
import { isWrapper, ownAttributes } from './definitions';

/** Stands for an attribute whose name is only known when it is evaluated. */
const anyName = '<name>';

/** An option, or the set of options it is in. */
export interface OptionPlace {
  /** Up to and with the one that stands here. */
  readonly path: readonly string[];
  /** Of the last name. */
  readonly span: Span;
  /** Names of options, or what an option may be given. */
  readonly kind: 'name' | 'value';
  /** Names that are set beside it already. */
  readonly beside: ReadonlySet<string>;
}

const none: ReadonlySet<string> = new Set();
/** Arguments of a module whose attributes are those of the options; `osConfig` is the system's, of a home in it. */
const configNames = new Set(['config', 'options']);

/** Null where no option is meant. `whole`: the file is a module whatever it looks like. */
export function optionAt(tree: SyntaxTree, offset: number, whole = false): OptionPlace | null {
  const { root } = tree;
  if (root === null || !(whole || isModule(root))) return null;
  const nodes = nodesAt(root, offset);
  return readAt(nodes, framesAt(tree, offset), offset) ?? setAt(nodes, offset);
}

/** `config.services.x`, also through names of `let`. */
function readAt(nodes: readonly WalkedNode[], frames: readonly Frame[], offset: number): OptionPlace | null {
  const node = nodes.at(-1);
  if (node?.kind !== 'select' && node?.kind !== 'hasAttribute') return null;
  const index = node.path.names.findIndex(({ span }) => contains(span, offset));
  const name = node.path.names[index];
  const before = configPath(node.expression, frames, mostSteps);
  if (name === undefined || before === null) return null;
  const path = [...before, ...namesOf(node.path).slice(0, index + 1)];
  return { path, span: name.span, kind: 'name', beside: none };
}

const mostSteps = 20;

/** Which option an expression reads; null when it reads none. */
function configPath(
  expression: Expression,
  frames: readonly Frame[],
  steps: number,
): readonly string[] | null {
  if (steps <= 0) return null;
  if (expression.kind === 'parenthesized') return configPath(expression.expression, frames, steps - 1);
  if (expression.kind === 'select') {
    const outer = configPath(expression.expression, frames, steps - 1);
    return outer === null ? null : [...outer, ...namesOf(expression.path)];
  }
  if (expression.kind !== 'variable') return null;
  const found = lookUp(frames, expression.name);
  const frame = found === null ? undefined : frames[found.index];
  if (found === null || frame === undefined) return null;
  if (found.bound.kind !== 'bindings') {
    return found.bound.kind === 'formal' && configNames.has(expression.name) && isOutermost(frame)
      ? []
      : null;
  }
  const [only, ...more] = found.bound.bindings;
  const inside = frames.slice(0, found.index + 1);
  if (only?.kind === 'inherit') {
    const outer = only.from === null ? null : configPath(only.from, inside, steps - 1);
    return outer === null ? null : [...outer, expression.name];
  }
  if (only === undefined || more.length > 0 || only.path.names.length !== 1) return null;
  return configPath(only.value, inside, steps - 1);
}

function isOutermost(frame: Frame): boolean {
  return frame.kind === 'function' && frame.around.every(({ kind }) => kind === 'parenthesized');
}

/** `services.x.enable = …` in what the module sets. */
function setAt(nodes: readonly WalkedNode[], offset: number): OptionPlace | null {
  let path: readonly string[] | null = null;
  let set: AttributeSet | null = null;
  for (const [index, node] of nodes.entries()) {
    const next = nodes[index + 1];
    if (node.kind === 'set') {
      path ??= [];
      set = node;
      continue;
    }
    if (node.kind !== 'binding') {
      if (!passesOn(node, next, path === null)) return null;
      continue;
    }
    // Of a `let` around.
    if (set === null || path === null || !set.bindings.includes(node)) return null;
    const isTop: boolean = path.length === 0 && isModuleSet(nodes.slice(0, index));
    const own: readonly string[] | null = isTop ? ownPath(set, namesOf(node.path)) : namesOf(node.path);
    if (own === null) return null;
    const at = node.path.names.findIndex(({ span }) => contains(span, offset));
    if (at >= 0) {
      const dropped = node.path.names.length - own.length;
      const name = node.path.names[at];
      if (name === undefined || at < dropped) return null;
      const beside = at > 0 ? none : namesBeside(set, node);
      return {
        path: [...path, ...own.slice(0, at + 1 - dropped)],
        span: name.span,
        kind: 'name',
        beside,
      };
    }
    path = [...path, ...own];
  }
  const last = nodes.at(-1);
  if (path === null || last === undefined) return null;
  if (last === set) return nameToCome(path, nodes, set, offset);
  const isValue =
    last.kind === 'variable' ||
    (last.kind === 'binding' && isWrapper(last.value) && offset > last.value.span.end);
  if (!isValue || path.length === 0) return null;
  const span = last.kind === 'variable' ? last.span : { start: offset, end: offset };
  return { path, span, kind: 'value', beside: none };
}

/** Between the bindings of a set. */
function nameToCome(
  path: readonly string[],
  nodes: readonly WalkedNode[],
  set: AttributeSet,
  offset: number,
): OptionPlace | null {
  const isTop = path.length === 0 && isModuleSet(nodes);
  if (isTop && ownPath(set, ['']) === null) return null;
  const span = { start: offset, end: offset };
  return { path: [...path, ''], span, kind: 'name', beside: namesBeside(set, null) };
}

/** Whether only functions and what surrounds their results stand above. */
function isModuleSet(above: readonly WalkedNode[]): boolean {
  return above.filter(({ kind }) => kind === 'set').length === 1;
}

/** Without `config`, where a module says so; null for what is no option. */
function ownPath({ bindings }: AttributeSet, names: readonly string[]): readonly string[] | null {
  const [first = ''] = names;
  const parts = bindings.flatMap((each) => (each.kind === 'binding' ? [namesOf(each.path)[0] ?? ''] : []));
  if (first === 'config') return names.slice(1);
  const isLong = parts.includes('config') || parts.includes('options');
  return isLong || ownAttributes.has(first) ? null : names;
}

function namesBeside(set: AttributeSet, own: WalkedNode | null): ReadonlySet<string> {
  return writtenNames({
    ...set,
    bindings: set.bindings.filter(
      (each) => each !== own && (each.kind === 'inherit' || each.path.names.length === 1),
    ),
  });
}

/** Whether what is written in a node is (a part of) its value. `above`: outside of the set that the module is. */
function passesOn(node: WalkedNode, inner: WalkedNode | undefined, above: boolean): boolean {
  if (inner === undefined) return true;
  if (node.kind === 'parenthesized' || node.kind === 'list') return true;
  if (node.kind === 'function' || node.kind === 'letIn' || node.kind === 'with' || node.kind === 'assert') {
    return inner === node.body;
  }
  if (node.kind === 'if') return inner !== node.condition;
  if (node.kind === 'binary') return node.operator === '//' || node.operator === '++';
  if (node.kind !== 'apply' || above) return false;
  return inner === node.argument && isWrapper(node);
}

function namesOf({ names }: AttributePath): readonly string[] {
  return names.map(({ name }) => name ?? anyName);
}
