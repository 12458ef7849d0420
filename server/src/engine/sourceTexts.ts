/** The texts that were evaluated: an unsaved buffer stands before its file on disk. */
import type { NixParser } from '../syntax/parser';
import type { SyntaxTree } from '../syntax/syntaxTree';
import { readTextFile } from './blamedFile';
import type { TextWithLines } from './evaluationDiagnostics';
import { LineIndex } from '../syntax/lineIndex';

export class SourceTexts {
  private readonly unsaved = new Map<string, string>();

  constructor(private readonly parser: NixParser) {}

  /** Says what text of a file was evaluated last; null: the one on disk. */
  remember(file: string, unsaved: string | null): void {
    if (unsaved === null) this.unsaved.delete(file);
    else this.unsaved.set(file, unsaved);
  }

  /** Null when the file cannot be read. */
  read(file: string): TextWithLines | null {
    const text = this.unsaved.get(file);
    return text === undefined ? readTextFile(file) : { text, lines: new LineIndex(text) };
  }

  /** Asks a question of a text that is in no file. */
  parsed<T>(text: string, ask: (tree: SyntaxTree) => T): T {
    const tree = this.parser.parse(text);
    try {
      return ask(tree);
    } finally {
      tree.dispose();
    }
  }

  /** Asks a question of parsed files; their trees live as long as the question. */
  withTrees<T>(ask: (treeOf: (file: string) => SyntaxTree | null) => T): T {
    const trees = new Map<string, SyntaxTree | null>();
    const treeOf = (file: string): SyntaxTree | null => {
      const known = trees.get(file);
      if (known !== undefined) return known;
      const text = this.read(file)?.text;
      const tree = text === undefined ? null : this.parser.parse(text);
      trees.set(file, tree);
      return tree;
    };
    try {
      return ask(treeOf);
    } finally {
      for (const tree of trees.values()) tree?.dispose();
    }
  }
}
