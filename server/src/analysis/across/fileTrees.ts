/** Files as analysis sees them: a tree each, read through an interface, so that analysis itself touches no disk. */
import type { SyntaxTree } from '../../syntax/syntaxTree';

export interface FileTree {
  /** Absolute. */
  readonly file: string;
  readonly tree: SyntaxTree;
}

export interface FileTrees {
  /** The Nix file at this absolute path, as `import` finds it: of a folder its `default.nix`. Null when there is none. */
  read(path: string): Promise<FileTree | null>;
  /** Where `<nixpkgs/lib>` leads, given without its brackets; null when that is not known. */
  searchPath(name: string): Promise<string | null>;
}
