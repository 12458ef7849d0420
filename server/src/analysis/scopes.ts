/**
 * Which names a text binds, where each is visible and what each use refers to, by the rules of Nix's `bindVars`: names that the text
 * binds come before those of any `with`, the innermost first; then what Nix itself defines; then `with`. Pure; survives any depth.
 */
import type { Binding, Expression, Formal, FunctionExpression, Variable, With } from '../syntax/ast';
import type { Span } from '../syntax/syntaxTree';

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

/** The names of a scope and of those around it. */
export function visibleNames(scope: Scope | null): readonly string[] {
  const names: string[] = [];
  for (let at = scope; at !== null; at = at.parent) names.push(...at.names.keys());
  return names;
}
