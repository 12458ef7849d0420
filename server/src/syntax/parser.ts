import { Language, Parser, type Tree } from 'web-tree-sitter';
import { findFaults } from './faults';
import { LineIndex } from './lineIndex';
import { lowerTree, type LoweredTree } from './lower';
import type { Expression } from './ast';
import type { Span, SyntaxFault, SyntaxTree } from './syntaxTree';

/** One change of a text: `[start, oldEnd)` of the text before it became `[start, newEnd)` of the text after it. */
export interface TextChange {
  readonly start: number;
  readonly oldEnd: number;
  readonly newEnd: number;
}

export interface NixParser {
  /**
   * Parses a text; never fails: what does not parse becomes faults. With the tree of an earlier version and the
   * changes since (one after the other, each in terms of the text before it), only what changed is parsed again.
   * `previous` stays usable. The caller disposes of every tree it was given.
   */
  parse(text: string, previous?: SyntaxTree, changes?: readonly TextChange[]): SyntaxTree;
  /** Frees the parser's memory; trees made before stay usable. */
  dispose(): void;
}

/**
 * Loads web-tree-sitter and our grammar from their WebAssembly files (absolute paths).
 * Rejects when one of the files is missing or damaged: an installation fault, not an input.
 */
export async function createNixParser(assets: {
  readonly parserWasm: string;
  readonly grammarWasm: string;
}): Promise<NixParser> {
  await Parser.init({ locateFile: () => assets.parserWasm });
  const language = await Language.load(assets.grammarWasm);
  const parser = new Parser();
  parser.setLanguage(language);
  return new TreeSitterNixParser(parser);
}

class TreeSitterNixParser implements NixParser {
  constructor(private readonly parser: Parser) {}

  parse(text: string, previous?: SyntaxTree, changes: readonly TextChange[] = []): SyntaxTree {
    const lines = new LineIndex(text);
    const edited = previous instanceof ParsedTree ? previous.edited(changes, text.length) : null;
    try {
      this.parser.reset();
      const tree = this.parser.parse(text, edited);
      if (tree === null) throw new Error('the parser has no language');
      return new ParsedTree(text, lines, tree);
    } finally {
      edited?.delete();
    }
  }

  dispose(): void {
    this.parser.delete();
  }
}

class ParsedTree implements SyntaxTree {
  private tree: Tree | null;
  private lowered: LoweredTree | null = null;
  private foundFaults: readonly SyntaxFault[] | null = null;

  constructor(
    readonly text: string,
    readonly lines: LineIndex,
    tree: Tree,
  ) {
    this.tree = tree;
  }

  get root(): Expression | null {
    return this.lower().root;
  }

  get comments(): readonly Span[] {
    return this.lower().comments;
  }

  get faults(): readonly SyntaxFault[] {
    this.foundFaults ??= findFaults(this.text, this.lines, this.lower());
    return this.foundFaults;
  }

  dispose(): void {
    this.tree?.delete();
    this.tree = null;
  }

  /** A copy of the parser's tree moved along with the changes; null when they do not lead to a text of this length. */
  edited(changes: readonly TextChange[], newLength: number): Tree | null {
    if (this.tree === null) return null;
    let length = this.text.length;
    for (const { start, oldEnd, newEnd } of changes) {
      if (start < 0 || oldEnd < start || newEnd < start || oldEnd > length) return null;
      length += newEnd - oldEnd;
    }
    if (length !== newLength) return null;
    const copy = this.tree.copy();
    for (const change of changes) copy.edit(treeEdit(change));
    return copy;
  }

  private lower(): LoweredTree {
    if (this.lowered !== null) return this.lowered;
    if (this.tree === null) throw new Error('a disposed syntax tree was used');
    this.lowered = lowerTree(this.tree, this.text);
    return this.lowered;
  }
}

/** Our grammar asks for no rows or columns and we read only offsets, so all is told as if it stood in one row. */
function treeEdit({ start, oldEnd, newEnd }: TextChange): Parameters<Tree['edit']>[0] {
  return {
    startIndex: start,
    oldEndIndex: oldEnd,
    newEndIndex: newEnd,
    startPosition: { row: 0, column: start },
    oldEndPosition: { row: 0, column: oldEnd },
    newEndPosition: { row: 0, column: newEnd },
  };
}
