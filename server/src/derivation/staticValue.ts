import type { Expression } from '../syntax/ast';
import { stringParts } from '../syntax/stringText';
import { unwrapped } from '../syntax/walk';
import { lookUp, recursiveScope, type Bound, type Scope } from './scope';
import type { FoundAttribute } from './foundDerivation';

const maximumSteps = 40;

/** What names can refer to besides the scope: `finalAttrs.x` and `self.x` mean the derivation's own attributes. */
export type OwnAttributes = ReadonlyMap<string, FoundAttribute>;
const none: OwnAttributes = new Map();

/**
 * Follows names, parentheses, `let`, `with`, `assert` and selections from literal sets to the expression that decides
 * the value; the expression itself when the text does not tell more.
 */
export function resolve(expression: Expression, scope: Scope): Bound {
  let at: Bound = { expression, scope };
  for (let step = 0; step < maximumSteps; step++) {
    const next = followed(at);
    if (next === null) return at;
    at = next;
  }
  return at;
}

function followed({ expression, scope }: Bound): Bound | null {
  if (expression.kind === 'variable') return lookUp(expression.name, scope);
  if (expression.kind === 'parenthesized') return { expression: expression.expression, scope };
  if (expression.kind === 'letIn') {
    return { expression: expression.body, scope: recursiveScope(expression.bindings, scope) };
  }
  if (expression.kind === 'with' || expression.kind === 'assert') {
    return { expression: expression.body, scope };
  }
  return expression.kind === 'select' ? selected(expression, scope) : null;
}

function selected(expression: Extract<Expression, { kind: 'select' }>, scope: Scope): Bound | null {
  const names = expression.path.names.map(({ name }) => name);
  if (names.length !== 1 || names[0] === null || names[0] === undefined) return null;
  if (!isPlain(expression.expression)) return null;
  const from = followedSet({ expression: expression.expression, scope });
  return from === null ? null : attributeIn(from, names[0]);
}

/** Only names are followed to a set, so that following cannot go round in a circle of selections. */
function followedSet(start: Bound): Bound | null {
  let at: Bound | null = start;
  for (let step = 0; step < 8 && at !== null; step++) {
    if (at.expression.kind === 'set') return at;
    at = at.expression.kind === 'variable' || at.expression.kind === 'parenthesized' ? followed(at) : null;
  }
  return null;
}

function isPlain(expression: Expression): boolean {
  const { kind } = unwrapped(expression);
  return kind === 'variable' || kind === 'set';
}

/** The attribute of a literal set; null when the set does not write it plainly. */
export function attributeIn({ expression, scope }: Bound, name: string): Bound | null {
  if (expression.kind !== 'set') return null;
  const inner = expression.form === 'plain' ? scope : recursiveScope(expression.bindings, scope);
  for (const binding of expression.bindings) {
    if (binding.kind !== 'binding' || binding.path.names.length !== 1) continue;
    if (binding.path.names[0]?.name === name) return { expression: binding.value, scope: inner };
  }
  return null;
}

/** The string that this expression is, when the text alone tells. */
export function staticString(
  expression: Expression,
  scope: Scope,
  source: string,
  own: OwnAttributes = none,
): string | null {
  return new StringReader(source, own).read(expression, scope);
}

/** Reads literal strings through interpolations and `+`, giving up on what goes too far. */
class StringReader {
  private steps = 0;

  constructor(
    private readonly source: string,
    private readonly own: OwnAttributes,
  ) {}

  read(expression: Expression, scope: Scope): string | null {
    if (this.steps++ > maximumSteps) return null;
    const { expression: value, scope: inner } = resolve(expression, scope);
    if (value.kind === 'string') {
      let text = '';
      for (const part of stringParts(this.source, value)) {
        const piece = part.kind === 'text' ? part.text : this.read(part.expression, inner);
        if (piece === null) return null;
        text += piece;
      }
      return text;
    }
    if (value.kind === 'binary' && value.operator === '+') {
      const left = this.read(value.left, inner);
      const right = left === null ? null : this.read(value.right, inner);
      return left === null || right === null ? null : left + right;
    }
    return value.kind === 'select' ? this.readOwn(value) : null;
  }

  /** `finalAttrs.version` where nothing in the text binds `finalAttrs` to a value. */
  private readOwn(select: Extract<Expression, { kind: 'select' }>): string | null {
    const name = select.path.names.length === 1 ? (select.path.names[0]?.name ?? null) : null;
    if (select.expression.kind !== 'variable' || name === null) return null;
    const attribute = this.own.get(name);
    return attribute?.value == null ? null : this.read(attribute.value, attribute.scope);
  }
}

/** Whether the builder's variable is non-empty, when the text alone tells: Nix gives it `1` for true and nothing for false or null. */
export function staticTruth(expression: Expression, scope: Scope, source: string): boolean | null {
  if (expression.kind === 'variable' && lookUp(expression.name, scope) === null) {
    if (expression.name === 'true') return true;
    return expression.name === 'false' || expression.name === 'null' ? false : null;
  }
  const { expression: value, scope: inner } = resolve(expression, scope);
  if (value !== expression && value.kind === 'variable') return staticTruth(value, inner, source);
  if (value.kind === 'number') return true;
  if (value.kind === 'list') return value.elements.length > 0;
  const text = staticString(value, inner, source);
  return text === null ? null : text !== '';
}

/** The words of a list of literal strings (or of one string, split as bash splits it); null when the text does not tell. */
export function staticWords(expression: Expression, scope: Scope, source: string): string[] | null {
  const { expression: value, scope: inner } = resolve(expression, scope);
  if (value.kind === 'list') {
    const words = value.elements.map((element) => staticString(element, inner, source));
    return words.every((word) => word !== null) ? words.flatMap(splitWords) : null;
  }
  if (value.kind === 'binary' && value.operator === '++') {
    const left = staticWords(value.left, inner, source);
    const right = left === null ? null : staticWords(value.right, inner, source);
    return left === null || right === null ? null : [...left, ...right];
  }
  const text = staticString(value, inner, source);
  return text === null ? null : splitWords(text);
}

export function splitWords(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
