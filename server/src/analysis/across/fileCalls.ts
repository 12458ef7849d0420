/** Where a file's text calls another file, and what is written about that call. Pure. */
import { dirname, join, resolve } from 'node:path';
import { calledName, callParts } from '../../derivation/callAttributes';
import { makerNamed } from '../../derivation/makers';
import type { Binding, Expression } from '../../syntax/ast';
import { pathReplacements } from '../../syntax/pathLiterals';
import { relocatedPart } from '../../syntax/relocation';
import { unwrapped, walk } from '../../syntax/walk';
import { namesOf } from '../names';
import type { FileTree } from './fileTrees';

/** `zlib = callPackage ./zlib { }` or `import ./zlib …` in another file. */
export interface FileCall {
  readonly by: 'callPackage' | 'import';
  /** The attribute of the calling file's value that the call is; null when the text does not tell. */
  readonly attr: readonly string[] | null;
  /** Below the set in hand: whose `callPackage` it is, as `[ "python3Packages" ]`. */
  readonly scope: readonly string[];
  /** A Nix function from the set in hand to the arguments that are written; null for none; `open` when they depend on more than the set. */
  readonly args: string | { readonly open: true } | null;
}

const mostSteps = 20_000;
/** What a file calls the set that it belongs to. */
const setNames = new Set(['final', 'self', 'prev', 'super', 'pkgs']);

/** Such a call as it is written. */
export interface WrittenCall {
  readonly by: FileCall['by'];
  readonly expression: Expression;
  /** What is called: `pkgs.callPackage`. */
  readonly head: Expression;
  /** What is given beside the file. */
  readonly given: Expression | undefined;
}

/** The calls of the file `target` (absolute) in this one, those with an attribute first. */
export function callsOfFile(caller: FileTree, target: string): readonly FileCall[] {
  const { root } = caller.tree;
  if (root === null) return [];
  const places = attributePlaces(root);
  const found = writtenCalls(caller, target).map(({ by, expression, head, given }): FileCall => {
    const attr = places.get(expression) ?? null;
    return { by, attr, scope: scopeOf(head), args: argumentsText(caller, given) };
  });
  return found.sort((a, b) => Number(a.attr === null) - Number(b.attr === null));
}

/** The same as they are written, in no order that means something. */
export function writtenCalls(caller: FileTree, target: string): readonly WrittenCall[] {
  const { root } = caller.tree;
  if (root === null) return [];
  const found: WrittenCall[] = [];
  const seen = new Set<Expression>();
  walk(root, (expression) => {
    if (expression.kind !== 'apply' || seen.has(expression)) return true;
    const { head, args } = callParts(expression);
    for (let inner: Expression = expression; inner.kind === 'apply'; inner = unwrapped(inner.function))
      seen.add(inner);
    const by = callerOf(head);
    const [named, given] = args;
    if (by !== null && named !== undefined && leadsTo(caller, named, target)) {
      found.push({ by, expression, head, given });
    }
    return true;
  });
  return found;
}

function callerOf(head: Expression): FileCall['by'] | null {
  const name = calledName(head) ?? '';
  if (/^callPackages?$/.test(name)) return 'callPackage';
  return name === 'import' ? 'import' : null;
}

/** Whether it is a path literal of this file, or `import` of one. */
function leadsTo(caller: FileTree, written: Expression, target: string): boolean {
  const named = unwrapped(written);
  if (named.kind === 'apply') {
    const { head, args } = callParts(named);
    return calledName(head) === 'import' && args[0] !== undefined && leadsTo(caller, args[0], target);
  }
  if (named.kind !== 'path' || named.interpolations.length > 0) return false;
  const path = resolve(dirname(caller.file), caller.tree.text.slice(named.span.start, named.span.end));
  return path === target || join(path, 'default.nix') === target;
}

function scopeOf(head: Expression): readonly string[] {
  if (head.kind !== 'select') return [];
  const names = head.path.names.slice(0, -1).map(({ name }) => name);
  const from = unwrapped(head.expression);
  const first = from.kind === 'variable' ? from.name : null;
  const all = first === null || setNames.has(first) ? names : [first, ...names];
  return all.flatMap((name) => name ?? []);
}

/** Which attribute of the whole value an expression is. */
function attributePlaces(root: Expression): ReadonlyMap<Expression, readonly string[]> {
  const found = new Map<Expression, readonly string[]>();
  let steps = 0;
  const visit = (start: Expression, names: readonly string[], bound: readonly Binding[]): void => {
    const at = unwrapped(start);
    if (steps++ > mostSteps || names.length > 8) return;
    if (at.kind === 'letIn') visit(at.body, names, [...bound, ...at.bindings]);
    else if (at.kind === 'function' || at.kind === 'with' || at.kind === 'assert')
      visit(at.body, names, bound);
    else if (at.kind === 'set') {
      const inner = at.form === 'plain' ? bound : [...bound, ...at.bindings];
      for (const binding of at.bindings) visitBinding(binding, names, inner);
    } else if (at.kind === 'binary' && at.operator === '//') {
      visit(at.right, names, bound);
      visit(at.left, names, bound);
    } else if (at.kind === 'if') {
      visit(at.consequence, names, bound);
      visit(at.alternative, names, bound);
    } else if (at.kind === 'variable') {
      const value = boundTo(at.name, bound);
      if (value !== null) visit(value, names, bound.slice(0, bound.length - 1));
    } else if (at.kind === 'apply') {
      const { head, args } = callParts(at);
      const maker = makerNamed(calledName(head) ?? '');
      const passed = maker?.kind === 'passes' && maker.argument < 0 ? args.at(maker.argument) : undefined;
      if (passed !== undefined) visit(passed, names, bound);
      else if (!found.has(at)) found.set(at, names);
    }
  };
  const visitBinding = (binding: Binding, names: readonly string[], bound: readonly Binding[]): void => {
    if (binding.kind === 'binding') {
      const path = binding.path.names.flatMap(({ name }) => name ?? []);
      if (path.length === binding.path.names.length) visit(binding.value, [...names, ...path], bound);
      return;
    }
    for (const { name } of binding.names) {
      const value = name === null || binding.from !== null ? null : boundTo(name, bound);
      if (name !== null && value !== null) visit(value, [...names, name], bound);
    }
  };
  visit(root, [], []);
  return found;
}

function boundTo(name: string, bound: readonly Binding[]): Expression | null {
  for (const binding of bound.toReversed()) {
    if (binding.kind !== 'binding' || binding.path.names.length !== 1) continue;
    if (binding.path.names[0]?.name === name) return binding.value;
  }
  return null;
}

/** The arguments as they may be written elsewhere: with absolute paths, names of the set taken from the set. */
function argumentsText({ file, tree }: FileTree, given: Expression | undefined): FileCall['args'] {
  if (given === undefined) return null;
  const written = unwrapped(given);
  if (written.kind === 'set' && written.bindings.length === 0) return null;
  const { start, end } = written.span;
  const used = new Set<string>();
  for (const use of namesOf(tree).uses) {
    if (use.span.start < start || use.span.end > end) continue;
    const { definition, other, name } = use;
    if (other === 'undefined') return { open: true };
    if (definition === null) continue;
    const { span } = definition.scope;
    const isInside = start <= span.start && span.end <= end;
    if (isInside) continue;
    const isSet = setNames.has(name) && (definition.kind === 'argument' || definition.kind === 'formal');
    if (!isSet) return { open: true };
    used.add(name);
  }
  const inside = pathReplacements(tree, dirname(file), null).filter(
    (each) => start <= each.start && each.end <= end,
  );
  const { text } = relocatedPart(tree, written.span, inside);
  const names = [...used].map((name) => `${name} = phasewise'set.${name} or phasewise'set;`).join(' ');
  return `phasewise'set: with phasewise'set; let ${names} in ${text}`;
}
