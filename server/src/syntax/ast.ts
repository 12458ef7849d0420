/**
 * Our own syntax tree of a Nix expression: what the parser's tree is lowered to. Spans are half-open UTF-16 offsets.
 * A tree of a text with errors holds `missing` where an expression should stand.
 */
import type { Span } from './syntaxTree';

interface Node<K extends string> {
  readonly kind: K;
  readonly span: Span;
}

export interface Variable extends Node<'variable'> {
  readonly name: string;
}
export interface NumberLiteral extends Node<'number'> {
  readonly text: string;
}
/** `"…"` (`quoted`) or `''…''` (`indented`); its value is computed by `stringText.ts`. */
export interface StringLiteral extends Node<'string'> {
  readonly style: 'quoted' | 'indented';
  /** Between the quotes; reaches to the end of the text when the string is not closed. */
  readonly content: Span;
  readonly interpolations: readonly Interpolation[];
}
export interface Interpolation {
  /** With its `${` and `}`. */
  readonly span: Span;
  readonly expression: Expression;
}
/** `./a`, `../a`, `a/b`, `/a` and those with interpolations. */
export interface PathLiteral extends Node<'path'> {
  readonly interpolations: readonly Interpolation[];
}
/** `~/a`. */
export interface HomePath extends Node<'homePath'> {
  readonly interpolations: readonly Interpolation[];
}
/** `<nixpkgs/lib>`. */
export type SearchPath = Node<'searchPath'>;
export type Uri = Node<'uri'>;
export interface Parenthesized extends Node<'parenthesized'> {
  readonly expression: Expression;
}
export interface List extends Node<'list'> {
  readonly elements: readonly Expression[];
}
/** `{ … }`, `rec { … }` or the old `let { … }`. */
export interface AttributeSet extends Node<'set'> {
  readonly form: 'plain' | 'rec' | 'let';
  readonly bindings: readonly Binding[];
}
export interface FunctionExpression extends Node<'function'> {
  /** The argument's own name, as in `x: …` or `args@{ … }: …`. */
  readonly argument: Identifier | null;
  readonly formals: Formals | null;
  readonly body: Expression;
}
export interface Formals {
  readonly span: Span;
  readonly formals: readonly Formal[];
  readonly ellipsis: boolean;
}
export interface Formal {
  readonly span: Span;
  readonly name: Identifier;
  readonly default: Expression | null;
}
export interface Identifier {
  readonly span: Span;
  readonly name: string;
}
export interface Apply extends Node<'apply'> {
  readonly function: Expression;
  readonly argument: Expression;
}
export interface Select extends Node<'select'> {
  readonly expression: Expression;
  readonly path: AttributePath;
  /** What follows `or`. */
  readonly default: Expression | null;
}
export interface HasAttribute extends Node<'hasAttribute'> {
  readonly expression: Expression;
  readonly path: AttributePath;
}
export interface Unary extends Node<'unary'> {
  readonly operator: string;
  readonly argument: Expression;
}
export interface Binary extends Node<'binary'> {
  readonly operator: string;
  readonly left: Expression;
  readonly right: Expression;
}
export interface Let extends Node<'letIn'> {
  readonly bindings: readonly Binding[];
  readonly body: Expression;
}
export interface With extends Node<'with'> {
  readonly environment: Expression;
  readonly body: Expression;
}
export interface Assert extends Node<'assert'> {
  readonly condition: Expression;
  readonly body: Expression;
}
export interface If extends Node<'if'> {
  readonly condition: Expression;
  readonly consequence: Expression;
  readonly alternative: Expression;
}
/** An expression that should stand here and does not (its span may be empty), or text that is no expression. */
export type Missing = Node<'missing'>;

export type Expression =
  | Variable
  | NumberLiteral
  | StringLiteral
  | PathLiteral
  | HomePath
  | SearchPath
  | Uri
  | Parenthesized
  | List
  | AttributeSet
  | FunctionExpression
  | Apply
  | Select
  | HasAttribute
  | Unary
  | Binary
  | Let
  | With
  | Assert
  | If
  | Missing;

/** One name of an attribute path. */
export interface AttributeName {
  readonly span: Span;
  /** The name when the text alone tells it; null when it is interpolated. */
  readonly name: string | null;
  /** The string or the interpolated expression that gives the name; null for a plain identifier. */
  readonly expression: Expression | null;
}
export interface AttributePath {
  readonly span: Span;
  readonly names: readonly AttributeName[];
}

/** `a.b = value;`, or one name of `inherit a b;` and `inherit (from) a b;`. */
export type Binding =
  | {
      readonly kind: 'binding';
      readonly span: Span;
      readonly path: AttributePath;
      readonly value: Expression;
    }
  | {
      readonly kind: 'inherit';
      /** The whole `inherit …;`. */
      readonly span: Span;
      readonly from: Expression | null;
      readonly names: readonly AttributeName[];
    };
