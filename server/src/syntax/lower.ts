import type { Language, Tree, TreeCursor } from 'web-tree-sitter';
import type { Binding, Expression } from './ast';
import type { MeaningRefusal } from './exact/reductions';
import { buildNode, type Built, type Frame } from './lowerNode';
import { leafNode, plainNode } from './lowerPlain';
import { isExtremeNumber, isSuspect, meaningRefusals } from './refusals';
import type { Span } from './syntaxTree';

/** Nix's own parser gives up ("memory exhausted") before this many nested levels. */
export const maximumDepth = 10_000;

export interface LoweredTree {
  readonly root: Expression | null;
  /** Whether the parser had nothing to invent or skip anywhere, and nothing stands there that only our grammar lets pass. */
  readonly sound: boolean;
  /** What Nix refuses although the grammar fits; the first few. */
  readonly meanings: readonly MeaningRefusal[];
  /** In order of the text. */
  readonly comments: readonly Span[];
  /** Where nesting went beyond `maximumDepth` and the tree was cut. */
  readonly tooDeep: Span | null;
}

const maximumMeanings = 200;

/**
 * Turns the parser's tree into ours in one walk without recursion. Each step crosses into WebAssembly, so only
 * what is needed is asked for.
 */
export function lowerTree(tree: Tree, text: string): LoweredTree {
  const cursor = tree.walk();
  const sound = !tree.rootNode.hasError;
  try {
    return new Lowering(cursor, tree.language, text, sound).run();
  } finally {
    cursor.delete();
  }
}

const notesLastToken = new Set(['string_expression', 'indented_string_expression']);
const skipped = new Set(['comment', 'string_fragment', 'escape_sequence', 'path_fragment']);

class Lowering {
  private readonly stack: Frame[] = [];
  private readonly named: readonly boolean[];
  private readonly meanings: MeaningRefusal[] = [];
  private suspect = false;
  private readonly comments: Span[] = [];
  private tooDeep: Span | null = null;

  constructor(
    private readonly cursor: TreeCursor,
    private readonly language: Language,
    private readonly text: string,
    /** Whether the parser had nothing to invent or skip anywhere. */
    private readonly sound: boolean,
  ) {
    this.named = language.types.map((_, id) => language.nodeTypeIsNamed(id));
  }

  run(): LoweredTree {
    const span = { start: this.cursor.startIndex, end: this.cursor.endIndex };
    const root = newFrame(this.cursor.nodeType, span);
    this.stack.push(root);
    if (this.cursor.gotoFirstChild()) this.walk();
    const built = buildNode(root, this.text);
    return {
      root: built.tag === 'expression' ? built.node : null,
      sound: this.sound && !this.suspect,
      meanings: this.meanings,
      comments: this.comments,
      tooDeep: this.tooDeep,
    };
  }

  private walk(): void {
    for (;;) {
      if (this.enter()) continue;
      while (!this.cursor.gotoNextSibling()) {
        if (this.stack.length === 1) return;
        this.cursor.gotoParent();
        this.leave();
      }
    }
  }

  /** Takes in the node under the cursor; true when the cursor went down to its first child. */
  private enter(): boolean {
    const id = this.cursor.nodeTypeId;
    const type = this.typeName(id);
    const parent = this.top();
    if (type === 'ERROR' || this.named[id] === true) return this.enterNamed(type, parent);
    parent.token ??= type;
    if (notesLastToken.has(parent.type)) parent.lastToken = this.cursor.startIndex;
    return false;
  }

  private enterNamed(type: string, parent: Frame): boolean {
    if (type === 'comment') this.comments.push({ start: this.cursor.startIndex, end: this.cursor.endIndex });
    if (skipped.has(type)) return false;
    const span = { start: this.cursor.startIndex, end: this.cursor.endIndex };
    const leaf = leafNode(type, this.text, span) ?? (this.sound ? plainNode(type, this.text, span) : null);
    if (leaf !== null) {
      if (type === 'integer_expression' || type === 'float_expression')
        this.suspect ||= isExtremeNumber(span, this.text);
      add(parent, leaf);
      return false;
    }
    const frame = newFrame(type, span);
    if (this.stack.length >= maximumDepth) {
      this.tooDeep ??= frame.span;
      add(parent, { tag: 'expression', node: { kind: 'missing', span: frame.span } });
      return false;
    }
    if (!this.cursor.gotoFirstChild()) {
      add(parent, buildNode(frame, this.text));
      return false;
    }
    this.stack.push(frame);
    return true;
  }

  private leave(): void {
    const frame = this.stack.pop();
    if (frame === undefined) return;
    const built = buildNode(frame, this.text);
    if (this.sound && (built.tag === 'expression' || built.tag === 'binding')) this.examine(built.node);
    add(this.top(), built);
  }

  private examine(node: Expression | Binding): void {
    this.suspect ||= isSuspect(node, this.text);
    const { kind } = node;
    if (kind !== 'set' && kind !== 'letIn' && kind !== 'function') return;
    const found = meaningRefusals(node);
    if (found.length > 0 && this.meanings.length < maximumMeanings) this.meanings.push(...found);
  }

  private top(): Frame {
    const frame = this.stack.at(-1);
    if (frame === undefined) throw new Error('lowering left its root');
    return frame;
  }

  private typeName(id: number): string {
    // tree-sitter's own symbol for errors is the largest id, outside the language's table.
    return this.language.types[id] ?? 'ERROR';
  }
}

function newFrame(type: string, span: Span): Frame {
  return { type, span, children: [], token: null, lastToken: -1 };
}

function add(parent: Frame, built: Built): void {
  if (built.tag === 'nothing') return;
  if (built.tag === 'many') for (const one of built.nodes) parent.children.push(one);
  else parent.children.push(built);
}
