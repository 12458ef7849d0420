import type { Language, Tree, TreeCursor } from 'web-tree-sitter';
import type { Expression } from './ast';
import { buildNode, type Built, type Frame } from './lowerNode';
import { leafNode } from './lowerLeaf';
import type { Span } from './syntaxTree';

/** Nix's own parser gives up ("memory exhausted") before this many nested levels. */
export const maximumDepth = 10_000;

export interface LoweredTree {
  readonly root: Expression | null;
  /** In order of the text. */
  readonly comments: readonly Span[];
}

/**
 * Turns tree-sitter's tree of a text that does not parse into ours in one walk without recursion. Each step crosses into WebAssembly, so only
 * what is needed is asked for.
 */
export function lowerTree(tree: Tree, text: string): LoweredTree {
  const cursor = tree.walk();
  try {
    return new Lowering(cursor, tree.language, text).run();
  } finally {
    cursor.delete();
  }
}

const notesLastToken = new Set(['string_expression', 'indented_string_expression']);
const skipped = new Set(['comment', 'string_fragment', 'escape_sequence', 'path_fragment']);

class Lowering {
  private readonly stack: Frame[] = [];
  private readonly named: readonly boolean[];
  private readonly comments: Span[] = [];

  constructor(
    private readonly cursor: TreeCursor,
    private readonly language: Language,
    private readonly text: string,
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
      comments: this.comments,
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
    const leaf = leafNode(type, this.text, span);
    if (leaf !== null) {
      add(parent, leaf);
      return false;
    }
    const frame = newFrame(type, span);
    if (this.stack.length >= maximumDepth) {
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
    add(this.top(), buildNode(frame, this.text));
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
