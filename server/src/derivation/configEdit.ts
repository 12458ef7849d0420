/** What a text gives the package set that it imports as `config`, with one more setting. Pure. */
import type { AttributeSet, Binding, Expression, List } from '../syntax/ast';
import { allNodes } from '../syntax/nodes';
import type { Replacement } from '../syntax/replacement';
import { unwrapped } from '../syntax/walk';
import { calledName, callParts } from './callAttributes';
import { insertBinding, lastInList } from './listAttributeEdit';

/** One setting: `allowBroken = true;`. */
export interface ConfigSetting {
  readonly name: string;
  readonly value: string;
  /** What is added to a list that the setting has already; null when it is no list. */
  readonly element: string | null;
}

/** Null where the text imports no package set with a set of arguments, or several, or its config is not written there. */
export function configEdit(root: Expression, text: string, setting: ConfigSetting): Replacement | null {
  const [args, another] = importArguments(root, text);
  if (args === undefined || another !== undefined) return null;
  const config = args.bindings.filter((binding) => isOf(binding, 'config'));
  const whole = config.find((binding) => binding.kind === 'binding' && binding.path.names.length === 1);
  if (config.some(({ kind }) => kind === 'inherit')) return null;
  if (whole?.kind === 'binding') {
    const set = unwrapped(whole.value);
    return set.kind === 'set' ? inSet(set, text, setting, []) : null;
  }
  return inSet(args, text, setting, ['config']);
}

function inSet(
  set: AttributeSet,
  text: string,
  { name, value, element }: ConfigSetting,
  before: readonly string[],
): Replacement | null {
  const path = [...before, name];
  const present = set.bindings.find(
    (binding) =>
      binding.kind === 'binding' &&
      binding.path.names.length === path.length &&
      path.every((part, index) => binding.path.names[index]?.name === part),
  );
  if (present?.kind === 'binding') {
    const list = element === null ? null : listIn(present.value);
    if (list !== null && element !== null) return lastInList(text, list).write(element);
    return element === null ? { ...present.value.span, newText: value } : null;
  }
  return insertBinding(text, set, lastNameIn(set), () => `${path.join('.')} = ${value};`);
}

/** The list that a setting is, or that its predicate looks in. */
function listIn(value: Expression): List | null {
  const [list, another] = [...allNodes(value)].filter((node): node is List => node.kind === 'list');
  return list === undefined || another !== undefined ? null : list;
}

function lastNameIn({ bindings }: AttributeSet): readonly string[] {
  const last = bindings.at(-1);
  const name = last?.kind === 'inherit' ? last.names.at(-1)?.name : last?.path.names[0]?.name;
  return name == null ? [] : [name];
}

function isOf(binding: Binding, name: string): boolean {
  return binding.kind === 'binding'
    ? binding.path.names[0]?.name === name
    : binding.names.some((inherited) => inherited.name === name);
}

/** Of each `import <nixpkgs> { … }`, `import nixpkgs { … }`, `import inputs.nixpkgs { … }`. */
function importArguments(root: Expression, text: string): readonly AttributeSet[] {
  return [...allNodes(root)].flatMap((node): readonly AttributeSet[] => {
    if (node.kind !== 'apply') return [];
    const { head, args } = callParts(node);
    const [what, given, ...more] = args;
    if (calledName(head) !== 'import' || what === undefined || given === undefined || more.length > 0)
      return [];
    const named = /nixpkgs|\bpkgs\b/.test(text.slice(what.span.start, what.span.end));
    const set = unwrapped(given);
    return named && set.kind === 'set' ? [set] : [];
  });
}
