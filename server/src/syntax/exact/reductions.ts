/** What the recogniser keeps of what it has read: attributes and formals, to find those that Nix's parser refuses although the grammar fits. */
import type { Span } from '../syntaxTree';
import { AttributeTable, type DuplicateAttribute, type WrittenName } from './attributeTable';

/** A refusal that is no matter of grammar. */
export type MeaningRefusal =
  | ({ readonly kind: 'duplicateAttribute' } & DuplicateAttribute)
  | {
      readonly kind: 'duplicateFormal';
      readonly name: string;
      readonly span: Span;
      readonly previous: Span;
    }
  | { readonly kind: 'dynamicLet' | 'dynamicInherit'; readonly span: Span };

/** What a symbol on the parser's stack stands for; null for most. */
export type Value =
  | null
  /** A string whose text is known, or a name. */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'names'; readonly names: WrittenName[] }
  | { readonly kind: 'set'; readonly table: AttributeTable };

export interface Read {
  readonly value: Value;
  readonly start: number;
  readonly end: number;
}

type Reduced = Value | { readonly refusal: MeaningRefusal };
type Reduction = (parts: readonly Read[], source: string) => Reduced;

/** By the words after `#` in the grammar. A rule without one hands on its first symbol's value. */
export const reductions: ReadonlyMap<string, Reduction> = new Map<string, Reduction>([
  ['nothing', () => null],
  ['inner', (parts) => valueAt(parts, 1)],
  ['text', (parts, source) => ({ kind: 'text', text: unescaped(sliceOf(parts[0], source)) })],
  ['emptyText', () => ({ kind: 'text', text: '' })],
  ['moreText', moreText],
  ['name', (parts, source) => ({ kind: 'text', text: sliceOf(parts[0], source) })],
  ['noNames', () => ({ kind: 'names', names: [] })],
  ['moreNames', (parts) => withName(namesAt(parts, 0), parts[1])],
  ['moreWrittenNames', moreWrittenNames],
  ['path', (parts) => withName([], parts[0])],
  ['longerPath', (parts) => withName(namesAt(parts, 0), parts[2])],
  ['noBindings', () => ({ kind: 'set', table: new AttributeTable() })],
  ['bindings', (parts) => valueAt(parts, 2)],
  ['bind', (parts) => bind(new AttributeTable(), parts, 0, 2)],
  ['bindMore', (parts) => bind(tableAt(parts, 0), parts, 1, 3)],
  ['inherit', (parts) => inherit(new AttributeTable(), parts, 1)],
  ['inheritMore', (parts) => inherit(tableAt(parts, 0), parts, 2)],
  ['inheritFrom', (parts) => inherit(new AttributeTable(), parts, 4)],
  ['inheritFromMore', (parts) => inherit(tableAt(parts, 0), parts, 5)],
  ['let', staticLet],
  ['noFormals', () => ({ kind: 'names', names: [] })],
  ['formals', (parts) => withName([], parts[0])],
  ['moreFormals', (parts) => prepended(parts[0], namesAt(parts, 2))],
  ['formalSet', (parts) => valueAt(parts, 1)],
  ['function', (parts) => distinct(namesAt(parts, 0), null)],
  ['functionNamedAfter', (parts, source) => distinct(namesAt(parts, 0), nameOf(parts[2], source))],
  ['functionNamedBefore', (parts, source) => distinct(namesAt(parts, 2), nameOf(parts[0], source))],
]);

function valueAt(parts: readonly Read[], index: number): Value {
  return parts[index]?.value ?? null;
}

function namesAt(parts: readonly Read[], index: number): WrittenName[] {
  const value = valueAt(parts, index);
  return value?.kind === 'names' ? value.names : [];
}

function tableAt(parts: readonly Read[], index: number): AttributeTable {
  const value = valueAt(parts, index);
  return value?.kind === 'set' ? value.table : new AttributeTable();
}

function sliceOf(read: Read | undefined, source: string): string {
  return read === undefined ? '' : source.slice(read.start, read.end);
}

function nameOf(read: Read | undefined, source: string): WrittenName {
  return { name: sliceOf(read, source), span: { start: read?.start ?? 0, end: read?.end ?? 0 } };
}

/** The list belongs to one parse, which never returns to a shorter one: it is added to in place. */
function withName(names: WrittenName[], read: Read | undefined): Value {
  const value = read?.value ?? null;
  const name = value?.kind === 'text' ? value.text : null;
  names.push({ name, span: { start: read?.start ?? 0, end: read?.end ?? 0 } });
  return { kind: 'names', names };
}

/** Formals are a right-recursive list: complete from the last to the first. */
function prepended(read: Read | undefined, names: WrittenName[]): Value {
  return withName(names, read);
}

function moreWrittenNames(parts: readonly Read[]): Reduced {
  const name = parts[1];
  if (name !== undefined && name.value?.kind !== 'text') {
    return { refusal: { kind: 'dynamicInherit', span: { start: name.start, end: name.end } } };
  }
  return withName(namesAt(parts, 0), name);
}

function bind(table: AttributeTable, parts: readonly Read[], path: number, value: number): Reduced {
  const bound = valueAt(parts, value);
  return settled(table, table.bind(namesAt(parts, path), bound?.kind === 'set' ? bound.table : null));
}

function inherit(table: AttributeTable, parts: readonly Read[], names: number): Reduced {
  return settled(table, table.inherit(namesAt(parts, names)));
}

function settled(table: AttributeTable, duplicate: DuplicateAttribute | null): Reduced {
  if (duplicate !== null) return { refusal: { kind: 'duplicateAttribute', ...duplicate } };
  return { kind: 'set', table };
}

function staticLet(parts: readonly Read[]): Reduced {
  const { dynamic } = tableAt(parts, 1);
  return dynamic === null ? null : { refusal: { kind: 'dynamicLet', span: dynamic } };
}

function distinct(reversed: readonly WrittenName[], own: WrittenName | null): Reduced {
  const seen = new Map<string, Span>();
  for (const { name, span } of [...reversed.toReversed(), ...(own === null ? [] : [own])]) {
    if (name === null) continue;
    const previous = seen.get(name);
    if (previous !== undefined) return { refusal: { kind: 'duplicateFormal', name, span, previous } };
    seen.set(name, span);
  }
  return null;
}

function moreText(parts: readonly Read[], source: string): Value {
  const before = valueAt(parts, 0);
  return before?.kind === 'text' ? { kind: 'text', text: before.text + sliceOf(parts[1], source) } : null;
}

function unescaped(written: string): string {
  return written.replace(/\\([^])|\r\n?/g, (_, escaped: string | undefined) => {
    if (escaped === undefined || escaped === 'n') return '\n';
    return escaped === 'r' ? '\r' : escaped === 't' ? '\t' : escaped;
  });
}
