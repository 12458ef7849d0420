import { printAttrPath } from '../nix/attrPath';
import type { AttributeName, AttributeSet, Expression, FunctionExpression } from '../syntax/ast';
import type { Span, SyntaxTree } from '../syntax/syntaxTree';
import {
  argumentAttribute,
  attributesOf,
  calledName,
  callParts,
  derivationName,
  functionScope,
  merged,
  type Attributes,
} from './callAttributes';
import { fileKind } from './fileKind';
import type { FoundAttribute, FoundDerivation } from './foundDerivation';
import { makerNamed, type Maker } from './makers';
import { argumentScope, emptyScope, lookUp, recursiveScope, type Bound, type Scope } from './scope';
import { resolve, staticString } from './staticValue';

const maximumSteps = 20_000;
const maximumDepth = 60;
const maximumFound = 500;

/**
 * The derivations that a document makes, as far as its text alone tells: calls of mkDerivation and its kin, through
 * `let`, `with`, functions to be filled by callPackage, attribute sets, lists and overrideAttrs. Modules and libraries make none; of a flake those
 * below its literal `packages`, `checks`, `devShells`, …
 */
export function findDerivations(tree: SyntaxTree): readonly FoundDerivation[] {
  return searchDerivations(tree).derivations;
}

export interface FoundDerivations {
  readonly derivations: readonly FoundDerivation[];
  /** False when the search was given up, as there is too much to look at. */
  readonly complete: boolean;
}

/** As `findDerivations`. */
export function searchDerivations(tree: SyntaxTree): FoundDerivations {
  const kind = tree.root === null ? null : fileKind(tree.root);
  if (tree.root === null || kind?.kind === 'module') return { derivations: [], complete: true };
  const finder = new Finder(tree.text);
  const start = kind?.kind === 'flake' ? kind.outputs : tree.root;
  finder.visit(start, emptyScope, { names: [], place: null, depth: 0 });
  const { complete } = finder;
  const all = finder.derivations();
  if (kind?.kind !== 'flake') return { derivations: all, complete };
  return { derivations: all.filter(({ attr }) => flakeOutput.test(attr)), complete };
}

const flakeOutput = /^(packages|checks|devShells|legacyPackages|defaultPackage|devShell|hydraJobs)\./;

/** Where the search stands in the file's value. */
interface Place {
  readonly names: readonly string[];
  /** Name of the innermost attribute; null at the top. */
  readonly place: Span | null;
  readonly depth: number;
}

class Finder {
  private readonly found = new Map<string, FoundDerivation>();
  private steps = 0;
  private gaveUp = false;

  constructor(private readonly source: string) {}

  get complete(): boolean {
    return !this.gaveUp;
  }

  derivations(): readonly FoundDerivation[] {
    return [...this.found.values()];
  }

  visit(start: Expression, outer: Scope, at: Place): void {
    if (this.steps++ > maximumSteps || at.depth > maximumDepth || this.found.size >= maximumFound) {
      this.gaveUp = true;
      return;
    }
    const { expression, scope } = resolve(start, outer);
    const here = { ...at, depth: at.depth + 1 };
    if (expression.kind === 'set') this.visitSet(expression, scope, here);
    else if (expression.kind === 'apply') this.visitCall(expression, scope, here);
    else if (expression.kind === 'list') {
      expression.elements.forEach((element, index) =>
        this.visit(element, scope, { ...here, names: [...at.names, String(index)] }),
      );
    } else if (expression.kind === 'if') {
      this.visit(expression.consequence, scope, here);
      this.visit(expression.alternative, scope, here);
    } else if (expression.kind === 'binary' && expression.operator === '//') {
      this.visit(expression.right, scope, here);
      this.visit(expression.left, scope, here);
    } else if (expression.kind === 'function' && at.names.length === 0) {
      this.visit(expression.body, functionScope(expression, scope), here);
    }
  }

  private visitSet(set: AttributeSet, outer: Scope, at: Place): void {
    if (at.names.length > 6) return;
    const scope = set.form === 'plain' ? outer : recursiveScope(set.bindings, outer);
    for (const binding of set.bindings) {
      if (binding.kind === 'binding') {
        const names = plainNames(binding.path.names);
        const place = binding.path.names.at(-1)?.span ?? null;
        if (names !== null) {
          this.visit(binding.value, scope, { ...at, names: [...at.names, ...names], place });
        }
        continue;
      }
      for (const { name, span } of binding.names) {
        if (name === null) continue;
        const bound = binding.from === null ? lookUp(name, outer) : this.inherited(binding.from, name, scope);
        if (bound === null) continue;
        this.visit(bound.expression, bound.scope, { ...at, names: [...at.names, name], place: span });
      }
    }
  }

  private inherited(from: Expression, name: string, scope: Scope): Bound | null {
    const span = from.span;
    const path = { span, names: [{ span, name, expression: null }] };
    const bound = resolve({ kind: 'select', span, expression: from, path, default: null }, scope);
    return bound.expression.kind === 'select' ? null : bound;
  }

  private visitCall(call: Expression, scope: Scope, at: Place): void {
    const { head, args } = callParts(call);
    const local = resolve(head, scope);
    if (local.expression.kind === 'function') {
      this.visitApplied(local.expression, local.scope, args, scope, at);
      return;
    }
    const name = calledName(head);
    const maker = name === null ? null : makerNamed(name);
    if (name !== null && maker !== null) this.make(name, maker, { call, head, args, scope, at });
  }

  /** A function of the text itself, applied: its body, with the arguments known where they are plain. */
  private visitApplied(
    start: FunctionExpression,
    defined: Scope,
    args: readonly Expression[],
    scope: Scope,
    at: Place,
  ): void {
    let current: Expression = start;
    let inner = defined;
    for (const argument of args) {
      const target = resolve(current, inner);
      if (target.expression.kind !== 'function') return;
      inner = appliedScope(target.expression, target.scope, { expression: argument, scope });
      current = target.expression.body;
    }
    this.visit(current, inner, at);
  }

  private make(name: string, maker: Maker, call: Call): void {
    if (maker.kind === 'passes') this.visitPassed(maker.argument, call);
    else if (maker.kind === 'same') this.visitSelected(call, call.at);
    else if (maker.kind === 'override') this.addOverridden(name, call);
    else if (maker.kind === 'command') this.addCommand(name, call);
    else {
      const [argument] = call.args;
      if (argument === undefined) return;
      const attributes = attributesOf(argument, call.scope);
      const given = { argument: { expression: argument, scope: call.scope }, attributes };
      this.add(call, name, maker.structure, given, derivationName(attributes, this.source));
    }
  }

  private visitPassed(index: number, { args, scope, at }: Call): void {
    const argument = args.at(index);
    if (argument === undefined) return;
    const { expression, scope: inner } = resolve(argument, scope);
    if (expression.kind === 'function') {
      this.visit(expression.body, functionScope(expression, inner), at);
    } else this.visit(expression, inner, at);
  }

  private visitSelected({ head, scope }: Call, at: Place): void {
    if (head.kind === 'select') this.visit(head.expression, scope, at);
  }

  private addCommand(maker: string, call: Call): void {
    const [nameArgument, set, script] = call.args;
    if (nameArgument === undefined || set === undefined || script === undefined) return;
    const given = new Map<string, FoundAttribute>([
      ['name', argumentAttribute('name', nameArgument, call.scope)],
      ['buildCommand', argumentAttribute('buildCommand', script, call.scope)],
    ]);
    const attributes = merged(given, attributesOf(set, call.scope));
    const name = staticString(nameArgument, call.scope, this.source);
    const argument = { expression: set, scope: call.scope };
    this.add(call, maker, 'buildCommand', { argument, attributes }, name);
  }

  /** The base's attributes with those of the override over them; of an unknown base only the latter. */
  private addOverridden(maker: string, call: Call): void {
    const [argument] = call.args;
    if (argument === undefined) return;
    const base = new Finder(this.source);
    base.steps = this.steps;
    this.visitInto(base, call);
    const over = overridingAttributes(argument, call.scope);
    const [first] = base.derivations();
    const attributes = merged(first?.attributes ?? new Map<string, FoundAttribute>(), over);
    const renamed = over.has('name') || over.has('pname') || over.has('version');
    const name = renamed || first === undefined ? derivationName(attributes, this.source) : first.name;
    const given = { argument: first?.argument ?? { expression: argument, scope: call.scope }, attributes };
    this.add(call, first?.maker ?? maker, first?.structure ?? 'phases', given, name);
  }

  private visitInto(base: Finder, call: Call): void {
    base.visitSelected(call, { names: [], place: null, depth: call.at.depth });
    this.steps = base.steps;
  }

  private add(
    { call, head, at }: Call,
    maker: string,
    structure: FoundDerivation['structure'],
    { argument, attributes }: Given,
    name: string | null,
  ): void {
    const attr = printAttrPath(at.names);
    if (this.found.has(attr)) return;
    const place = at.place ?? head.span;
    const script = structure === 'phases' && attributes.has('buildCommand');
    this.found.set(attr, {
      attr,
      maker,
      structure: script ? 'buildCommand' : structure,
      place,
      call: call.span,
      head: head.span,
      argument,
      name,
      attributes,
    });
  }
}

/** What a call gives its derivation. */
interface Given {
  readonly argument: Bound;
  readonly attributes: Attributes;
}

interface Call {
  readonly call: Expression;
  readonly head: Expression;
  readonly args: readonly Expression[];
  readonly scope: Scope;
  readonly at: Place;
}

/** `old: { … }`, `final: old: { … }` or `{ … }`. */
function overridingAttributes(argument: Expression, outer: Scope): Attributes {
  const { expression, scope } = resolve(argument, outer);
  return attributesOf(expression, scope);
}

function appliedScope(target: FunctionExpression, outer: Scope, argument: Bound): Scope {
  const names: (readonly [string, Bound | 'unknown'])[] = [];
  if (target.argument !== null) names.push([target.argument.name, argument]);
  const given = target.formals === null ? null : attributesOf(argument.expression, argument.scope);
  for (const formal of target.formals?.formals ?? []) {
    const attribute = given?.get(formal.name.name);
    const value = attribute?.value ?? null;
    names.push([
      formal.name.name,
      attribute === undefined || value === null ? 'unknown' : { expression: value, scope: attribute.scope },
    ]);
  }
  return argumentScope(names, outer);
}

function plainNames(names: readonly AttributeName[]): string[] | null {
  const plain = names.flatMap(({ name }) => name ?? []);
  return plain.length === names.length && plain.length > 0 ? plain : null;
}
