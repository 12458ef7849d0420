/** What each name of a text is, so that an editor can colour it: what TextMate's grammar cannot know. Strings and comments are left to that. Pure. */
import { builtinNames, constantNames, deprecatedBuiltins, isGlobalName } from '../knowledge/builtins';
import type { AttributeName, Binding, Expression, FunctionExpression } from '../syntax/ast';
import type { Span, SyntaxTree } from '../syntax/syntaxTree';
import { childrenOf } from '../syntax/walk';
import { argumentsScope, bindingsScope, lookUp, outermost, withScope, type TokenScope } from './tokenScopes';

/** In the order of the legend. */
export const tokenTypes = ['variable', 'parameter', 'property', 'function'] as const;
/** In the order of the legend. `fromWith`: what the attributes of a `with` give, as far as the text tells. */
export const tokenModifiers = [
  'declaration',
  'definition',
  'defaultLibrary',
  'deprecated',
  'fromWith',
] as const;

export type TokenType = (typeof tokenTypes)[number];
export type TokenModifier = (typeof tokenModifiers)[number];

/** A name; never of several lines. */
export interface SemanticToken {
  readonly span: Span;
  readonly type: TokenType;
  readonly modifiers: readonly TokenModifier[];
}

/**
 * Takes a tree and a part of its text (the whole if none is given); gives the names that stand in the part, even with one end, in order.
 * What lies outside of it is not looked at, except for the names that are bound around it. A name that nothing defines is left out.
 */
export function semanticTokens(tree: Pick<SyntaxTree, 'root' | 'text'>, within?: Span): SemanticToken[] {
  const part = within ?? { start: 0, end: tree.text.length };
  const found = new TokenSearch(part).through(tree.root);
  return found
    .filter(({ span }) => overlaps(span, part))
    .sort((one, other) => one.span.start - other.span.start);
}

/** Whether two spans have a character in common. */
export function overlaps(one: Span, other: Span): boolean {
  return one.start < other.end && one.end > other.start;
}

interface Task {
  readonly node: Expression;
  readonly scope: TokenScope;
  /** Whether it stands where a call has its function. */
  readonly isCalled: boolean;
}

class TokenSearch {
  private readonly found: SemanticToken[] = [];
  private readonly tasks: Task[] = [];

  constructor(private readonly part: Span) {}

  through(root: Expression | null): SemanticToken[] {
    this.then(root, outermost);
    for (let task = this.tasks.pop(); task !== undefined; task = this.tasks.pop()) this.look(task);
    return this.found;
  }

  private then(node: Expression | null, scope: TokenScope, isCalled = false): void {
    if (node !== null && overlaps(node.span, this.part)) this.tasks.push({ node, scope, isCalled });
  }

  private token(span: Span, type: TokenType, modifiers: readonly TokenModifier[] = []): void {
    // A name that should stand where nothing does is empty.
    if (span.end > span.start) this.found.push({ span, type, modifiers });
  }

  private look({ node, scope, isCalled }: Task): void {
    if (node.kind === 'variable') this.variable(node.name, node.span, scope, isCalled);
    else if (node.kind === 'select') {
      this.then(node.expression, scope);
      this.path(node.expression, node.path.names, scope, isCalled);
      this.then(node.default, scope);
    } else if (node.kind === 'hasAttribute') {
      this.then(node.expression, scope);
      this.path(node.expression, node.path.names, scope, false);
    } else if (node.kind === 'apply') {
      this.then(node.function, scope, true);
      this.then(node.argument, scope);
    } else if (node.kind === 'parenthesized') this.then(node.expression, scope, isCalled);
    else if (node.kind === 'binary') {
      this.then(node.left, scope, node.operator === '<|');
      this.then(node.right, scope, node.operator === '|>');
    } else this.binds(node, scope);
  }

  private binds(node: Expression, scope: TokenScope): void {
    if (node.kind === 'function') this.function(node, argumentsScope(node, scope));
    else if (node.kind === 'set') {
      const inner = node.form === 'plain' ? scope : bindingsScope(node.bindings, 'property', scope);
      this.bindings(node.bindings, 'property', inner, scope);
    } else if (node.kind === 'letIn') {
      const inner = bindingsScope(node.bindings, 'variable', scope);
      this.bindings(node.bindings, 'variable', inner, scope);
      this.then(node.body, inner);
    } else if (node.kind === 'with') {
      this.then(node.environment, scope);
      this.then(node.body, withScope(scope));
    } else for (const child of childrenOf(node)) if (!isBinding(child)) this.then(child, scope);
  }

  private function({ argument, formals, body }: FunctionExpression, inner: TokenScope): void {
    if (argument !== null) this.token(argument.span, 'parameter', ['declaration']);
    for (const formal of formals?.formals ?? []) {
      if (!overlaps(formal.span, this.part)) continue;
      this.token(formal.name.span, 'parameter', ['declaration']);
      this.then(formal.default, inner);
    }
    this.then(body, inner);
  }

  private bindings(
    bindings: readonly Binding[],
    type: 'property' | 'variable',
    inner: TokenScope,
    outer: TokenScope,
  ): void {
    for (const binding of bindings) {
      if (!overlaps(binding.span, this.part)) continue;
      if (binding.kind === 'inherit') this.inherit(binding, type, inner, outer);
      else {
        const { names } = binding.path;
        for (const [index, { span, expression }] of names.entries()) {
          const own = index === 0 ? type : 'property';
          const isFunction = binding.value.kind === 'function' && index === names.length - 1;
          if (expression === null) this.token(span, isFunction ? 'function' : own, ['definition']);
          else this.then(expression, inner);
        }
        this.then(binding.value, inner);
      }
    }
  }

  private inherit(
    { from, names }: Extract<Binding, { kind: 'inherit' }>,
    type: 'property' | 'variable',
    inner: TokenScope,
    outer: TokenScope,
  ): void {
    this.then(from, inner);
    for (const { name, span, expression } of names) {
      if (expression !== null) this.then(expression, inner);
      else if (from !== null || name === null) this.token(span, type, ['definition']);
      else if (!this.variable(name, span, outer, false, 'definition')) this.token(span, type, ['definition']);
    }
  }

  /** False when nothing defines the name. */
  private variable(
    name: string,
    span: Span,
    scope: TokenScope,
    isCalled: boolean,
    modifier?: 'definition',
  ): boolean {
    const more = modifier === undefined ? [] : [modifier];
    const meaning = name === '' ? null : lookUp(name, scope);
    if (meaning !== null && meaning !== 'with') this.token(span, isCalled ? 'function' : meaning, more);
    // The grammar shows these as the constants that they are.
    else if (name === 'true' || name === 'false' || name === 'null') return true;
    else if (isGlobalName(name)) this.builtin(name.replace(/^__/, ''), span, 'variable', more);
    else if (meaning === 'with') this.token(span, isCalled ? 'function' : 'variable', ['fromWith', ...more]);
    else return false;
    return true;
  }

  private builtin(
    name: string,
    span: Span,
    constant: 'variable' | 'property',
    more: readonly TokenModifier[],
  ): void {
    const type = builtinNames.has(name) && !constantNames.has(name) ? 'function' : constant;
    const deprecated = deprecatedBuiltins.has(name) ? (['deprecated'] as const) : [];
    this.token(span, type, ['defaultLibrary', ...deprecated, ...more]);
  }

  private path(of: Expression, names: readonly AttributeName[], scope: TokenScope, isCalled: boolean): void {
    const isBuiltins =
      of.kind === 'variable' && of.name === 'builtins' && (lookUp('builtins', scope) ?? 'with') === 'with';
    for (const [index, { name, span, expression }] of names.entries()) {
      if (expression !== null) this.then(expression, scope);
      else if (index === 0 && isBuiltins && name !== null && builtinNames.has(name)) {
        this.builtin(name, span, 'property', []);
      } else this.token(span, isCalled && index === names.length - 1 ? 'function' : 'property');
    }
  }
}

function isBinding(node: Expression | Binding): node is Binding {
  return node.kind === 'binding' || node.kind === 'inherit';
}
