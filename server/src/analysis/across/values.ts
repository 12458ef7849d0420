/**
 * What an expression is, as far as texts tell without evaluating: through names, selections, applications of known functions, `import`,
 * `callPackage` and fixed points. What is not certain has no answer, except that a formal's default and the names `self`, `final` and `lib` are believed.
 */
import { dirname, resolve } from 'node:path';
import type { Expression, FunctionExpression, StringLiteral } from '../../syntax/ast';
import { stringParts } from '../../syntax/stringText';
import type { Definition, Use } from '../scopes';
import {
  fixedPoints,
  isCallPackage,
  isImport,
  isMaker,
  lastName,
  namesIn,
  overriding,
  spine,
  transparent,
  withoutLast,
} from './calls';
import type { FileTree, FileTrees } from './fileTrees';
import { entriesOf, type Entry, type Layers, type SetPart } from './sets';
import type { Applied, FunctionValue, Place, SetValue, Value } from './value';
import { inheritedUse, useOf } from './uses';

type Step = { readonly value: Value } | { readonly next: Place } | null;

/** How far one question is followed: texts may go round in circles. */
const patience = 600;

const itself = new Set(['self', 'final', 'finalAttrs']);

export class Values {
  private left = patience;

  constructor(private readonly files: FileTrees) {}

  /** Null when the texts do not tell. */
  of(place: Place): Promise<Value | null> {
    this.left = patience;
    return this.value(place);
  }

  /** The bindings that define an attribute of what stands at a place. */
  async attribute(place: Place, path: readonly string[]): Promise<readonly Entry[]> {
    this.left = patience;
    return this.entriesAt(place, path);
  }

  /** The bindings that give a name its meaning where only a `with` can: of the innermost that is known to have it. */
  async ofWith(file: FileTree, { name, scope }: Use, applied: Applied | null): Promise<readonly Entry[]> {
    this.left = patience;
    return this.entriesOfWith(file, name, scope, applied);
  }

  /** The set that an attribute is: its value, or the parts that longer paths write. */
  async setOf(entries: readonly Entry[]): Promise<SetValue | null> {
    this.left = patience;
    const step = await this.merged(entries);
    const value = step === null ? null : 'value' in step ? step.value : await this.value(step.next);
    return value?.kind === 'set' ? value : null;
  }

  /** The text that an attribute is; null when it is none, or not known. */
  async textOf(entry: Entry): Promise<string | null> {
    this.left = patience;
    const step = await this.merged([entry]);
    const value = step === null ? null : 'value' in step ? step.value : await this.value(step.next);
    return value?.kind === 'text' ? value.text : null;
  }

  /** The function that gets `argument` when this application is evaluated. */
  async functionOf(
    place: Place & { readonly expression: Extract<Expression, { kind: 'apply' }> },
  ): Promise<FunctionValue | null> {
    this.left = patience;
    const { head, args } = spine(place.expression);
    const last = lastName(head);
    const own: Place = { ...place, expression: place.expression.function };
    let value: Value | null;
    if (isCallPackage(last) && args.length === 2 && args[0] !== undefined) {
      value = await this.loaded({ ...place, expression: args[0] });
    } else if (head.kind === 'select' && args.length === 1 && last === 'override') {
      value = await this.overridden({ ...place, expression: withoutLast(head) });
    } else value = await this.value(own);
    return value?.kind === 'function' ? value : null;
  }

  /** What `callPackage` is given: a function, or a path to one. */
  private async loaded(place: Place): Promise<Value | null> {
    const value = await this.value(place);
    return value?.kind === 'path' ? this.fileValue(value.path) : value;
  }

  /** The function whose arguments `x.override` changes. */
  private async overridden(place: Place): Promise<Value | null> {
    let at: Place | null = place;
    while (at !== null && this.left-- > 0) {
      if (at.expression.kind === 'apply') {
        const { head, args } = spine(at.expression);
        if (isCallPackage(lastName(head)) && args[0] !== undefined)
          return this.loaded({ ...at, expression: args[0] });
      }
      const step: Step = await this.step(at);
      at = step === null || 'value' in step ? null : step.next;
    }
    return null;
  }

  private async fileValue(path: string): Promise<Value | null> {
    const file = await this.files.read(path);
    const root = file?.tree.root ?? null;
    return file === null || root === null ? null : this.value({ in: file, expression: root, applied: null });
  }

  private async value(place: Place): Promise<Value | null> {
    let at = place;
    while (this.left-- > 0) {
      const step = await this.step(at);
      if (step === null) return null;
      if ('value' in step) return step.value;
      at = step.next;
    }
    return null;
  }

  private async step(place: Place): Promise<Step> {
    const { expression, applied, in: file } = place;
    const inner = (next: Expression): Step => ({ next: { ...place, expression: next } });
    switch (expression.kind) {
      case 'parenthesized':
        return inner(expression.expression);
      case 'letIn':
      case 'with':
      case 'assert':
        return inner(expression.body);
      case 'variable': {
        const use = useOf(file.tree, expression);
        return use === null ? null : this.named(file, use, applied);
      }
      case 'select':
        return this.merged(
          await this.entriesAt({ ...place, expression: expression.expression }, namesIn(expression)),
        );
      case 'apply':
        return this.application(place, expression);
      case 'set': {
        if (expression.form === 'let') return null;
        const part: SetPart = { in: file, applied, bindings: expression.bindings, depth: 0 };
        return { value: { kind: 'set', layers: [[part]] } };
      }
      case 'function':
        return { value: { kind: 'function', in: file, expression, applied } };
      case 'path':
      case 'searchPath':
        return this.path(place);
      case 'string':
        return this.text(place, expression);
      case 'binary':
        return this.operation(place, expression);
      case 'if':
      case 'hasAttribute':
      case 'unary':
      case 'list':
      case 'number':
      case 'homePath':
      case 'uri':
      case 'missing':
        return null;
    }
  }

  private async path({ in: { file, tree }, expression }: Place): Promise<Step> {
    const written = tree.text.slice(expression.span.start, expression.span.end);
    if (expression.kind === 'searchPath') {
      const found = await this.files.searchPath(written.slice(1, -1));
      return found === null ? null : { value: { kind: 'path', path: found } };
    }
    if (expression.kind !== 'path' || expression.interpolations.length > 0) return null;
    return { value: { kind: 'path', path: resolve(dirname(file), written) } };
  }

  private async text(place: Place, literal: StringLiteral): Promise<Step> {
    let text = '';
    for (const part of stringParts(place.in.tree.text, literal)) {
      const value = part.kind === 'text' ? part : await this.value({ ...place, expression: part.expression });
      if (value?.kind !== 'text') return null;
      text += value.text;
    }
    return { value: { kind: 'text', text } };
  }

  private async operation(
    place: Place,
    { operator, left, right }: Extract<Expression, { kind: 'binary' }>,
  ): Promise<Step> {
    if (operator === '//') {
      const layers: Layers[] = [];
      for (const side of [right, left]) {
        const value = await this.value({ ...place, expression: side });
        if (value?.kind === 'set') layers.push(value.layers);
      }
      return layers.length === 0 ? null : { value: { kind: 'set', layers: layers.flat() } };
    }
    if (operator !== '+') return null;
    const first = await this.value({ ...place, expression: left });
    const second = await this.value({ ...place, expression: right });
    if (second?.kind !== 'text') return null;
    if (first?.kind === 'path') return { value: { kind: 'path', path: resolve(first.path + second.text) } };
    return first?.kind === 'text' ? { value: { kind: 'text', text: first.text + second.text } } : null;
  }

  private async application(place: Place, apply: Extract<Expression, { kind: 'apply' }>): Promise<Step> {
    const { head, args } = spine(apply);
    const at = (index: number): Place | null => {
      const expression = args[index];
      return expression === undefined ? null : { ...place, expression };
    };
    const name = lastName(head);
    const [first, second] = [at(0), at(1)];
    if (first === null) return null;
    if (isImport(place.in, head)) {
      const value = await this.value(first);
      return value?.kind === 'path'
        ? this.applied(await this.fileValue(value.path), args.slice(1), place)
        : null;
    }
    if (isCallPackage(name) && second !== null) {
      return this.applied(await this.loaded(first), args.slice(1), place);
    }
    const knot = at(fixedPoints[name] ?? (isMaker(name) ? args.length - 1 : Infinity));
    if (knot !== null) {
      const value = await this.value(knot);
      return value?.kind === 'function' ? { next: bodyOf(value, place) } : value === null ? null : { value };
    }
    if (transparent.has(name)) return { next: at(args.length - 1) ?? first };
    if (head.kind === 'select' && overriding.has(name) && args.length === 1) {
      return { next: { ...place, expression: withoutLast(head) } };
    }
    return this.applied(await this.value({ ...place, expression: head }), args, place);
  }

  /** A function's value when it is given these arguments, one after the other. */
  private async applied(value: Value | null, args: readonly Expression[], place: Place): Promise<Step> {
    let made = value;
    for (const [index, expression] of args.entries()) {
      if (made?.kind !== 'function') return null;
      const body = bodyOf(made, { ...place, expression });
      if (index === args.length - 1) return { next: body };
      made = await this.value(body);
    }
    return made === null ? null : { value: made };
  }

  private async named(file: FileTree, use: Use, applied: Applied | null): Promise<Step> {
    const { definition } = use;
    if (definition === null) {
      return use.other === 'with'
        ? this.merged(await this.entriesOfWith(file, use.name, use.scope, applied))
        : null;
    }
    if (definition.kind === 'let' || definition.kind === 'rec')
      return this.merged(entriesOfDefinition(file, definition, applied));
    const owner = definition.scope.owner;
    if (owner?.kind !== 'function') return null;
    const known = applicationOf(owner, applied);
    if (definition.kind === 'argument') {
      if (known?.argument != null) return { next: known.argument };
      if (!itself.has(definition.name)) return null;
      const outer = known?.outer ?? applied;
      return { next: fixedBody(file, owner, outer) };
    }
    return this.formal(file, definition, known, applied);
  }

  private async formal(
    file: FileTree,
    { name, sites }: Definition,
    known: Applied | null,
    applied: Applied | null,
  ): Promise<Step> {
    const given = known?.argument == null ? [] : await this.entriesAt(known.argument, [name]);
    if (given.length > 0) return this.merged(given);
    const origin = sites[0]?.origin;
    const otherwise = origin !== undefined && 'default' in origin ? origin.default : null;
    if (otherwise !== null) return { next: { in: file, expression: otherwise, applied } };
    // Everybody calls it so, and it is the same for all.
    const library = name === 'lib' ? await this.files.searchPath('nixpkgs/lib') : null;
    const value = library === null ? null : await this.fileValue(library);
    return value === null ? null : { value };
  }

  private async entriesAt(place: Place, path: readonly (string | null)[]): Promise<readonly Entry[]> {
    let value = await this.value(place);
    let entries: readonly Entry[] = [];
    for (const [index, name] of path.entries()) {
      if (name === null || value?.kind !== 'set') return [];
      entries = entriesOf(value.layers, name);
      if (index === path.length - 1) break;
      const step = await this.merged(entries);
      value = step === null ? null : 'value' in step ? step.value : await this.value(step.next);
    }
    return entries;
  }

  private async entriesOfWith(
    file: FileTree,
    name: string,
    from: Use['scope'],
    applied: Applied | null,
  ): Promise<readonly Entry[]> {
    for (let scope: Use['scope'] | null = from; scope !== null && this.left > 0; scope = scope.parent) {
      if (scope.with === null) continue;
      const value = await this.value({ in: file, expression: scope.with.environment, applied });
      const entries = value?.kind === 'set' ? entriesOf(value.layers, name) : [];
      if (entries.length > 0) return entries;
    }
    return [];
  }

  /** What an attribute or name is that these define together. */
  private async merged(entries: readonly Entry[]): Promise<Step> {
    const [only] = entries;
    if (only === undefined) return null;
    if (entries.length === 1) {
      const step = await this.entryValue(only);
      return step === null || !('part' in step) ? step : { value: { kind: 'set', layers: [[step.part]] } };
    }
    const parts: SetPart[] = [];
    for (const entry of entries) {
      const step = await this.entryValue(entry);
      if (step === null) continue;
      if ('part' in step) parts.push(step.part);
      else {
        const value = 'value' in step ? step.value : await this.value(step.next);
        if (value?.kind === 'set') parts.push(...value.layers.flat());
      }
    }
    return parts.length === 0 ? null : { value: { kind: 'set', layers: [parts] } };
  }

  private async entryValue(entry: Entry): Promise<Step | { readonly part: SetPart }> {
    const { binding, depth, applied, name, in: file } = entry;
    if (binding.kind === 'binding') {
      if (depth + 1 < binding.path.names.length) {
        return { part: { in: file, applied, bindings: [binding], depth: depth + 1 } };
      }
      return { next: { in: file, expression: binding.value, applied } };
    }
    if (name.name === null || this.left-- <= 0) return null;
    if (binding.from !== null) {
      return this.merged(await this.entriesAt({ in: file, expression: binding.from, applied }, [name.name]));
    }
    const use = inheritedUse(file.tree, binding, name.name);
    return use === null ? null : this.named(file, use, applied);
  }
}

function bodyOf({ expression, applied, in: file }: FunctionValue, argument: Place): Place {
  return {
    in: file,
    expression: expression.body,
    applied: { function: expression, argument, outer: applied },
  };
}

/** What `self` is in `self: super: { … }` and `finalAttrs: { … }`: the set that the function makes. */
function fixedBody(file: FileTree, owner: FunctionExpression, outer: Applied | null): Place {
  let made = owner;
  let applied: Applied = { function: owner, argument: null, outer };
  while (made.body.kind === 'function') {
    made = made.body;
    applied = { function: made, argument: null, outer: applied };
  }
  return { in: file, expression: made.body, applied };
}

function applicationOf(owner: FunctionExpression, applied: Applied | null): Applied | null {
  for (let at = applied; at !== null; at = at.outer) if (at.function === owner) return at;
  return null;
}

/** What a `let` or recursive set binds a name to. */
export function entriesOfDefinition(
  file: FileTree,
  { name, sites }: Definition,
  applied: Applied | null,
): readonly Entry[] {
  return sites.flatMap(({ origin, span }): Entry[] => {
    if (!('kind' in origin) || origin.kind === 'function') return [];
    const names = origin.kind === 'binding' ? origin.path.names.slice(0, 1) : origin.names;
    const own = names.find((each) => each.name === name && each.span.start === span.start);
    return own === undefined ? [] : [{ in: file, applied, binding: origin, name: own, depth: 0 }];
  });
}
