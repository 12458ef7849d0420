/** What modules define: each place of a text that gives an option a value, with the path of names that leads to it. Pure. */
import { calledName, callParts } from '../../derivation/callAttributes';
import type { AttributeSet, Binding, Expression } from '../../syntax/ast';
import type { Span } from '../../syntax/syntaxTree';
import { unwrapped, walk } from '../../syntax/walk';

/** Attributes of a module that are no options. */
export const ownAttributes: ReadonlySet<string> = new Set([
  'options',
  'imports',
  'disabledModules',
  'freeformType',
  'key',
  '_file',
  '_class',
  '_module',
]);
/** What nixpkgs' `lib/modules.nix` wraps definitions in; the last argument is the definition. */
const wrappers = new Set([
  'mkIf',
  'mkMerge',
  'mkDefault',
  'mkForce',
  'mkOverride',
  'mkOptionDefault',
  'mkImageMediaOverride',
  'mkVMOverride',
  'mkOrder',
  'mkBefore',
  'mkAfter',
  'optionalAttrs',
  'optional',
  'optionals',
]);
/** A set that has one of these, below an option, may be a module with options of its own. */
const ofModules = new Set([...ownAttributes, 'config']);

export interface DefinedName {
  /** Null when it is only known when it is evaluated. */
  readonly name: string | null;
  readonly span: Span;
}

export interface Definition {
  /** From the module's top. */
  readonly names: readonly DefinedName[];
  /** After so many names it is no longer sure which options there are: it may be in a module inside of the value. */
  readonly sureOf: number;
}

export function isWrapper(call: Expression): boolean {
  return wrappers.has(calledName(callParts(call).head) ?? '');
}

/** Those of the module that a file is; none when its value is no set that is written there. */
export function definitionsOf(root: Expression): readonly Definition[] {
  const reader = new Reader();
  reader.readTop(root);
  return reader.found;
}

/** The first definition of the option at this path, in any set of the text that may be a module: the last name of the path. */
export function definitionPlace(root: Expression, path: readonly string[]): Span | null {
  const reader = new Reader();
  walk(root, (expression) => {
    if (expression.kind === 'set' && !reader.seen.has(expression)) reader.readSet(expression, []);
    return true;
  });
  const found = reader.found.flatMap(({ names }) => {
    const last = names
      .map((_, index) => index + path.length)
      .find((end) => endsIn(names.slice(0, end), path));
    return names[(last ?? 0) - 1]?.span ?? [];
  });
  return found[0] ?? null;
}

function endsIn(names: readonly DefinedName[], path: readonly string[]): boolean {
  const last = names.slice(-path.length);
  return path.length > 0 && last.length === path.length && last.every(({ name }, at) => name === path[at]);
}

class Reader {
  readonly found: Definition[] = [];
  readonly seen = new Set<AttributeSet>();

  readTop(root: Expression): void {
    const top = unwrapped(root);
    if (top.kind === 'function' || top.kind === 'letIn' || top.kind === 'with' || top.kind === 'assert')
      return this.readTop(top.body);
    if (top.kind === 'apply' && isWrapper(top)) return this.readTop(top.argument);
    if (top.kind !== 'set') return;
    const parts = top.bindings.flatMap((binding) => (binding.kind === 'binding' ? firstName(binding) : []));
    const isLong = parts.includes('config') || parts.includes('options');
    for (const binding of top.bindings) this.readAtTop(binding, isLong);
  }

  /** Of a module that says `config` only what stands there is defined. */
  private readAtTop(binding: Binding, isLong: boolean): void {
    const first = binding.kind === 'binding' ? firstName(binding)[0] : undefined;
    if (binding.kind === 'binding' && first === 'config') this.readBinding(binding, [], 1);
    else if (!isLong && !ownAttributes.has(first ?? '')) this.readBinding(binding, []);
  }

  readSet(set: AttributeSet, around: readonly DefinedName[], sureOf = Infinity): void {
    this.seen.add(set);
    const isModule = around.length > 0 && namesOf(set).some((name) => ofModules.has(name));
    const sure = isModule ? Math.min(sureOf, around.length) : sureOf;
    if (set.bindings.length === 0) this.found.push({ names: around, sureOf: sure });
    for (const binding of set.bindings) this.readBinding(binding, around, 0, sure);
  }

  private readBinding(
    binding: Binding,
    around: readonly DefinedName[],
    dropped = 0,
    sureOf = Infinity,
  ): void {
    if (binding.kind === 'inherit') {
      for (const name of binding.names) this.found.push({ names: [...around, name], sureOf });
      return;
    }
    const names = [...around, ...binding.path.names.slice(dropped)];
    const module = names.findIndex(({ name }, index) => index > 0 && ofModules.has(name ?? ''));
    this.readValue(binding.value, names, module < 0 ? sureOf : Math.min(sureOf, module));
  }

  private readValue(value: Expression, names: readonly DefinedName[], sureOf: number): void {
    const parts = partsOf(value);
    for (const part of parts) if (part.kind === 'set') this.readSet(part, names, sureOf);
    if (parts.length === 0 || parts.some(({ kind }) => kind !== 'set')) this.found.push({ names, sureOf });
  }
}

/** What a definition may come to: through conditions, merges, lists and functions of modules. */
function partsOf(value: Expression): readonly Expression[] {
  const inner = unwrapped(value);
  const inside = insideOf(inner);
  return inside === null ? [inner] : inside.flatMap(partsOf);
}

function insideOf(value: Expression): readonly Expression[] | null {
  const { kind } = value;
  if (kind === 'list') return value.elements;
  if (kind === 'function' || kind === 'letIn' || kind === 'with' || kind === 'assert') return [value.body];
  if (kind === 'if') return [value.consequence, value.alternative];
  if (kind === 'binary') {
    return value.operator === '//' || value.operator === '++' ? [value.left, value.right] : null;
  }
  return kind === 'apply' && isWrapper(value) ? [value.argument] : null;
}

function firstName(binding: Extract<Binding, { kind: 'binding' }>): readonly string[] {
  return binding.path.names.slice(0, 1).flatMap(({ name }) => name ?? []);
}

function namesOf({ bindings }: AttributeSet): readonly string[] {
  return bindings.flatMap((binding) =>
    binding.kind === 'binding' ? firstName(binding) : binding.names.flatMap(({ name }) => name ?? []),
  );
}
