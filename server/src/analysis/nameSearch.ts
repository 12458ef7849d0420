/** Finds the names of a text, or of a part of it. */
import { isGlobalName } from '../knowledge/builtins';
import type { Binding, Expression, FunctionExpression, Variable, With } from '../syntax/ast';
import type { Span } from '../syntax/syntaxTree';
import { childrenOf } from '../syntax/walk';
import { recursiveElsewhere } from './mergedSets';
import type { Definition, DefinitionKind, DefinitionSite, Inherit, Names, Scope, Use } from './scopes';

export type MutableScope = Scope & { readonly names: Map<string, Definition> };
type Task = readonly [Expression, MutableScope];

/** Asked of each expression and binding before what is in it is looked at: whether it is left out. */
export type LeavesOut = (node: Expression | Binding, scope: MutableScope) => boolean;

export class NameSearch implements Names {
  readonly scopes: Scope[] = [];
  readonly definitions: Definition[] = [];
  readonly uses: Use[] = [];
  readonly usedWiths = new Set<With>();
  /** What is still to be looked at, the next one last. */
  private readonly tasks: Task[] = [];
  /** What the expression in hand leads to, in order of the text. */
  private next: Task[] = [];

  constructor(private readonly leavesOut: LeavesOut = () => false) {}

  /** Looks through all that is in an expression or binding, which stands in this scope. */
  through(root: Expression | Binding, scope: MutableScope): this {
    if (root.kind === 'binding') this.value(root, scope);
    else if (root.kind === 'inherit') this.inherit(root, scope, scope);
    else this.lookLater(root, scope);
    this.takeNext();
    for (let task = this.tasks.pop(); task !== undefined; task = this.tasks.pop()) {
      if (!this.leavesOut(task[0], task[1])) this.look(task[0], task[1]);
      this.takeNext();
    }
    return this;
  }

  /** The scope of a text, or of a part of one that is looked at alone. */
  outermost(span: Span, open = false): MutableScope {
    return this.newScope('file', null, span, null, open);
  }

  private takeNext(): void {
    for (let index = this.next.length - 1; index >= 0; index--) {
      const following = this.next[index];
      if (following !== undefined) this.tasks.push(following);
    }
    this.next = [];
  }

  private lookLater(expression: Expression | null, scope: MutableScope): void {
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
      this.lookLater(expression.body, inner);
    } else if (kind === 'with') {
      this.lookLater(expression.environment, scope);
      this.lookLater(expression.body, this.newScope('with', scope, expression.body.span, expression, true));
    } else for (const child of childrenOf(expression)) this.lookLater(child, scope);
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
      if (binding.kind === 'inherit') this.inherit(binding, values, outer);
      else if (!this.leavesOut(binding, values)) this.value(binding, values);
    }
  }

  private value({ path, value }: Extract<Binding, { kind: 'binding' }>, scope: MutableScope): void {
    for (const { expression } of path.names) this.lookLater(expression, scope);
    this.lookLater(value, scope);
  }

  private inherit(binding: Inherit, values: MutableScope, outer: MutableScope): void {
    // Nix before 2.20 does not look at a set of which nothing is inherited.
    const unread = binding.from !== null && binding.names.length === 0;
    this.lookLater(binding.from, unread ? this.newScope('rec', values, binding.span, null, true) : values);
    if (binding.from !== null) return;
    for (const { name, span } of binding.names) if (name !== null) this.use(name, span, binding, outer);
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
    for (const formal of formals?.formals ?? []) this.lookLater(formal.default, inner);
    this.lookLater(body, inner);
  }

  private use(name: string, span: Span, origin: Variable | Inherit, scope: Scope): void {
    if (name === '__curPos' && origin.kind === 'variable') return;
    const definition = definitionOf(name, scope);
    if (definition !== null) {
      const use: Use = { name, span, origin, definition, other: null, scope };
      definition.uses.push(use);
      this.uses.push(use);
      return;
    }
    const other = isGlobalName(name) ? 'global' : isOpenAt(scope) ? 'with' : 'undefined';
    if (other === 'with') this.markWiths(scope);
    this.uses.push({ name, span, origin, definition: null, other, scope });
  }

  /** Any of the `with`s around may be the one; none is asked before evaluation. */
  markWiths(scope: Scope): void {
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

/** The nearest definition that a name has in a scope; null when the text does not bind it there. */
export function definitionOf(name: string, scope: Scope): Definition | null {
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    const definition = at.names.get(name);
    if (definition !== undefined) return definition;
  }
  return null;
}

/** Whether a name may come from a `with` here. */
export function isOpenAt(scope: Scope): boolean {
  for (let at: Scope | null = scope; at !== null; at = at.parent) if (at.open) return true;
  return false;
}

function hull(bindings: readonly Binding[]): Span {
  return { start: bindings[0]?.span.start ?? 0, end: bindings.at(-1)?.span.end ?? 0 };
}
