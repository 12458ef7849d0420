/** The names of a workspace's files, for finding one by a part of it. Made when first asked for, then kept in step. */
import { readFile } from 'node:fs/promises';
import { fuzzyScore } from '../analysis/fuzzyMatch';
import { outlineOf, type OutlineSymbol, type SymbolShape } from '../analysis/outline';
import { withoutMark, type Documents, type ParseText } from '../documents';
import type { Range } from '../protocol/model';
import type { SyntaxTree } from '../syntax/syntaxTree';
import { fileStamp } from './fileStamp';
import { inTurns } from './inTurns';
import type { WorkspaceFiles } from './workspaceFiles';

export interface FoundSymbol {
  readonly name: string;
  readonly shape: SymbolShape;
  /** The name around it; null at the top of a file. */
  readonly container: string | null;
  readonly file: string;
  readonly range: Range;
}

interface FileSymbols {
  readonly stamp: string;
  readonly symbols: readonly Omit<FoundSymbol, 'file'>[];
}

const mostOfFile = 5000;

export class SymbolIndex {
  private readonly known = new Map<string, FileSymbols>();
  private updating: Promise<void> | null = null;
  private upToDate: readonly string[] | null = null;

  constructor(
    private readonly documents: Documents,
    private readonly parse: ParseText,
    private readonly files: WorkspaceFiles,
  ) {}

  /** The best `limit` of the names that hold the letters of the query in this order; none while `signal` is aborted. */
  async find(query: string, limit: number, signal: AbortSignal): Promise<readonly FoundSymbol[]> {
    this.updating ??= this.update().finally(() => (this.updating = null));
    await this.updating;
    if (signal.aborted) return [];
    const found: { readonly score: number; readonly symbol: FoundSymbol }[] = [];
    for (const [file, { symbols }] of this.known) {
      for (const symbol of symbols) {
        const score = fuzzyScore(query, symbol.name);
        if (score !== null) found.push({ score, symbol: { ...symbol, file } });
      }
    }
    return found
      .sort((a, b) => a.score - b.score)
      .slice(0, limit)
      .map(({ symbol }) => symbol);
  }

  private async update(): Promise<void> {
    const listed = await this.files.list();
    const open = new Map(
      this.documents.all().flatMap((each) => (each.onDisk ? [[each.file, each] as const] : [])),
    );
    // The listing is another one as soon as anything changed on the disk.
    const others =
      listed === this.upToDate ? [...this.known.keys()].filter((file) => this.wasOpen(file)) : listed;
    await inTurns(new Set([...others, ...open.keys()]), async (file) => {
      const document = open.get(file);
      if (document === undefined) await this.readAgain(file);
      else this.keep(file, `open ${document.version}`, () => document.tree);
    });
    const all = new Set([...listed, ...open.keys()]);
    for (const file of this.known.keys()) if (!all.has(file)) this.known.delete(file);
    this.upToDate = listed;
  }

  private wasOpen(file: string): boolean {
    return this.known.get(file)?.stamp.startsWith('open ') === true;
  }

  private async readAgain(file: string): Promise<void> {
    const stamp = await fileStamp(file);
    if (stamp === null) {
      this.known.delete(file);
      return;
    }
    if (this.known.get(file)?.stamp === stamp) return;
    const text = await readFile(file, 'utf8').catch(() => '');
    this.keep(file, stamp, () => this.parse(withoutMark(text), null, null))?.dispose();
  }

  /** The tree that was looked at; null when nothing changed. */
  private keep(file: string, stamp: string, treeOf: () => SyntaxTree): SyntaxTree | null {
    if (this.known.get(file)?.stamp === stamp) return null;
    const tree = treeOf();
    const symbols: Omit<FoundSymbol, 'file'>[] = [];
    const add = (all: readonly OutlineSymbol[], container: string | null): void => {
      for (const { name, shape, nameSpan, children } of all) {
        if (symbols.length >= mostOfFile) return;
        if (shape !== 'inherited')
          symbols.push({ name, shape, container, range: tree.lines.rangeOf(nameSpan) });
        add(children, name);
      }
    };
    add(outlineOf(tree, 'offered'), null);
    this.known.set(file, { stamp, symbols });
    return tree;
  }
}
