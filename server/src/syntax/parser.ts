import { Language, Parser } from 'web-tree-sitter';
import { isRefusedItem, readTree, type Reading } from './exact/astReader';
import { textBefore, type TextBefore } from './exact/textBefore';
import type { ReadToken } from './exact/readToken';
import { findFaults } from './faults';
import { LineIndex } from './lineIndex';
import { lowerTree, type LoweredTree } from './lower';
import type { Binding, Expression } from './ast';
import { OldItems, type OldText } from './reuse';
import type { Span, SyntaxFault, SyntaxTree } from './syntaxTree';
import { combined, fits, type TextChange } from './textChange';

export interface NixParser {
  /**
   * Parses a text; never fails: what does not parse becomes faults. With the tree of an earlier version and the
   * changes since (one after the other, each in terms of the text before it), only what changed is parsed again.
   * `previous` stays usable.
   */
  parse(text: string, previous?: SyntaxTree, changes?: readonly TextChange[]): SyntaxTree;
  /** Frees the parser's memory; trees made before keep what they have told. */
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
  return new TwoParsers(parser);
}

/** Nix's own grammar reads what it takes; of a text that it does not take, tree-sitter makes a tree as good as it can. */
class TwoParsers implements NixParser {
  constructor(private readonly recovering: Parser) {}

  parse(text: string, previous?: SyntaxTree, changes: readonly TextChange[] = []): SyntaxTree {
    const before = previous instanceof ParsedTree ? previous : null;
    const change = before === null ? null : oneChange(changes, before.text, text);
    const recover = (): LoweredTree => this.recover(text);
    if (before === null || change === null) return new ParsedTree(text, new LineIndex(text), null, recover);
    const lines = before.lines.after(text, change);
    const since = before.since === null ? change : combined(before.since, change);
    const base = before.sound === null ? null : { ...before.sound, change: since };
    return new ParsedTree(text, lines, base, recover);
  }

  dispose(): void {
    this.recovering.delete();
  }

  private recover(text: string): LoweredTree {
    this.recovering.reset();
    const tree = this.recovering.parse(text);
    if (tree === null) throw new Error('the parser has no language');
    try {
      return lowerTree(tree, text);
    } finally {
      tree.delete();
    }
  }
}

/** The changes as one; null when they do not lead to a text of this length. */
function oneChange(changes: readonly TextChange[], before: string, after: string): TextChange | null {
  const [first, ...more] = changes;
  if (first === undefined) return before === after ? { start: 0, oldEnd: 0, newEnd: 0 } : null;
  let { length } = before;
  for (const change of changes) {
    if (!fits(change, length, length + change.newEnd - change.oldEnd)) return null;
    length += change.newEnd - change.oldEnd;
  }
  return length === after.length ? more.reduce(combined, first) : null;
}

/** The last version that parsed, and what has changed since. */
interface Base extends OldText {
  readonly change: TextChange;
}

class ParsedTree implements SyntaxTree {
  /** The last version that parsed: this one, or an earlier one. */
  readonly sound: OldText | null;
  /** What has changed since then; null when that is this version. */
  readonly since: TextChange | null;
  private readonly reading: Reading;
  private lowered: LoweredTree | null = null;
  private foundFaults: readonly SyntaxFault[] | null = null;

  constructor(
    readonly text: string,
    readonly lines: LineIndex,
    base: Base | null,
    private readonly recover: () => LoweredTree,
  ) {
    const old = base === null ? null : new OldItems(base, base.change, isRefusedItem);
    this.reading = readTree(text, old);
    const { root, comments } = this.reading;
    this.sound = root === null ? base : { text, root, comments };
    this.since = root === null ? (base?.change ?? null) : null;
  }

  get root(): Expression | null {
    return this.reading.root ?? this.recovered().root;
  }

  get comments(): readonly Span[] {
    return this.reading.root === null ? this.recovered().comments : this.reading.comments;
  }

  get faults(): readonly SyntaxFault[] {
    const tokensBefore = (offset: number): readonly ReadToken[] =>
      textBefore(this.text, offset, this.itemsBefore(offset)).tokens;
    this.foundFaults ??= findFaults(this.text, this.lines, this.reading, tokensBefore);
    return this.foundFaults;
  }

  get whole(): readonly Binding[] | null {
    return this.reading.whole;
  }

  before(offset: number): TextBefore {
    return textBefore(this.text.slice(0, offset), offset, this.itemsBefore(offset));
  }

  dispose(): void {
    this.lowered = null;
  }

  /** What of the last version that parsed stands before a place, as if all after it had changed. */
  private itemsBefore(offset: number): OldItems | null {
    if (this.sound === null) return null;
    const rest = { start: offset, oldEnd: this.text.length, newEnd: offset };
    return new OldItems(this.sound, this.since === null ? rest : combined(this.since, rest), () => false);
  }

  private recovered(): LoweredTree {
    this.lowered ??= this.recover();
    return this.lowered;
  }
}
