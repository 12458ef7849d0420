import type { Expression, StringLiteral } from '../syntax/ast';
import { stringParts } from '../syntax/stringText';
import type { Span } from '../syntax/syntaxTree';
import { unwrapped, walk } from '../syntax/walk';
import { calledName, callParts, functionScope } from './callAttributes';
import { resolve } from './staticValue';
import type { Scope } from './scope';

/** A text as its expression writes it: literal stretches, and holes whose text only evaluation knows. */
export type Piece = TextPiece | HolePiece;
export type Template = readonly Piece[];

export interface TextPiece {
  readonly kind: 'text';
  readonly text: string;
  /** For each unit of `text` its offset in the source. */
  readonly offsets: readonly number[];
  /** The inside of the literal it belongs to. */
  readonly within: Span;
}

export interface HolePiece {
  readonly kind: 'hole';
  /** The `${…}` or the operand. */
  readonly span: Span;
  /** Templates of which the hole's text is one, when that is known. */
  readonly alternatives: readonly Template[];
  /** The hole's text is this, any number of times, with the separator between. */
  readonly repeated: { readonly body: Template; readonly separator: string } | null;
  /** Literals somewhere in the hole's expression; parts of its text may be theirs. */
  readonly fragments: readonly Template[];
}

const maximumPieces = 20_000;
const maximumDepth = 60;

/** The template of an expression that evaluates to a text. `source` is the document, `scope` what the expression's names refer to. */
export function templateOf(expression: Expression, scope: Scope, source: string): Template {
  return new TemplateBuilder(source).build(expression, scope, expression.span, 0);
}

class TemplateBuilder {
  private pieces = 0;

  constructor(private readonly source: string) {}

  build(start: Expression, outer: Scope, span: Span, depth: number): Piece[] {
    const { expression, scope } = resolve(start, outer);
    if (this.pieces > maximumPieces || depth > maximumDepth) return [this.hole(span)];
    if (expression.kind === 'string') return this.buildString(expression, scope, depth);
    if (expression.kind === 'binary' && expression.operator === '+') {
      return sumOperands(expression).flatMap((operand) =>
        this.build(operand, scope, narrower(span, operand.span), depth + 1),
      );
    }
    if (expression.kind === 'if') {
      const branches = [expression.consequence, expression.alternative];
      const alternatives = branches.map((branch) => this.build(branch, scope, branch.span, depth + 1));
      return [{ ...this.hole(span), alternatives }];
    }
    if (expression.kind === 'apply') return this.buildCall(expression, scope, span, depth);
    return [this.hole(span, expression, scope, depth)];
  }

  private buildString(literal: StringLiteral, scope: Scope, depth: number): Piece[] {
    return stringParts(this.source, literal).flatMap((part): Piece[] => {
      this.pieces++;
      if (part.kind === 'text') return [{ ...part, within: literal.content }];
      return this.build(part.expression, scope, part.span, depth + 1);
    });
  }

  private buildCall(call: Expression, scope: Scope, span: Span, depth: number): Piece[] {
    const { head, args } = callParts(call);
    const [first, second, third] = args;
    const name = calledName(head);
    const build = (argument: Expression): Piece[] => this.build(argument, scope, argument.span, depth + 1);
    const opaque = this.hole(span, call, scope, depth);
    if (first === undefined) return [opaque];
    if (name === 'toString') {
      const { kind } = resolve(first, scope).expression;
      return kind === 'string' ? build(first) : [opaque];
    }
    if (name === 'concatStrings') return this.buildJoined([], first, scope, span, depth) ?? [opaque];
    if (second === undefined) return [opaque];
    if (name === 'optionalString') return [{ ...opaque, alternatives: [build(second), []] }];
    if (name === 'concatStringsSep') {
      return this.buildJoined(build(first), second, scope, span, depth) ?? [opaque];
    }
    if (name === 'concatMapStrings') return [this.repeatedHole(opaque, first, '', scope, depth)];
    if (name === 'concatMapStringsSep' && third !== undefined) {
      return [this.repeatedHole(opaque, second, plainText(build(first)), scope, depth)];
    }
    return [opaque];
  }

  /** A literal list joined with a separator; `map f xs` joined; null when it is neither. */
  private buildJoined(
    separator: Template,
    list: Expression,
    outer: Scope,
    span: Span,
    depth: number,
  ): Piece[] | null {
    const { expression, scope } = resolve(list, outer);
    if (expression.kind === 'apply') {
      const { head, args } = callParts(expression);
      const name = calledName(head);
      if (args[0] === undefined || (name !== 'map' && name !== 'imap0' && name !== 'imap1')) return null;
      const opaque = this.hole(span, expression, scope, depth);
      return [this.repeatedHole(opaque, args[0], plainText(separator), scope, depth)];
    }
    if (expression.kind !== 'list') return null;
    return expression.elements.flatMap((element, index) => [
      ...(index === 0 ? [] : separator),
      ...this.build(element, scope, element.span, depth + 1),
    ]);
  }

  private repeatedHole(
    hole: HolePiece,
    mapper: Expression,
    separator: string | null,
    outer: Scope,
    depth: number,
  ): HolePiece {
    let { expression, scope } = resolve(mapper, outer);
    if (separator === null || expression.kind !== 'function') return hole;
    while (expression.kind === 'function') {
      scope = functionScope(expression, scope);
      ({ expression, scope } = resolve(expression.body, scope));
    }
    const body = this.build(expression, scope, expression.span, depth + 1);
    return { ...hole, repeated: { body, separator } };
  }

  private hole(span: Span, inside?: Expression, scope?: Scope, depth = 0): HolePiece {
    this.pieces++;
    const fragments: Template[] = [];
    if (inside !== undefined && scope !== undefined && depth < 12) {
      for (const literal of literalsIn(inside)) {
        if (this.pieces > maximumPieces) break;
        fragments.push(this.buildString(literal, scope, depth + 12));
      }
    }
    return { kind: 'hole', span, alternatives: [], repeated: null, fragments };
  }
}

/** The outermost string literals of an expression. */
function literalsIn(expression: Expression): StringLiteral[] {
  const found: StringLiteral[] = [];
  walk(expression, (inner) => {
    if (inner.kind !== 'string') return found.length < 200;
    found.push(inner);
    return false;
  });
  return found;
}

/** `a + b + c` as its operands, whatever the depth. */
function sumOperands(sum: Expression): Expression[] {
  const operands: Expression[] = [];
  const pending: Expression[] = [sum];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const inner = unwrapped(next);
    if (inner.kind === 'binary' && inner.operator === '+') pending.push(inner.right, inner.left);
    else operands.push(next);
  }
  return operands;
}

/** The operand's own place when it stands inside the given one; a name that stands for a sum keeps the name's place. */
function narrower(outer: Span, inner: Span): Span {
  return outer.start <= inner.start && inner.end <= outer.end ? inner : outer;
}

/** The text of a template without holes; null when it has one. */
export function plainText(template: Template): string | null {
  let text = '';
  for (const piece of template) {
    if (piece.kind === 'hole') return null;
    text += piece.text;
  }
  return text;
}
