/**
 * Writes entries into the list attributes of a derivation (`nativeBuildInputs`, `patches`, …): into the list that
 * stands there, or as a new attribute where such a one is usually written. The layout of the text is kept. Pure.
 */
import type { AttributeSet, Binding, Expression, List } from '../syntax/ast';
import { beginsLine, endWithComment, indentationAt, lineEnding, lineStart } from '../syntax/layout';
import type { Replacement } from '../syntax/replacement';
import { unwrapped } from '../syntax/walk';
import type { FoundAttribute, FoundDerivation } from './foundDerivation';
import type { Bound } from './scope';
import { resolve } from './staticValue';

/** Where an entry would be written. */
export interface ListPlace {
  /** The offset at which the names in the entry are looked up. */
  readonly offset: number;
  /** `entry` is one element of a list: a name, a path, or anything in parentheses. */
  write(entry: string): Replacement;
}

/**
 * The place for another entry of a list attribute.
 * @param after where the attribute is not written yet: the attributes behind which it is put, the best first; at the
 * begin of the set when none of them is there.
 * @returns null when the text does not show the list (a name from elsewhere, a string), or no set to write it in.
 */
export function listPlace(
  text: string,
  derivation: FoundDerivation,
  attribute: string,
  after: readonly string[],
): ListPlace | null {
  const written = derivation.attributes.get(attribute);
  return written === undefined ? newAttribute(text, derivation, attribute, after) : within(text, written);
}

function within(text: string, { value, nameSpan, scope }: FoundAttribute): ListPlace | null {
  if (value === null) return null;
  const isInherited = value.span.start <= nameSpan.start;
  if (!isInherited) return placeIn(text, value);
  const { expression } = resolve(value, scope);
  return expression === value || expression.kind === 'variable' || expression.kind === 'select'
    ? null
    : placeIn(text, expression);
}

function placeIn(text: string, value: Expression): ListPlace | null {
  const expression = unwrapped(value);
  const { kind } = expression;
  if (kind === 'list') return lastInList(text, expression);
  if (kind === 'with' || kind === 'assert' || kind === 'letIn') return placeIn(text, expression.body);
  if (kind === 'binary') {
    if (expression.operator !== '++') return null;
    const literal = operands(expression).find((operand) => literalList(operand) !== null);
    return literal === undefined ? behind(value) : placeIn(text, literal);
  }
  if (kind === 'if') return value === expression ? inParentheses(text, value) : behind(value);
  return kind === 'variable' || kind === 'select' || kind === 'apply' ? behind(value) : null;
}

function operands(expression: Expression): Expression[] {
  if (expression.kind !== 'binary' || expression.operator !== '++') return [expression];
  return [...operands(expression.left), ...operands(expression.right)];
}

/** `[ … ]` or `with pkgs; [ … ]`. */
function literalList(expression: Expression): List | null {
  const inner = unwrapped(expression);
  if (inner.kind === 'with') return literalList(inner.body);
  return inner.kind === 'list' ? inner : null;
}

function behind({ span }: Expression): ListPlace {
  return {
    offset: span.start,
    write: (entry) => ({ start: span.end, end: span.end, newText: ` ++ [ ${entry} ]` }),
  };
}

function inParentheses(text: string, { span }: Expression): ListPlace {
  const whole = text.slice(span.start, span.end);
  return {
    offset: span.start,
    write: (entry) => ({ ...span, newText: `(${whole}) ++ [ ${entry} ]` }),
  };
}

/** The place behind the last element of a list. */
export function lastInList(text: string, { span, elements }: List): ListPlace {
  const last = elements.at(-1);
  const offset = span.start;
  const insertion = (at: number, newText: string): Replacement => ({ start: at, end: at, newText });
  if (last === undefined) return { offset, write: (entry) => intoEmpty(text, span, entry) };
  if (!beginsLine(text, last.span.start)) {
    return { offset, write: (entry) => insertion(last.span.end, ` ${entry}`) };
  }
  const newLine = `${lineEnding(text)}${indentationAt(text, last.span.start)}`;
  const at = endWithComment(text, last.span.end);
  return { offset, write: (entry) => insertion(at, `${newLine}${entry}`) };
}

function intoEmpty(text: string, span: List['span'], entry: string): Replacement {
  const inside = text.slice(span.start + 1, span.end - 1);
  if (inside.trim() === '') return { ...span, newText: `[ ${entry} ]` };
  // Only comments are inside.
  const closing = span.end - 1;
  const newLine = lineEnding(text);
  if (!beginsLine(text, closing)) {
    return { start: closing, end: closing, newText: `${newLine}${entry}${newLine}` };
  }
  const at = lineStart(text, closing);
  return { start: at, end: at, newText: `${indentationAt(text, closing)}  ${entry}${newLine}` };
}

/** The set in which a derivation's attributes are written, and what its function calls the attributes before. */
interface WrittenSet {
  readonly set: AttributeSet;
  /** Name of the innermost function's argument, as `old` of `old: { … }`. */
  readonly argument: string | null;
}

function newAttribute(
  text: string,
  derivation: FoundDerivation,
  attribute: string,
  after: readonly string[],
): ListPlace | null {
  const written = setToWrite(derivation);
  if (written === null) return null;
  const { set, overridden } = written;
  const before = overridden === null ? '' : `(${overridden}.${attribute} or [ ]) ++ `;
  return {
    offset: set.span.start,
    write: (entry) => insertBinding(text, set, after, () => `${attribute} = ${before}[ ${entry} ];`),
  };
}

/**
 * The place for an attribute that is not written yet, behind the best of `after`. What is given back takes the binding,
 * made for the indentation of its line. Null when there is no set to write it in, or when it would hide another's.
 */
export function attributePlace(
  text: string,
  derivation: FoundDerivation,
  after: readonly string[],
): ((binding: (indentation: string) => string) => Replacement) | null {
  const written = setToWrite(derivation);
  if (written === null || written.overridden !== null) return null;
  return (binding) => insertBinding(text, written.set, after, binding);
}

/** The set, and for an override of a derivation from elsewhere what its attributes before are called. */
function setToWrite({ argument, maker }: FoundDerivation): {
  readonly set: AttributeSet;
  readonly overridden: string | null;
} | null {
  const written = argument === null ? null : writtenSet(argument, null);
  if (written === null) return null;
  if (!maker.startsWith('override')) return { set: written.set, overridden: null };
  return written.argument === null ? null : { set: written.set, overridden: written.argument };
}

function writtenSet({ expression, scope }: Bound, argument: string | null): WrittenSet | null {
  const bound = resolve(expression, scope);
  const at = bound.expression;
  if (at.kind === 'set') return { set: at, argument };
  if (at.kind === 'function') {
    return writtenSet({ expression: at.body, scope: bound.scope }, at.argument?.name ?? null);
  }
  if (at.kind !== 'binary' || at.operator !== '//') return null;
  return (
    writtenSet({ expression: at.right, scope: bound.scope }, argument) ??
    writtenSet({ expression: at.left, scope: bound.scope }, argument)
  );
}

function names(binding: Binding, name: string): boolean {
  if (binding.kind === 'inherit') return binding.names.some((inherited) => inherited.name === name);
  return binding.path.names[0]?.name === name;
}

/** Writes a binding into a set: behind the first of `after` that is there, else as its first. */
export function insertBinding(
  text: string,
  { span, bindings }: AttributeSet,
  after: readonly string[],
  binding: (indentation: string) => string,
): Replacement {
  const newLine = lineEnding(text);
  const anchor = after.flatMap((name) => bindings.find((one) => names(one, name)) ?? [])[0];
  if (anchor !== undefined) {
    const at = endWithComment(text, anchor.span.end);
    const indentation = indentationAt(text, anchor.span.start);
    const isOneLine = !beginsLine(text, anchor.span.start);
    const { end } = anchor.span;
    if (isOneLine) return { start: end, end, newText: ` ${binding(indentation)}` };
    const gap = endsParagraph(text, at) ? newLine.repeat(2) : newLine;
    return { start: at, end: at, newText: `${gap}${indentation}${binding(indentation)}` };
  }
  const [first] = bindings;
  if (first !== undefined && beginsLine(text, first.span.start)) {
    const at = lineStart(text, first.span.start);
    const indentation = indentationAt(text, first.span.start);
    return { start: at, end: at, newText: `${indentation}${binding(indentation)}${newLine}` };
  }
  const open = text.indexOf('{', span.start) + 1;
  const written = binding(indentationAt(text, span.start));
  const blank = /^\s*(?=\})/.exec(text.slice(open, span.end))?.[0];
  if (first === undefined && blank !== undefined) {
    return { start: open, end: open + blank.length, newText: ` ${written} ` };
  }
  return { start: open, end: open, newText: ` ${written}` };
}

/** Whether an empty line follows, so that what stands behind this offset is a paragraph of its own. */
function endsParagraph(text: string, offset: number): boolean {
  return /^[ \t]*\r?\n[ \t]*\r?\n/.test(text.slice(offset));
}
