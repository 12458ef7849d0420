/** Items of lists (bindings, elements) of an earlier version that a change did not touch, for who reads the text after it. Pure. */
import type { Binding, Expression } from './ast';
import { childrenOf, type WalkedNode } from './nodes';
import { shifted, sourceOf } from './shifted';
import type { Span } from './syntaxTree';
import { wholeLines, type TextChange } from './textChange';

export type Item = Binding | Expression;

export interface OldText {
  readonly text: string;
  readonly root: Expression;
  readonly comments: readonly Span[];
}

/** Items that stand one after the other, as they stand in the new text. */
export interface ItemRun extends Span {
  readonly items: readonly Item[];
  /** Those between the first item's start and the last one's end. */
  readonly comments: readonly Span[];
}

/**
 * An item is as it was when the change touched none of the lines that it stands on, and for an element of a list also the one after it: that
 * may make it another, as `.a` after `x` does. Asked from the text's start to its end.
 */
export class OldItems {
  /** From the root to where was looked last; each node lies in the one before it. */
  private readonly path: WalkedNode[];
  private readonly change: TextChange;

  constructor(
    private readonly old: OldText,
    change: TextChange,
    /** Whether an item has to be read again all the same. */
    private readonly isStale: (item: Item) => boolean,
  ) {
    this.path = [old.root];
    this.change = wholeLines(change, old.text);
  }

  /** The items that begin at this place of the new text; null when none do. */
  from(offset: number, wantsElements: boolean): ItemRun | null {
    const { start, oldEnd, newEnd } = this.change;
    if (offset >= start && offset < newEnd) return null;
    const shift = offset < start ? 0 : newEnd - oldEnd;
    const found = this.locate(offset - shift);
    const first = found?.items[found.index];
    if (found == null || first === undefined || isElement(first) !== wantsElements) return null;
    const last = offset < start ? this.lastBefore(found.items, wantsElements) : found.items.length - 1;
    const items = this.taken(found.items, found.index, last, shift);
    const [head, end] = [items[0], items.at(-1)?.span.end];
    if (head === undefined || end === undefined) return null;
    return { items, start: head.span.start, end, comments: this.commentsIn(head.span.start, end, shift) };
  }

  private locate(offset: number): { readonly items: readonly Item[]; readonly index: number } | null {
    const { path } = this;
    while (path.length > 1 && (path.at(-1)?.span.end ?? 0) <= offset) path.pop();
    for (;;) {
      const top = path.at(-1);
      if (top === undefined || offset < top.span.start || top.span.end <= offset) return null;
      const items = itemsOf(top);
      const index = firstFrom(items, offset);
      if (items[index]?.span.start === offset) return { items, index };
      const inner = around(items[index - 1], offset) ?? otherChild(top, offset);
      if (inner === undefined) return null;
      path.push(inner);
    }
  }

  /** The index of the last item that the change leaves as it is; they stand before it. */
  private lastBefore(items: readonly Item[], areElements: boolean): number {
    const { start } = this.change;
    let low = 0;
    let high = items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((items[middle]?.span.end ?? Infinity) < start) low = middle + 1;
      else high = middle;
    }
    return areElements ? low - 2 : low - 1;
  }

  private taken(items: readonly Item[], first: number, last: number, shift: number): Item[] {
    const taken: Item[] = [];
    for (let index = first; index <= last; index++) {
      const item = items[index];
      // What the end of a text stands after, Nix tells by its last token.
      if (item === undefined || this.isStale(sourceOf(item)) || item.span.end === this.old.text.length) break;
      taken.push(shifted(item, shift));
    }
    return taken;
  }

  private commentsIn(start: number, end: number, shift: number): readonly Span[] {
    const { comments } = this.old;
    const found: Span[] = [];
    for (let index = firstSpanFrom(comments, start - shift); index < comments.length; index++) {
      const comment = comments[index];
      if (comment === undefined || comment.start >= end - shift) break;
      found.push(shift === 0 ? comment : { start: comment.start + shift, end: comment.end + shift });
    }
    return found;
  }
}

const none: readonly Item[] = [];

function itemsOf(node: WalkedNode): readonly Item[] {
  if (node.kind === 'set' || node.kind === 'letIn') return node.bindings;
  return node.kind === 'list' ? node.elements : none;
}

function isElement({ kind }: Item): boolean {
  return kind !== 'binding' && kind !== 'inherit';
}

function around(node: WalkedNode | undefined, offset: number): WalkedNode | undefined {
  return node !== undefined && node.span.start <= offset && offset < node.span.end ? node : undefined;
}

function otherChild(node: WalkedNode, offset: number): WalkedNode | undefined {
  if (node.kind === 'set' || node.kind === 'list') return undefined;
  if (node.kind === 'letIn') return around(node.body, offset);
  return childrenOf(node).find((child) => around(child, offset) !== undefined);
}

function firstFrom(items: readonly Item[], offset: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((items[middle]?.span.start ?? Infinity) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

function firstSpanFrom(spans: readonly Span[], offset: number): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.start ?? Infinity) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
