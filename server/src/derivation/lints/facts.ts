/** What the lints ask of an attribute as it is written. Pure. */
import type { Expression, List } from '../../syntax/ast';
import type { TextFix } from '../../syntax/syntaxTree';
import { unwrapped } from '../../syntax/walk';
import type { FoundAttribute, FoundDerivation } from '../foundDerivation';
import { staticTruth } from '../staticValue';

/** One element of a list as it is written. */
export interface ListElement {
  /** The last name of `cmake` or `pkgs.cmake`; null for anything else. */
  readonly name: string | null;
  readonly expression: Expression;
  readonly list: List;
  /** The set that a `with` takes the list’s names from. */
  readonly from: Expression | null;
}

export interface ListElements {
  readonly elements: readonly ListElement[];
  /** Whether the text shows all that is in the list. */
  readonly complete: boolean;
}

const noElements: ListElements = { elements: [], complete: true };

/** The elements that stand in the attribute itself, always; what comes from elsewhere is left out. */
export function elementsOf(attribute: FoundAttribute | undefined): ListElements {
  if (attribute === undefined) return noElements;
  const { value } = attribute;
  if (value === null || isInherited(attribute)) return { elements: [], complete: false };
  return elementsIn(value, null);
}

function elementsIn(value: Expression, from: Expression | null): ListElements {
  const expression = unwrapped(value);
  if (expression.kind === 'with') return elementsIn(expression.body, expression.environment);
  if (expression.kind === 'list') {
    const elements = expression.elements.map((each) => ({
      name: lastName(each),
      expression: each,
      list: expression,
      from,
    }));
    return { elements, complete: elements.every(({ name }) => name !== null) };
  }
  if (expression.kind !== 'binary' || expression.operator !== '++') return { elements: [], complete: false };
  const [left, right] = [elementsIn(expression.left, from), elementsIn(expression.right, from)];
  return { elements: [...left.elements, ...right.elements], complete: left.complete && right.complete };
}

/** The elements that stand in the attribute under a condition: of `lib.optional`, `lib.optionals` and `if`. */
export function conditionalElements(
  attribute: FoundAttribute | undefined,
): readonly Omit<ListElement, 'list'>[] {
  if (attribute?.value == null || isInherited(attribute)) return [];
  return conditionalIn(attribute.value, null);
}

function conditionalIn(value: Expression, from: Expression | null): readonly Omit<ListElement, 'list'>[] {
  const expression = unwrapped(value);
  const within = (inner: Expression): readonly Omit<ListElement, 'list'>[] => [
    ...elementsIn(inner, from).elements,
    ...conditionalIn(inner, from),
  ];
  if (expression.kind === 'with') return conditionalIn(expression.body, expression.environment);
  if (expression.kind === 'binary' && expression.operator === '++')
    return [expression.left, expression.right].flatMap((side) => conditionalIn(side, from));
  if (expression.kind === 'if') return [expression.consequence, expression.alternative].flatMap(within);
  const called = expression.kind === 'apply' ? unwrapped(expression.function) : null;
  if (expression.kind !== 'apply' || called?.kind !== 'apply') return [];
  const name = lastName(called.function);
  if (name === 'optionals') return within(expression.argument);
  if (name !== 'optional') return [];
  return [{ name: lastName(expression.argument), expression: expression.argument, from }];
}

function lastName(expression: Expression): string | null {
  const inner = unwrapped(expression);
  if (inner.kind === 'variable') return inner.name;
  return inner.kind === 'select' ? (inner.path.names.at(-1)?.name ?? null) : null;
}

/** The bash of an attribute that is one literal string, with what Nix puts in left as it is written; null for any other. */
export function scriptOf(attribute: FoundAttribute | undefined, text: string): string | null {
  if (attribute?.value == null) return null;
  const value = unwrapped(attribute.value);
  if (value.kind !== 'string') return null;
  return text.slice(value.content.start, value.content.end).replace(/^[ \t]*#.*$/gm, '');
}

/** Whether an attribute is true; null when the text does not tell. */
export function truthOf({ attributes }: FoundDerivation, name: string, text: string): boolean | null {
  const attribute = attributes.get(name);
  if (attribute === undefined) return false;
  return attribute.value === null ? null : staticTruth(attribute.value, attribute.scope, text);
}

/** Whether it comes by `inherit`, which brings its name along. */
export function isInherited({ nameSpan, value }: FoundAttribute): boolean {
  return value !== null && value.span.start <= nameSpan.start;
}

/** Gives an attribute another name; null where it is inherited. */
export function renamed(attribute: FoundAttribute, newName: string): TextFix | null {
  if (isInherited(attribute)) return null;
  const { name, nameSpan } = attribute;
  return { title: `Rename \`${name}\` to \`${newName}\``, edits: [{ ...nameSpan, newText: newName }] };
}

/** Removes a binding, with its line where nothing else stands on it. */
export function without(
  text: string,
  { start, end }: { readonly start: number; readonly end: number },
): TextFix['edits'][number] {
  const before = /(?:^|\n)([ \t]*)$/.exec(text.slice(0, start));
  const after = /^[ \t]*(?:\r?\n|$)/.exec(text.slice(end));
  if (before === null || after === null)
    return { start, end: end + (/^[ \t]+/.exec(text.slice(end))?.[0].length ?? 0), newText: '' };
  return { start: start - (before[1]?.length ?? 0), end: end + after[0].length, newText: '' };
}

/** Removes an element of a list with the blanks before it, and its line where nothing else stands on that. */
export function withoutElement(
  text: string,
  { start, end }: { readonly start: number; readonly end: number },
): TextFix['edits'][number] {
  const blanks = /\s*$/.exec(text.slice(0, start))?.[0].length ?? 0;
  return { start: start - blanks, end, newText: '' };
}
