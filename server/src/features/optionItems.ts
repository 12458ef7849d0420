/** Completion items for the options of a module system and for what they may be given. */
import { CompletionItemKind, MarkupKind } from 'vscode-languageserver/node';
import type { CompletionItem, Range } from 'vscode-languageserver/node';
import type { OptionPlace } from '../analysis/modules/optionPath';
import type { OpenDocument } from '../documents';
import type { ModuleOptions } from './moduleOptions';
import { nameAsWritten } from './nameAsWritten';
import { optionDetail, optionMarkdown } from './optionText';

/** Typing waits no longer for them. */
const namesMs = 250;
const detailsMs = 2000;
/** Answers whose items may still be looked at. */
const mostKept = 4;

export interface OptionItemsAnswer {
  readonly items: readonly CompletionItem[];
  /** Whether asking again tells more. */
  readonly incomplete: boolean;
}

export class OptionItems {
  private readonly kept = new Map<
    number,
    { readonly document: OpenDocument; readonly path: readonly string[] }
  >();
  private count = 0;

  constructor(private readonly options: ModuleOptions) {}

  async items(
    document: OpenDocument,
    { kind, path, beside }: OptionPlace,
    range: Range,
  ): Promise<OptionItemsAnswer> {
    if (kind === 'value') return this.values(document, path, range);
    const above = path.slice(0, -1);
    const told = await this.options.ask(document, above, 'options', namesMs);
    if (told === null || told === 'late') return { items: [], incomplete: told === 'late' };
    const number = this.keep(document, above);
    const names = (told.names ?? []).filter((name) => !beside.has(name));
    return { items: names.map((name) => nameItem(name, number, range)), incomplete: false };
  }

  /** The item with what there is to tell of its option. */
  async resolve(item: CompletionItem): Promise<CompletionItem> {
    const data: unknown = item.data;
    if (typeof data !== 'object' || data === null || !('option' in data) || typeof data.option !== 'number')
      return item;
    const kept = this.kept.get(data.option);
    if (kept === undefined) return item;
    const path = [...kept.path, item.label];
    const told = await this.options.ask(kept.document, path, 'option', detailsMs);
    if (told === null || told === 'late' || told.option === undefined) return item;
    const value = optionMarkdown(path, told.option);
    return {
      ...item,
      detail: optionDetail(told.option),
      documentation: { kind: MarkupKind.Markdown, value },
    };
  }

  private async values(
    document: OpenDocument,
    path: readonly string[],
    range: Range,
  ): Promise<OptionItemsAnswer> {
    const told = await this.options.ask(document, path, 'option', namesMs);
    if (told === null || told === 'late') return { items: [], incomplete: told === 'late' };
    const items = (told.option?.values ?? []).map((value, index): CompletionItem => ({
      label: value,
      kind: CompletionItemKind.EnumMember,
      detail: told.option?.default === value ? 'default' : undefined,
      sortText: ` ${String(index).padStart(4, '0')}`,
      textEdit: { range, newText: value },
    }));
    return { items, incomplete: false };
  }

  private keep(document: OpenDocument, path: readonly string[]): number {
    this.count += 1;
    this.kept.set(this.count, { document, path });
    this.kept.delete(this.count - mostKept);
    return this.count;
  }
}

function nameItem(name: string, option: number, range: Range): CompletionItem {
  return {
    label: name,
    kind: CompletionItemKind.Property,
    sortText: `0000${name}`,
    textEdit: { range, newText: nameAsWritten(name) },
    data: { option },
  };
}
