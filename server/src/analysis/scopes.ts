/**
 * Which names a text binds, where each is visible and what each use refers to, by the rules of Nix's `bindVars`: names that the text
 * binds come before those of any `with`, the innermost first; then what Nix itself defines; then `with`. Pure; survives any depth.
 */
import { isGlobalName } from '../knowledge/builtins';
import type { Binding, Expression, Formal, FunctionExpression, Variable, With } from '../syntax/ast';
import type { Span, SyntaxTree } from '../syntax/syntaxTree';
import { childrenOf } from '../syntax/walk';
import { recursiveElsewhere } from './mergedSets';

export type DefinitionKind = 'let' | 'rec' | 'argument' | 'formal';
export type Inherit = Extract<Binding, { kind: 'inherit' }>;

/** One place that defines a name; `a.b = 1; a.c = 2;` defines `a` at two. */
export interface DefinitionSite {
  /** The name alone. */
  readonly span: Span;
  readonly origin: Binding | Formal | FunctionExpression;
}

export interface Definition {
  readonly name: string;
  readonly kind: DefinitionKind;
  readonly scope: Scope;
  readonly sites: DefinitionSite[];
  readonly uses: Use[];
}

/** A name that is used: a variable, or one after `inherit` without a set. */
export interface Use {
  readonly name: string;
  readonly span: Span;
  readonly origin: Variable | Inherit;
  /** Null when the text does not bind the name. */
  readonly definition: Definition | null;
  /** What else gives the name a meaning: Nix itself, or the attributes of a `with`. */
  readonly other: 'global' | 'with' | 'undefined' | null;
  /** Where the use stands. */
  readonly scope: Scope;
}

export interface Scope {
  readonly parent: Scope | null;
  /** Where its names are visible. */
  readonly span: Span;
  readonly kind: 'file' | 'function' | 'let' | 'rec' | 'with';
  readonly names: ReadonlyMap<string, Definition>;
  /** For a `with`: the expression; whether a name may come from it is known when all is read. */
  readonly with: With | null;
  /** What it is made by. */
  readonly owner: Expression | null;
  /** Whether further names are visible that the text cannot tell (a `with`, or sets that Nix merges). */
  readonly open: boolean;
}

export interface Names {
  readonly scopes: readonly Scope[];
  readonly definitions: readonly Definition[];
  /** In order of the text. */
  readonly uses: readonly Use[];
  /** Each `with` that a name may come from. */
  readonly usedWiths: ReadonlySet<With>;
}

const known = new WeakMap<SyntaxTree, Names>();

/** The names of a text; computed once for each version of it. */
export function namesOf(tree: SyntaxTree): Names {
  const found = known.get(tree) ?? new NameSearch(tree).run();
  known.set(tree, found);
  return found;
}

type MutableScope = Scope & { readonly names: Map<string, Definition> };
type Task = readonly [Expression, MutableScope];

class NameSearch {
  private readonly scopes: Scope[] = [];
  private readonly definitions: Definition[] = [];
  private readonly uses: Use[] = [];
  private readonly usedWiths = new Set<With>();
  /** What is still to be looked at, the next one last. */
  private readonly tasks: Task[] = [];
  /** What the expression in hand leads to, in order of the text. */
  private next: Task[] = [];

  constructor(private readonly tree: SyntaxTree) {}

  run(): Names {
    const { root, text } = this.tree;
    const whole = { start: 0, end: text.length };
    if (root !== null) this.tasks.push([root, this.newScope('file', null, whole, null)]);
    for (let task = this.tasks.pop(); task !== undefined; task = this.tasks.pop()) {
      this.look(task[0], task[1]);
      for (let index = this.next.length - 1; index >= 0; index--) {
        const following = this.next[index];
        if (following !== undefined) this.tasks.push(following);
      }
      this.next = [];
    }
    const { scopes, definitions, uses, usedWiths } = this;
    return { scopes, definitions, uses, usedWiths };
  }

  private then(expression: Expression | null, scope: MutableScope): void {
    if (expression !== null) this.next.push([expression, scope]);
  }

  private look(expression: Expression, scope: MutableScope): void {
    const { kind, span } = expression;
    if (kind === 'variable') this.use(expression.name, span, expression, scope);
    else if (kind === 'set') this.set(expression, scope);
    else if (kind === 'function') this.function(expression, scope);
    else if (kind === 'letIn') {
      const inner = this.newScope('let', scope, span, expression, recursiveElsewhere(expression.bindings));
      this.bindings(expression.bindings, 'let', inner, scope);
      this.then(expression.body, inner);
    } else if (kind === 'with') {
      this.then(expression.environment, scope);
      this.then(expression.body, this.newScope('with', scope, expression.body.span, expression, true));
    } else for (const child of childrenOf(expression)) this.then(child, scope);
  }

  private set(set: Extract<Expression, { kind: 'set' }>, scope: MutableScope): void {
    if (set.form === 'plain') return this.bindings(set.bindings, null, scope, scope);
    const inner = this.newScope('rec', scope, set.span, set, recursiveElsewhere(set.bindings));
    this.bindings(set.bindings, 'rec', inner, scope);
  }

  /** `inner` is where values are read; `kind` is null when the bindings make attributes and no names. */
  private bindings(
    bindings: readonly Binding[],
    kind: DefinitionKind | null,
    inner: MutableScope,
    outer: MutableScope,
  ): void {
    const values =
      kind === null && recursiveElsewhere(bindings)
        ? this.newScope('rec', inner, hull(bindings), null, true)
        : inner;
    if (kind !== null) for (const binding of bindings) this.define(binding, kind, inner);
    for (const binding of bindings) {
      if (binding.kind === 'binding') {
        for (const { expression } of binding.path.names) this.then(expression, values);
        this.then(binding.value, values);
      } else {
        // Nix before 2.20 does not look at a set of which nothing is inherited.
        const unread = binding.from !== null && binding.names.length === 0;
        this.then(binding.from, unread ? this.newScope('rec', values, binding.span, null, true) : values);
        if (binding.from !== null) continue;
        for (const { name, span } of binding.names) if (name !== null) this.use(name, span, binding, outer);
      }
    }
  }

  private define(binding: Binding, kind: DefinitionKind, scope: MutableScope): void {
    const names = binding.kind === 'binding' ? binding.path.names.slice(0, 1) : binding.names;
    for (const { name, span } of names)
      if (name !== null) this.bind(name, kind, { span, origin: binding }, scope);
  }

  private bind(name: string, kind: DefinitionKind, site: DefinitionSite, scope: MutableScope): void {
    const before = scope.names.get(name);
    if (before !== undefined) {
      before.sites.push(site);
      return;
    }
    const definition: Definition = { name, kind, scope, sites: [site], uses: [] };
    scope.names.set(name, definition);
    this.definitions.push(definition);
  }

  private function(expression: FunctionExpression, scope: MutableScope): void {
    const { argument, formals, body } = expression;
    const inner = this.newScope('function', scope, expression.span, expression);
    if (argument !== null && argument.name !== '') {
      this.bind(argument.name, 'argument', { span: argument.span, origin: expression }, inner);
    }
    for (const formal of formals?.formals ?? []) {
      if (formal.name.name !== '') {
        this.bind(formal.name.name, 'formal', { span: formal.name.span, origin: formal }, inner);
      }
    }
    for (const formal of formals?.formals ?? []) this.then(formal.default, inner);
    this.then(body, inner);
  }

  private use(name: string, span: Span, origin: Variable | Inherit, scope: Scope): void {
    if (name === '__curPos' && origin.kind === 'variable') return;
    let open = false;
    for (let at: Scope | null = scope; at !== null; at = at.parent) {
      const definition = at.names.get(name);
      if (definition !== undefined) {
        const use: Use = { name, span, origin, definition, other: null, scope };
        definition.uses.push(use);
        this.uses.push(use);
        return;
      }
      open ||= at.open;
    }
    const other = isGlobalName(name) ? 'global' : open ? 'with' : 'undefined';
    if (other === 'with') this.markWiths(scope);
    this.uses.push({ name, span, origin, definition: null, other, scope });
  }

  /** Any of the `with`s around may be the one; none is asked before evaluation. */
  private markWiths(scope: Scope): void {
    for (let at: Scope | null = scope; at !== null; at = at.parent) {
      if (at.with !== null) this.usedWiths.add(at.with);
    }
  }

  private newScope(
    kind: Scope['kind'],
    parent: Scope | null,
    span: Span,
    owner: Expression | null,
    open = false,
  ): MutableScope {
    const environment = owner?.kind === 'with' ? owner : null;
    const scope = {
      parent,
      span,
      kind,
      names: new Map<string, Definition>(),
      with: environment,
      owner,
      open,
    };
    this.scopes.push(scope);
    return scope;
  }
}

function hull(bindings: readonly Binding[]): Span {
  return { start: bindings[0]?.span.start ?? 0, end: bindings.at(-1)?.span.end ?? 0 };
}

/** The innermost scope whose names are visible at this offset; null for a text without an expression. */
export function scopeAt({ scopes }: Names, offset: number): Scope | null {
  let innermost: Scope | null = null;
  for (const scope of scopes) {
    const { start, end } = scope.span;
    if (start > offset || offset > end) continue;
    if (innermost === null || isWithin(scope, innermost)) innermost = scope;
  }
  return innermost;
}

function isWithin(scope: Scope, outer: Scope): boolean {
  return scope.span.start >= outer.span.start && scope.span.end <= outer.span.end;
}
