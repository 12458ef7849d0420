/** The names that a text binds, nested as they are written: what an outline shows. Pure; survives any depth. */
import type { Binding, Expression, FunctionExpression } from '../syntax/ast';
import type { Span, SyntaxTree } from '../syntax/syntaxTree';
import { childrenOf } from '../syntax/walk';
import { lastName, spine } from './across/calls';

export type SymbolShape =
  'function' | 'set' | 'list' | 'string' | 'number' | 'boolean' | 'path' | 'inherited' | 'value';

export interface OutlineSymbol {
  /** As written: `a.b` for a path of names. */
  readonly name: string;
  readonly shape: SymbolShape;
  /** What a function takes; null for all else. */
  readonly takes: string | null;
  /** The whole binding. */
  readonly span: Span;
  readonly nameSpan: Span;
  readonly children: readonly OutlineSymbol[];
}

/** Sets nested deeper than this are shown without what is in them. */
const deepest = 40;
const longestTakes = 60;

/**
 * `what` is `everything`, or what other files may look for: names in the sets and `let`s that the file makes, and not the attributes that
 * it hands to a function (the `pname`s of all packages).
 */
export function outlineOf(
  { text, root }: SyntaxTree,
  what: 'everything' | 'offered',
): readonly OutlineSymbol[] {
  return root === null ? [] : symbolsBelow(text, root, what, 0);
}

function symbolsBelow(
  text: string,
  root: Expression,
  what: 'everything' | 'offered',
  depth: number,
): OutlineSymbol[] {
  const found: OutlineSymbol[] = [];
  const waiting: Expression[] = [root];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (at.kind === 'set' || at.kind === 'letIn') {
      for (const binding of at.bindings) {
        for (const symbol of symbolsOf(text, binding, what, depth)) found.push(symbol);
      }
      if (at.kind === 'letIn') waiting.push(at.body);
    } else for (const next of below(at, what).toReversed()) waiting.push(next);
  }
  return found.sort((a, b) => a.span.start - b.span.start);
}

/** Where to look for names next. */
function below(expression: Expression, what: 'everything' | 'offered'): readonly Expression[] {
  if (what === 'everything') return childrenOf(expression);
  const { kind } = expression;
  if (kind === 'parenthesized') return [expression.expression];
  if (kind === 'function' || kind === 'with' || kind === 'assert') return [expression.body];
  if (kind === 'if') return [expression.consequence, expression.alternative];
  if (kind === 'binary' && expression.operator === '//') return [expression.left, expression.right];
  return kind === 'apply' ? offeredArguments(expression) : [];
}

/** Of `makeScope newScope (self: { … })` the function; not of what makes a derivation. */
function offeredArguments(apply: Extract<Expression, { kind: 'apply' }>): readonly Expression[] {
  const { head, args } = spine(apply);
  if (/^(?:mk|build|write|run|fetch)/.test(lastName(head))) return [];
  return args.filter((argument) => {
    let inner = argument;
    while (inner.kind === 'parenthesized') inner = inner.expression;
    return inner.kind === 'function';
  });
}

function symbolsOf(
  text: string,
  binding: Binding,
  what: 'everything' | 'offered',
  depth: number,
): OutlineSymbol[] {
  const { span } = binding;
  if (binding.kind === 'inherit') {
    return binding.names.flatMap(({ name, span: nameSpan }) =>
      name === null
        ? []
        : [{ name, shape: 'inherited', takes: null, span: nameSpan, nameSpan, children: [] }],
    );
  }
  const { path, value } = binding;
  const first = path.names[0];
  if (first === undefined) return [];
  const children = depth < deepest ? symbolsBelow(text, value, what, depth + 1) : [];
  const name = text.slice(path.span.start, path.span.end);
  const made = inside(value);
  const takes = made.kind === 'function' ? takenBy(text, made) : null;
  return [{ name, shape: shapeOf(made), takes, span, nameSpan: path.span, children }];
}

function inside(value: Expression): Expression {
  let at = value;
  while (at.kind === 'parenthesized' || at.kind === 'letIn' || at.kind === 'with' || at.kind === 'assert') {
    at = at.kind === 'parenthesized' ? at.expression : at.body;
  }
  return at;
}

function takenBy(text: string, made: FunctionExpression): string {
  const all: string[] = [];
  for (let at: Expression = made; at.kind === 'function'; at = at.body) {
    const { argument, formals } = at;
    const names = formals?.formals.map(({ name }) => name.name) ?? [];
    if (formals?.ellipsis === true) names.push('…');
    all.push(formals === null ? (argument?.name ?? '') : `{ ${names.join(', ')} }`);
    if (all.join(' ').length > longestTakes) break;
  }
  const written = all.join(' ');
  return written.length > longestTakes ? `${written.slice(0, longestTakes)}…` : written;
}

const shapes: ReadonlySet<string> = new Set<SymbolShape>([
  'function',
  'set',
  'list',
  'string',
  'number',
  'path',
]);

function isShape(kind: string): kind is SymbolShape {
  return shapes.has(kind);
}

function shapeOf(value: Expression): SymbolShape {
  if (isShape(value.kind)) return value.kind;
  return value.kind === 'variable' && /^(?:true|false)$/.test(value.name) ? 'boolean' : 'value';
}
