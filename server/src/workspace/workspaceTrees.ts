/** The Nix files of a machine as trees: open ones as the editor has them, the others as they are on the disk. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileTree, FileTrees } from '../analysis/across/fileTrees';
import { withoutMark, type Documents, type ParseText } from '../documents';
import type { SyntaxTree } from '../syntax/syntaxTree';
import { stampOf } from './fileStamp';

/** Units of text whose trees are kept. */
const keptText = 16 * 1024 * 1024;

interface Kept {
  readonly tree: SyntaxTree;
  readonly stamp: string;
}

/** Trees of files that are not open, kept until they change or too many are. */
export class WorkspaceTrees {
  private readonly kept = new Map<string, Kept>();
  private size = 0;

  constructor(
    private readonly documents: Documents,
    private readonly parse: ParseText,
    private readonly searchFolders: (file: string | null) => readonly string[],
  ) {}

  /** The files as they are now, for one answer about a file: within it each is looked at once. */
  now(file: string | null): FileTrees {
    const seen = new Map<string, Promise<FileTree | null>>();
    return {
      read: (path) => {
        const known = seen.get(path) ?? this.read(path);
        seen.set(path, known);
        return known;
      },
      searchPath: (name) => this.searchPath(name, file),
    };
  }

  private async read(path: string): Promise<FileTree | null> {
    const open = this.opened(path);
    if (open !== null) return open;
    const found = await stat(path).catch(() => null);
    if (found?.isDirectory() === true && !path.endsWith('/default.nix'))
      return this.read(join(path, 'default.nix'));
    const stamp = found === null ? null : stampOf(found);
    if (stamp === null) return null;
    const kept = this.kept.get(path);
    if (kept?.stamp === stamp) {
      this.kept.delete(path);
      this.kept.set(path, kept);
      return { file: path, tree: kept.tree };
    }
    const text = await readFile(path, 'utf8').catch(() => null);
    // It may have been opened meanwhile.
    if (text === null) return this.opened(path);
    const tree = this.parse(withoutMark(text), null, null);
    const isEmpty = tree.root === null;
    // It is lowered by now, so that the parser's own tree is needed no longer.
    tree.dispose();
    if (isEmpty) return null;
    this.keep(path, { tree, stamp });
    return { file: path, tree };
  }

  private opened(path: string): FileTree | null {
    const open = this.documents.ofFile(path);
    return open === null ? null : { file: path, tree: open.tree };
  }

  private keep(path: string, kept: Kept): void {
    this.size += kept.tree.text.length - (this.kept.get(path)?.tree.text.length ?? 0);
    this.kept.delete(path);
    this.kept.set(path, kept);
    for (const [oldest, { tree }] of this.kept) {
      if (this.size <= keptText || oldest === path) break;
      this.kept.delete(oldest);
      this.size -= tree.text.length;
    }
  }

  /** `nixpkgs/lib` by the search path: entries `name=/path` and folders, the first that has it. */
  private async searchPath(name: string, file: string | null): Promise<string | null> {
    for (const entry of this.searchFolders(file)) {
      const [, prefix, folder] = /^(?:([^=/]*)=)?(.*)$/s.exec(entry) ?? [];
      if (folder === undefined || !folder.startsWith('/')) continue;
      if (prefix !== undefined && name !== prefix && !name.startsWith(`${prefix}/`)) continue;
      const path = join(folder, prefix === undefined ? name : name.slice(prefix.length));
      if ((await stat(path).catch(() => null)) !== null) return path;
    }
    return null;
  }
}
