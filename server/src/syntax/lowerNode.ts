import type {
  AttributeName,
  AttributePath,
  Binding,
  Expression,
  Formal,
  Formals,
  Identifier,
  Interpolation,
} from './ast';
import { literalValue } from './stringText';
import type { Span } from './syntaxTree';

/** A node of the parser's tree whose children are being collected. */
export interface Frame {
  readonly type: string;
  readonly span: Span;
  readonly children: Part[];
  /** The first keyword or sign among the children. */
  token: string | null;
  /** Where the last sign of a string began: its closing quote. */
  lastToken: number;
}

/** What a node became: a part of its parent. */
export type Part =
  | { readonly tag: 'expression'; readonly node: Expression }
  | { readonly tag: 'binding'; readonly node: Binding }
  | { readonly tag: 'path'; readonly node: AttributePath }
  | { readonly tag: 'name'; readonly node: AttributeName }
  | { readonly tag: 'names'; readonly node: readonly AttributeName[] }
  | { readonly tag: 'formals'; readonly node: Formals }
  | { readonly tag: 'formal'; readonly node: Formal }
  | { readonly tag: 'ellipsis' }
  | { readonly tag: 'interpolation'; readonly node: Interpolation };

export type Built =
  Part | { readonly tag: 'many'; readonly nodes: readonly Part[] } | { readonly tag: 'nothing' };

/** Makes our node of a frame whose children are complete; never fails, whatever the children are. */
export function buildNode(frame: Frame, text: string): Built {
  switch (frame.type) {
    case 'interpolation':
      return {
        tag: 'interpolation',
        node: { span: frame.span, expression: expressionAt(frame, 0, frame.span.end) },
      };
    case 'attrpath':
      return { tag: 'path', node: { span: frame.span, names: namesOf(frame, text) } };
    case 'inherited_attrs':
      return { tag: 'names', node: namesOf(frame, text) };
    case 'formal':
      return { tag: 'formal', node: formal(frame, text) };
    case 'formals':
      return { tag: 'formals', node: formals(frame) };
    case 'binding':
      return { tag: 'binding', node: binding(frame) };
    case 'inherit':
    case 'inherit_from':
      return { tag: 'binding', node: inheritance(frame) };
    case 'binding_set':
      return { tag: 'many', nodes: frame.children };
    case 'source_code':
      return largestExpression(frame);
    case 'ERROR':
      return recovered(frame);
    default:
      return { tag: 'expression', node: buildExpression(frame, text) };
  }
}

function buildExpression(frame: Frame, text: string): Expression {
  const { type, span } = frame;
  if (span.start === span.end) return { kind: 'missing', span };
  switch (type) {
    case 'string_expression':
      return { ...stringContent(frame, text, 1), kind: 'string', span, style: 'quoted' };
    case 'indented_string_expression':
      return { ...stringContent(frame, text, 2), kind: 'string', span, style: 'indented' };
    case 'path_expression':
      return { kind: 'path', span, interpolations: interpolationsOf(frame) };
    case 'hpath_expression':
      return { kind: 'homePath', span, interpolations: interpolationsOf(frame) };
    case 'parenthesized_expression':
      return { kind: 'parenthesized', span, expression: expressionAt(frame, 0, span.end) };
    case 'list_expression':
      return { kind: 'list', span, elements: expressionsOf(frame) };
    case 'attrset_expression':
      return { kind: 'set', span, form: 'plain', bindings: bindingsOf(frame) };
    case 'rec_attrset_expression':
      return { kind: 'set', span, form: 'rec', bindings: bindingsOf(frame) };
    case 'let_attrset_expression':
      return { kind: 'set', span, form: 'let', bindings: bindingsOf(frame) };
    case 'function_expression':
      return functionExpression(frame);
    default:
      return buildOperation(frame);
  }
}

function buildOperation(frame: Frame): Expression {
  const { type, span } = frame;
  const at = (index: number): Expression => expressionAt(frame, index, span.end);
  switch (type) {
    case 'apply_expression':
      return { kind: 'apply', span, function: at(0), argument: at(1) };
    case 'select_expression':
      return {
        kind: 'select',
        span,
        expression: at(0),
        path: pathOf(frame),
        default: expressionsOf(frame)[1] ?? null,
      };
    case 'has_attr_expression':
      return { kind: 'hasAttribute', span, expression: at(0), path: pathOf(frame) };
    case 'unary_expression':
      return { kind: 'unary', span, operator: frame.token ?? '', argument: at(0) };
    case 'binary_expression':
      return { kind: 'binary', span, operator: frame.token ?? '', left: at(0), right: at(1) };
    case 'let_expression':
      return { kind: 'letIn', span, bindings: bindingsOf(frame), body: at(0) };
    case 'with_expression':
      return { kind: 'with', span, environment: at(0), body: at(1) };
    case 'assert_expression':
      return { kind: 'assert', span, condition: at(0), body: at(1) };
    case 'if_expression':
      return { kind: 'if', span, condition: at(0), consequence: at(1), alternative: at(2) };
    default:
      return { kind: 'missing', span };
  }
}

function functionExpression(frame: Frame): Expression {
  let argument: Identifier | null = null;
  let found: Formals | null = null;
  for (const child of frame.children) {
    if (child.tag === 'name') argument ??= { span: child.node.span, name: child.node.name ?? '' };
    else if (child.tag === 'formals') found ??= child.node;
  }
  const body = expressionAt(frame, 0, frame.span.end);
  return { kind: 'function', span: frame.span, argument, formals: found, body };
}

function formals(frame: Frame): Formals {
  const list: Formal[] = [];
  let ellipsis = false;
  for (const child of frame.children) {
    if (child.tag === 'formal') list.push(child.node);
    else if (child.tag === 'ellipsis') ellipsis = true;
  }
  return { span: frame.span, formals: list, ellipsis };
}

function formal(frame: Frame, text: string): Formal {
  const name = namesOf(frame, text)[0];
  return {
    span: frame.span,
    name: { span: name?.span ?? { start: frame.span.start, end: frame.span.start }, name: name?.name ?? '' },
    default: expressionsOf(frame)[0] ?? null,
  };
}

function binding(frame: Frame): Binding {
  return {
    kind: 'binding',
    span: frame.span,
    path: pathOf(frame),
    value: expressionAt(frame, 0, frame.span.end),
  };
}

function inheritance(frame: Frame): Binding {
  const names: AttributeName[] = [];
  for (const child of frame.children) if (child.tag === 'names') names.push(...child.node);
  const from = frame.type === 'inherit_from' ? expressionAt(frame, 0, frame.span.end) : null;
  return { kind: 'inherit', span: frame.span, from, names };
}

function literalName(expression: Expression, text: string): string | null {
  return expression.kind === 'string' ? literalValue(text, expression) : null;
}

/** Attribute names: identifiers, strings and interpolations, in order. */
function namesOf(frame: Frame, text: string): AttributeName[] {
  const names: AttributeName[] = [];
  for (const child of frame.children) {
    if (child.tag === 'name') names.push(child.node);
    else if (child.tag === 'interpolation') {
      // Nix takes `${"a"}` for a name that is written out.
      const { span, expression } = child.node;
      names.push({ span, name: literalName(expression, text), expression });
    } else if (child.tag === 'expression' && frame.type !== 'formal') {
      names.push({ span: child.node.span, name: literalName(child.node, text), expression: child.node });
    }
  }
  return names;
}

function stringContent(
  frame: Frame,
  text: string,
  quote: number,
): { readonly content: Span; readonly interpolations: Interpolation[] } {
  const start = frame.span.start + quote;
  const last = frame.lastToken;
  const closed = last >= start && last + quote === frame.span.end && /["']/.test(text.charAt(last));
  const end = Math.max(start, closed ? last : frame.span.end);
  return { content: { start, end }, interpolations: interpolationsOf(frame) };
}

function interpolationsOf(frame: Frame): Interpolation[] {
  const found: Interpolation[] = [];
  for (const child of frame.children) if (child.tag === 'interpolation') found.push(child.node);
  return found;
}

function bindingsOf(frame: Frame): Binding[] {
  const found: Binding[] = [];
  for (const child of frame.children) if (child.tag === 'binding') found.push(child.node);
  return found;
}

function expressionsOf(frame: Frame): Expression[] {
  const found: Expression[] = [];
  for (const child of frame.children) if (child.tag === 'expression') found.push(child.node);
  return found;
}

function expressionAt(frame: Frame, index: number, end: number): Expression {
  let seen = 0;
  for (const child of frame.children) {
    if (child.tag === 'expression' && seen++ === index) return child.node;
  }
  return { kind: 'missing', span: { start: end, end } };
}

function pathOf(frame: Frame): AttributePath {
  for (const child of frame.children) if (child.tag === 'path') return child.node;
  const end = frame.span.end;
  return { span: { start: end, end }, names: [] };
}

function largestExpression(frame: Frame): Built {
  let best: Part | null = null;
  for (const child of frame.children) {
    if (child.tag === 'expression' && (best === null || width(child) > width(best))) best = child;
  }
  return best ?? { tag: 'nothing' };
}

function width(part: Part): number {
  return part.tag === 'expression' ? part.node.span.end - part.node.span.start : 0;
}

/** Of text that does not parse, what still has a meaning: its bindings as a set, else its largest expression. */
function recovered(frame: Frame): Built {
  const bindings = bindingsOf(frame);
  if (bindings.length === 0) return largestExpression(frame);
  return { tag: 'expression', node: { kind: 'set', span: frame.span, form: 'plain', bindings } };
}
