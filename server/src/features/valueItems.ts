/** Completion items from values: names at once, what there is to tell of one when the editor shows it. */
import { CompletionItemKind, InsertTextFormat, MarkupKind } from 'vscode-languageserver/node';
import type { CompletionItem, MarkupContent, Range, TextEdit } from 'vscode-languageserver/node';
import type { AskedNames } from '../analysis/slices/asked';
import type { SetPlace } from '../analysis/slices/packageSets';
import { fuzzyScore } from '../analysis/fuzzyMatch';
import type { OpenDocument } from '../documents';
import type { Replacement } from '../syntax/replacement';
import type { ValueAnswers } from './valueAnswers';
import { nameAsWritten } from './nameAsWritten';
import { detailOf, valueMarkdown } from './valueText';

/** Typing waits no longer for names. */
const namesMs = 250;
const detailsMs = 2000;
/** More are not sent to the editor: what is typed tells which. */
const mostItems = 2000;
/** Answers whose items may still be looked at. */
const mostKept = 12;

interface Kept {
  readonly file: string;
  readonly places: readonly SetPlace[];
}

export interface ValueItemsAnswer {
  readonly items: readonly CompletionItem[];
  /** Whether asking again tells more. */
  readonly incomplete: boolean;
  /** Of attributes that were proposed already: what tells of them, for `data`. */
  readonly knownIn: ReadonlyMap<string, number>;
}

export interface TypedName {
  /** What is typed of it. */
  readonly prefix: string;
  readonly range: Range;
  /** Names that are proposed already. */
  readonly known: ReadonlySet<string>;
  readonly snippets: boolean;
}

export class ValueItems {
  private readonly kept = new Map<number, Kept>();
  private count = 0;

  constructor(private readonly values: ValueAnswers) {}

  async items(
    document: OpenDocument,
    asked: readonly AskedNames[],
    { prefix, range, known, snippets }: TypedName,
  ): Promise<ValueItemsAnswer> {
    const told = await Promise.all(asked.map((one) => this.namesOf(document, one)));
    const seen = new Set(known);
    const items: CompletionItem[] = [];
    const knownIn = new Map<string, number>();
    let incomplete = told.includes('late');
    for (const [index, one] of asked.entries()) {
      const { places, distance, kind, without, adding } = one;
      const names = told[index];
      if (names === undefined || names === 'late') continue;
      const number = this.keep({ file: document.file, places });
      const fresh = names.filter((name) => !seen.has(name) && !without.has(name));
      if (kind === 'attribute') {
        for (const name of names) if (known.has(name) && !knownIn.has(name)) knownIn.set(name, number);
      }
      // Each of these has an edit of its own, so they wait for a letter.
      const isMuch = fresh.length > (kind === 'added' ? 0 : mostItems);
      const isWanted = (name: string) =>
        (kind !== 'added' || prefix !== '') && fuzzyScore(prefix, name) !== null;
      const chosen = isMuch ? fresh.filter(isWanted) : fresh;
      // A longer word is looked for among these, a shorter one is asked for anew.
      incomplete ||= isMuch && (prefix === '' || chosen.length > mostItems);
      for (const name of chosen.slice(0, mostItems)) {
        seen.add(name);
        const edits = adding === undefined ? [] : [editOf(document, adding(name))];
        items.push(itemOf(name, number, { range, distance, kind, snippets, edits }));
      }
    }
    return { items, incomplete, knownIn };
  }

  /** The item with what there is to tell of its value. */
  async resolve(item: CompletionItem): Promise<CompletionItem> {
    const data: unknown = item.data;
    if (typeof data !== 'object' || data === null || !('asked' in data) || typeof data.asked !== 'number')
      return item;
    const kept = this.kept.get(data.asked);
    if (kept === undefined) return item;
    const places = kept.places.map(({ text, path }) => ({ text, path: [...path, item.label] }));
    const told = await this.values.ask(kept, places, 'summary', detailsMs);
    if (told === null || told === 'late' || told.value === undefined) return item;
    const value = valueMarkdown(told.value, { built: null });
    return {
      ...item,
      detail: detailOf(told.value),
      ...(value === '' ? {} : { documentation: documentationOf(item, value) }),
    };
  }

  private async namesOf(
    document: OpenDocument,
    { places, kind }: AskedNames,
  ): Promise<readonly string[] | 'late'> {
    const wants = kind === 'given' ? 'value' : 'names';
    const told = await this.values.ask(document, places, wants, namesMs);
    if (told === null || told === 'late') return told ?? [];
    return kind === 'given'
      ? (told.value?.function?.formals ?? []).map(({ name }) => name)
      : (told.names ?? []);
  }

  private keep(kept: Kept): number {
    this.count += 1;
    this.kept.set(this.count, kept);
    this.kept.delete(this.count - mostKept);
    return this.count;
  }
}

interface ItemOptions {
  readonly range: Range;
  readonly distance: number;
  readonly kind: AskedNames['kind'];
  readonly snippets: boolean;
  /** What else is written. */
  readonly edits: readonly TextEdit[];
}

const kinds: Readonly<Record<AskedNames['kind'], CompletionItemKind>> = {
  attribute: CompletionItemKind.Field,
  argument: CompletionItemKind.Variable,
  given: CompletionItemKind.Property,
  added: CompletionItemKind.Variable,
};

function itemOf(
  name: string,
  asked: number,
  { range, distance, kind, snippets, edits }: ItemOptions,
): CompletionItem {
  const written = nameAsWritten(name);
  const isBinding = kind === 'given' && snippets;
  return {
    label: name,
    kind: kinds[kind],
    sortText: `${String(distance).padStart(4, '0')}${name}`,
    textEdit: { range, newText: isBinding ? `${written.replace(/[\\$}]/g, '\\$&')} = $0;` : written },
    ...(isBinding ? { insertTextFormat: InsertTextFormat.Snippet } : {}),
    ...(edits.length === 0
      ? {}
      : { additionalTextEdits: [...edits], labelDetails: { description: 'adds the argument' } }),
    ...(kind === 'given' ? { detail: 'argument of the function' } : { data: { asked } }),
  };
}

/** What stands before the cursor is where it was. */
function editOf({ tree }: OpenDocument, { start, end, newText }: Replacement): TextEdit {
  return { range: tree.lines.rangeOf({ start, end }), newText };
}

/** After what the item says already. */
function documentationOf({ documentation }: CompletionItem, value: string): MarkupContent {
  const before = typeof documentation === 'string' ? documentation : (documentation?.value ?? '');
  return { kind: MarkupKind.Markdown, value: before === '' ? value : `${before}\n\n---\n\n${value}` };
}
