/**
 * What each rule of the grammar makes of its parts: our own syntax tree. The grammar says what a symbol leaves on the stack, which the type
 * of a stack cannot say.
 */
import type {
  AttributeName,
  AttributePath,
  Binding,
  Expression,
  Formal,
  Formals,
  Identifier,
  Interpolation,
  StringLiteral,
} from '../ast';
import { literalValue } from '../stringText';
import type { Span } from '../syntaxTree';

/** The symbols of a rule are those from `at` on. */
export interface Parts {
  readonly text: string;
  readonly values: readonly unknown[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** Formals as they are read: the last one first. */
interface OpenFormals {
  readonly reversed: Formal[];
  readonly ellipsis: boolean;
}

type Rule = (parts: Parts, at: number) => unknown;

function spanOf({ starts, ends }: Parts, at: number): Span {
  return { start: starts[at] ?? 0, end: ends[ends.length - 1] ?? 0 };
}

function ownSpan({ starts, ends }: Parts, index: number): Span {
  return { start: starts[index] ?? 0, end: ends[index] ?? 0 };
}

function written({ text, starts, ends }: Parts, index: number): string {
  return text.slice(starts[index], ends[index]);
}

function expressionAt({ values }: Parts, index: number): Expression {
  return values[index] as Expression;
}

function bindingsAt({ values }: Parts, index: number): Binding[] {
  return values[index] as Binding[];
}

function namesAt({ values }: Parts, index: number): AttributeName[] {
  return values[index] as AttributeName[];
}

function pathAt(parts: Parts, index: number): AttributePath {
  return { span: ownSpan(parts, index), names: namesAt(parts, index) };
}

function interpolationsAt({ values }: Parts, index: number): Interpolation[] {
  return values[index] as Interpolation[];
}

function identifierAt(parts: Parts, index: number): Identifier {
  return { span: ownSpan(parts, index), name: written(parts, index) };
}

function first({ values }: Parts, at: number): unknown {
  return values[at];
}

function second({ values }: Parts, at: number): unknown {
  return values[at + 1];
}

function binary(parts: Parts, at: number): Expression {
  return {
    kind: 'binary',
    span: spanOf(parts, at),
    operator: written(parts, at + 1),
    left: expressionAt(parts, at),
    right: expressionAt(parts, at + 2),
  };
}

function unary(parts: Parts, at: number): Expression {
  return {
    kind: 'unary',
    span: spanOf(parts, at),
    operator: written(parts, at),
    argument: expressionAt(parts, at + 1),
  };
}

function variable(parts: Parts, at: number): Expression {
  return { kind: 'variable', span: ownSpan(parts, at), name: written(parts, at) };
}

function number(parts: Parts, at: number): Expression {
  return { kind: 'number', span: ownSpan(parts, at), text: written(parts, at) };
}

function string(parts: Parts, at: number): StringLiteral {
  const span = spanOf(parts, at);
  const style = (parts.ends[at] ?? 0) - (parts.starts[at] ?? 0) === 1 ? 'quoted' : 'indented';
  const quote = style === 'quoted' ? 1 : 2;
  const content = { start: span.start + quote, end: span.end - quote };
  return { content, interpolations: interpolationsAt(parts, at + 1), kind: 'string', span, style };
}

function path(parts: Parts, at: number): Expression {
  const interpolations = parts.values.length - at === 3 ? interpolationsAt(parts, at + 1) : [];
  return { kind: parts.values[at] as 'path' | 'homePath', span: spanOf(parts, at), interpolations };
}

function set(form: 'plain' | 'rec' | 'let', bindings: number): Rule {
  return (parts, at): Expression => ({
    kind: 'set',
    span: spanOf(parts, at),
    form,
    bindings: bindings < 0 ? [] : bindingsAt(parts, at + bindings),
  });
}

function functionOf(parts: Parts, at: number, argument: number, formals: number): Expression {
  return {
    kind: 'function',
    span: spanOf(parts, at),
    argument: argument < 0 ? null : identifierAt(parts, at + argument),
    formals: formals < 0 ? null : (parts.values[at + formals] as Formals),
    body: expressionAt(parts, parts.values.length - 1),
  };
}

function select(parts: Parts, at: number): Expression {
  const fallback = parts.values.length - at > 3 ? expressionAt(parts, at + 4) : null;
  return {
    kind: 'select',
    span: spanOf(parts, at),
    expression: expressionAt(parts, at),
    path: pathAt(parts, at + 2),
    default: fallback,
  };
}

function apply(parts: Parts, at: number): Expression {
  return {
    kind: 'apply',
    span: spanOf(parts, at),
    function: expressionAt(parts, at),
    argument: expressionAt(parts, at + 1),
  };
}

/** `f or` is `f` applied to a variable of that name. */
function applyToOr(parts: Parts, at: number): Expression {
  return {
    kind: 'apply',
    span: spanOf(parts, at),
    function: expressionAt(parts, at),
    argument: variable(parts, at + 1),
  };
}

function binding(parts: Parts, at: number): Binding {
  return {
    kind: 'binding',
    span: spanOf(parts, at),
    path: pathAt(parts, at),
    value: expressionAt(parts, at + 2),
  };
}

function inherit(parts: Parts, at: number): Binding {
  const isFrom = parts.values.length - at > 3;
  return {
    kind: 'inherit',
    span: spanOf(parts, at),
    from: isFrom ? expressionAt(parts, at + 2) : null,
    names: namesAt(parts, isFrom ? at + 4 : at + 1),
  };
}

/** The list belongs to one parse, which never returns to a shorter one: it is added to in place. */
function added(list: number, item: (parts: Parts, at: number) => unknown): Rule {
  return (parts, at) => {
    const items = parts.values[at + list] as unknown[];
    items.push(item(parts, at));
    return items;
  };
}

function interpolation(parts: Parts, at: number): Interpolation {
  return { span: spanOf(parts, at), expression: expressionAt(parts, at + 1) };
}

function plainName(parts: Parts, at: number): AttributeName {
  return { span: ownSpan(parts, at), name: written(parts, at), expression: null };
}

function stringName(parts: Parts, at: number): AttributeName {
  const literal = string(parts, at);
  return { span: literal.span, name: literalValue(parts.text, literal), expression: literal };
}

/** Nix takes `${"a"}` for a name that is written out. */
function interpolatedName(parts: Parts, at: number): AttributeName {
  const { span, expression } = interpolation(parts, at);
  const name = expression.kind === 'string' ? literalValue(parts.text, expression) : null;
  return { span, name, expression };
}

function formals(parts: Parts, at: number): Formals {
  const { reversed, ellipsis } = parts.values[at + 1] as OpenFormals;
  return { span: spanOf(parts, at), formals: reversed.reverse(), ellipsis };
}

function formal(parts: Parts, at: number): Formal {
  const hasDefault = parts.values.length - at > 1;
  return {
    span: spanOf(parts, at),
    name: identifierAt(parts, at),
    default: hasDefault ? expressionAt(parts, at + 2) : null,
  };
}

const operators = 'EQ NEQ < LEQ > GEQ AND OR IMPL UPDATE + - * / CONCAT'.split(' ');

const rules: Readonly<Record<string, Rule>> = {
  'expr_function: ID : expr_function': (parts, at) => functionOf(parts, at, 0, -1),
  'expr_function: formal_set : expr_function': (parts, at) => functionOf(parts, at, -1, 0),
  'expr_function: formal_set @ ID : expr_function': (parts, at) => functionOf(parts, at, 2, 0),
  'expr_function: ID @ formal_set : expr_function': (parts, at) => functionOf(parts, at, 0, 2),
  'expr_function: ASSERT expr ; expr_function': (parts, at): Expression => ({
    kind: 'assert',
    span: spanOf(parts, at),
    condition: expressionAt(parts, at + 1),
    body: expressionAt(parts, at + 3),
  }),
  'expr_function: WITH expr ; expr_function': (parts, at): Expression => ({
    kind: 'with',
    span: spanOf(parts, at),
    environment: expressionAt(parts, at + 1),
    body: expressionAt(parts, at + 3),
  }),
  'expr_function: LET binds IN expr_function': (parts, at): Expression => ({
    kind: 'letIn',
    span: spanOf(parts, at),
    bindings: bindingsAt(parts, at + 1),
    body: expressionAt(parts, at + 3),
  }),
  'expr_if: IF expr THEN expr ELSE expr': (parts, at): Expression => ({
    kind: 'if',
    span: spanOf(parts, at),
    condition: expressionAt(parts, at + 1),
    consequence: expressionAt(parts, at + 3),
    alternative: expressionAt(parts, at + 5),
  }),
  'expr_pipe_from: expr_op PIPE_FROM expr_pipe_from': binary,
  'expr_pipe_from: expr_op PIPE_FROM expr_op': binary,
  'expr_pipe_into: expr_pipe_into PIPE_INTO expr_op': binary,
  'expr_pipe_into: expr_op PIPE_INTO expr_op': binary,
  'expr_op: ! expr_op': unary,
  'expr_op: - expr_op': unary,
  ...Object.fromEntries(operators.map((operator) => [`expr_op: expr_op ${operator} expr_op`, binary])),
  'expr_op: expr_op ? attrpath': (parts, at): Expression => ({
    kind: 'hasAttribute',
    span: spanOf(parts, at),
    expression: expressionAt(parts, at),
    path: pathAt(parts, at + 2),
  }),
  'expr_app: expr_app expr_select': apply,
  'expr_select: expr_simple . attrpath': select,
  'expr_select: expr_simple . attrpath OR_KW expr_select': select,
  'expr_select: expr_simple OR_KW': applyToOr,
  'expr_simple: ID': variable,
  'expr_simple: INT': number,
  'expr_simple: FLOAT': number,
  'expr_simple: " string_parts "': string,
  'expr_simple: IND_STRING_OPEN ind_string_parts IND_STRING_CLOSE': string,
  'expr_simple: path_start PATH_END': path,
  'expr_simple: path_start string_parts_interpolated PATH_END': path,
  'expr_simple: SPATH': (parts, at): Expression => ({ kind: 'searchPath', span: ownSpan(parts, at) }),
  'expr_simple: URI': (parts, at): Expression => ({ kind: 'uri', span: ownSpan(parts, at) }),
  'expr_simple: ( expr )': (parts, at): Expression => ({
    kind: 'parenthesized',
    span: spanOf(parts, at),
    expression: expressionAt(parts, at + 1),
  }),
  'expr_simple: LET { binds }': set('let', 2),
  'expr_simple: REC { binds }': set('rec', 2),
  'expr_simple: { binds1 }': set('plain', 1),
  'expr_simple: { }': set('plain', -1),
  'expr_simple: [ expr_list ]': (parts, at): Expression => ({
    kind: 'list',
    span: spanOf(parts, at),
    elements: parts.values[at + 1] as Expression[],
  }),
  'string_parts: STR': () => [],
  'string_parts: ': () => [],
  'string_parts_interpolated: string_parts_interpolated DOLLAR_CURLY expr }': added(0, (parts, at) =>
    interpolation(parts, at + 1),
  ),
  'string_parts_interpolated: DOLLAR_CURLY expr }': (parts, at) => [interpolation(parts, at)],
  'string_parts_interpolated: STR DOLLAR_CURLY expr }': (parts, at) => [interpolation(parts, at + 1)],
  'path_start: PATH': () => 'path',
  'path_start: HPATH': () => 'homePath',
  'ind_string_parts: ind_string_parts DOLLAR_CURLY expr }': added(0, (parts, at) =>
    interpolation(parts, at + 1),
  ),
  'ind_string_parts: ': () => [],
  'binds: ': () => [],
  'binds1: binds1 attrpath = expr ;': added(0, (parts, at) => binding(parts, at + 1)),
  'binds1: binds1 INHERIT attrs ;': added(0, (parts, at) => inherit(parts, at + 1)),
  'binds1: binds1 INHERIT ( expr ) attrs ;': added(0, (parts, at) => inherit(parts, at + 1)),
  'binds1: attrpath = expr ;': (parts, at) => [binding(parts, at)],
  'binds1: INHERIT attrs ;': (parts, at) => [inherit(parts, at)],
  'binds1: INHERIT ( expr ) attrs ;': (parts, at) => [inherit(parts, at)],
  'attrs: attrs attr': added(0, second),
  'attrs: attrs string_attr': added(0, second),
  'attrs: ': () => [],
  'attrpath: attrpath . attr': added(0, ({ values }, at) => values[at + 2]),
  'attrpath: attrpath . string_attr': added(0, ({ values }, at) => values[at + 2]),
  'attrpath: attr': (parts, at) => [first(parts, at)],
  'attrpath: string_attr': (parts, at) => [first(parts, at)],
  'attr: ID': plainName,
  'attr: OR_KW': plainName,
  'string_attr: " string_parts "': stringName,
  'string_attr: DOLLAR_CURLY expr }': interpolatedName,
  'expr_list: expr_list expr_select': added(0, second),
  'expr_list: ': () => [],
  'formal_set: { formals }': formals,
  'formal_set: { }': (parts, at): Formals => ({ span: spanOf(parts, at), formals: [], ellipsis: false }),
  'formals: formal , formals': ({ values }, at): OpenFormals => {
    const rest = values[at + 2] as OpenFormals;
    rest.reversed.push(values[at] as Formal);
    return rest;
  },
  'formals: formal': ({ values }, at): OpenFormals => ({ reversed: [values[at] as Formal], ellipsis: false }),
  'formals: formal ,': ({ values }, at): OpenFormals => ({
    reversed: [values[at] as Formal],
    ellipsis: false,
  }),
  'formals: ELLIPSIS': (): OpenFormals => ({ reversed: [], ellipsis: true }),
  'formal: ID': formal,
  'formal: ID ? expr': formal,
};

/** What a production makes, for who examines it. */
export const enum Made {
  other,
  /** A list with one item more. */
  item,
  /** A set, `let` or function. */
  scope,
}

export interface AstRules {
  /** By the number of the production. */
  readonly rules: readonly Rule[];
  /** By the number of the production: a `Made`. */
  readonly made: Uint8Array;
}

/** The rules for the productions of the grammar; one that only hands on its first part needs none. */
export function rulesFor(
  productions: readonly { readonly left: number; readonly right: readonly number[] }[],
  symbols: readonly string[],
): AstRules {
  const names = productions.map(
    ({ left, right }) => `${symbols[left] ?? ''}: ${right.map((symbol) => symbols[symbol]).join(' ')}`,
  );
  return {
    rules: names.map((name, number) => {
      const rule = rules[name];
      const handsOn = productions[number]?.right.length === 1 || number === 0 || textRules.has(name);
      if (rule === undefined && !handsOn) throw new Error(`there is nothing to make of the rule ${name}`);
      return rule ?? first;
    }),
    made: Uint8Array.from(names, madeBy),
  };
}

function madeBy(name: string): Made {
  if (/^(?:binds1: |expr_list: expr_list)/.test(name)) return Made.item;
  return /^expr_function: (?:ID|formal_set|LET) |^expr_simple: (?:LET|REC|\{ binds1)/.test(name)
    ? Made.scope
    : Made.other;
}

/** Text of strings, which the tree does not hold. */
const textRules = new Set([
  'string_parts_interpolated: string_parts_interpolated STR',
  'ind_string_parts: ind_string_parts IND_STR',
]);
