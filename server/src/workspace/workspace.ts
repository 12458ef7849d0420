/** What the language features know beyond the file in hand. */
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { FileTree, FileTrees } from '../analysis/across/fileTrees';
import type { Documents, OpenDocument, ParseText } from '../documents';
import type { WalkedNode } from '../syntax/nodes';
import { folderOf } from './folders';
import { SymbolIndex } from './symbolIndex';
import { WorkspaceFiles } from './workspaceFiles';
import { WorkspaceTrees } from './workspaceTrees';

export interface WorkspaceParts {
  readonly documents: Documents;
  readonly parse: ParseText;
  /** Absolute paths of the workspace's folders. */
  folders(): readonly string[];
  /** Entries of the search path of a file, `name=/path` or a folder, the first first. */
  searchPath(file: string | null): readonly string[];
  /** Whether the client tells of files that change on the disk. */
  readonly watched: boolean;
}

export class Workspace {
  readonly files: WorkspaceFiles;
  readonly symbols: SymbolIndex;
  private readonly trees: WorkspaceTrees;

  constructor(private readonly parts: WorkspaceParts) {
    const { documents, parse, watched } = parts;
    this.trees = new WorkspaceTrees(documents, parse, (file) => parts.searchPath(file));
    this.files = new WorkspaceFiles({
      folders: () => parts.folders(),
      openFiles: () =>
        new Map(documents.all().flatMap((each) => (each.onDisk ? [[each.file, openText(each)]] : []))),
      watched,
    });
    this.symbols = new SymbolIndex(documents, parse, this.files);
  }

  /** Files as they are now, for one answer: about this file, whose search path counts in those that it leads to, too. */
  now(file: string | null): FileTrees {
    return this.trees.now(file);
  }

  /** The file that a path literal or `<…>` names, of a folder its `default.nix`; null when there is none, or it is known only later. */
  async fileNamed(file: FileTree, node: WalkedNode): Promise<string | null> {
    const named = await this.pathNamed(file, node);
    if (named === null) return null;
    for (const path of [named, join(named, 'default.nix')]) {
      if ((await stat(path).catch(() => null))?.isFile() === true) return path;
    }
    return null;
  }

  /** The absolute path that a path literal or `<…>` names; null when that is known only later. */
  async pathNamed({ file, tree }: FileTree, node: WalkedNode): Promise<string | null> {
    const written = tree.text.slice(node.span.start, node.span.end);
    if (node.kind === 'searchPath') return this.now(file).searchPath(written.slice(1, -1));
    if (node.kind !== 'path' || node.interpolations.length > 0) return null;
    return resolve(dirname(file), written);
  }

  /** What may follow on `<` in a file, as far as its search path names it. */
  searchNames(file: string): readonly string[] {
    const entries = this.parts.searchPath(file);
    return [...new Set(entries.flatMap((entry) => /^([^=/]+)=/.exec(entry)?.[1] ?? []))];
  }

  /** Whether this file may be changed by us: it lies in a folder of the workspace, or is open. */
  isOurs(file: string): boolean {
    return folderOf(file, this.parts.folders()) !== null || this.parts.documents.ofFile(file) !== null;
  }

  /**
   * The files that may name what these define and hold this name, the defining ones first. Read one by one, so that whoever asks may stop.
   */
  async *naming(
    defining: readonly string[],
    name: string,
    trees: FileTrees,
    signal: AbortSignal,
  ): AsyncGenerator<FileTree> {
    for (const file of await this.files.leadingTo(defining, signal)) {
      if (signal.aborted) return;
      const open = this.parts.documents.ofFile(file);
      const text = open?.tree.text ?? (await readFile(file, 'utf8').catch(() => ''));
      if (!text.includes(name)) continue;
      const tree = await trees.read(file);
      if (tree !== null) yield tree;
    }
  }
}

export function fileTreeOf({ file, tree }: OpenDocument): FileTree {
  return { file, tree };
}

function openText({ tree, version }: OpenDocument): { readonly text: string; readonly version: number } {
  return { text: tree.text, version };
}
