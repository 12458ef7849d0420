/** How applications are read: what is called, with which arguments, and which functions everybody knows. Pure. */
import type { Expression, Select } from '../../syntax/ast';
import type { FileTree } from './fileTrees';
import { useOf } from './uses';

/** Which argument of a fixed point is its function. */
export const fixedPoints: Readonly<Record<string, number>> = {
  fix: 0,
  "fix'": 0,
  makeExtensible: 0,
  makeExtensibleWithCustomName: 1,
  makeScope: 1,
  makeScopeWithSplicing: 4,
};
/** Functions that give back what they are given last, as far as its attributes go. */
export const transparent = new Set([
  'recurseIntoAttrs',
  'dontRecurseIntoAttrs',
  'lowPrio',
  'hiPrio',
  'hydraJob',
  'addMetaAttrs',
]);
/** Attributes of a package that make another with the same attributes. */
export const overriding = new Set([
  'override',
  'overrideAttrs',
  'overrideDerivation',
  'overrideScope',
  'extend',
]);
/** `f a b` as `f` and `[a, b]`. */
export function spine(apply: Extract<Expression, { kind: 'apply' }>): {
  readonly head: Expression;
  readonly args: readonly Expression[];
} {
  const args: Expression[] = [];
  let head: Expression = apply;
  while (head.kind === 'apply' || head.kind === 'parenthesized') {
    if (head.kind === 'parenthesized') head = head.expression;
    else {
      args.unshift(head.argument);
      head = head.function;
    }
  }
  return { head, args };
}

/** The name by which a function is called: the last of a selection. */
export function lastName(head: Expression): string {
  if (head.kind === 'variable') return head.name;
  return head.kind === 'select' ? (head.path.names.at(-1)?.name ?? '') : '';
}

export function isCallPackage(name: string): boolean {
  return /^call\w*(?:Packages?|Libs)'?$/.test(name);
}

/** Functions that make a derivation from the set that they are given last. */
export function isMaker(name: string): boolean {
  return (
    name === 'mkDerivation' || /^mk\w*Derivation$|^build\w*(?:Package|Application|Module|Crate)$/.test(name)
  );
}

export function isImport({ tree }: FileTree, head: Expression): boolean {
  if (lastName(head) !== 'import') return false;
  const first = head.kind === 'select' ? head.expression : head;
  return first.kind === 'variable' && useOf(tree, first)?.other === 'global';
}

export function withoutLast(select: Select): Expression {
  const names = select.path.names.slice(0, -1);
  return names.length === 0 ? select.expression : { ...select, path: { ...select.path, names } };
}

export function namesIn({ path }: Pick<Select, 'path'>): readonly (string | null)[] {
  return path.names.map(({ name }) => name);
}
