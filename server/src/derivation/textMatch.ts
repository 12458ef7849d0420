import type { Span } from '../syntax/syntaxTree';
import type { HolePiece, Template, TextPiece } from './textTemplate';

/** How sure it is that a character of the text comes from a place of the source. */
export const certainty = { none: 0, near: 1, likely: 2, sure: 3 } as const;
type Certainty = (typeof certainty)[keyof typeof certainty];

const maximumSteps = 20_000;

/** For each character of an evaluated text, where in the source it was written. */
export class TextOwners {
  readonly offsets: Int32Array;
  readonly certainties: Uint8Array;
  private onlyLines: ReadonlyMap<string, number | null> | null = null;
  private readonly places: Int32Array;
  private readonly limits: Span[] = [];
  private steps = 0;

  constructor(
    readonly text: string,
    private readonly source: string,
  ) {
    this.offsets = new Int32Array(text.length);
    this.certainties = new Uint8Array(text.length);
    this.places = new Int32Array(text.length);
  }

  /** The stretch of source that may be shown for this character: its literal's inside, or its whole hole. */
  limitOf(index: number): Span | null {
    return this.limits[this.places[index] ?? 0] ?? null;
  }

  /** Finds each piece of the template in the text; false when the text cannot come from it as a whole. */
  match(template: Template): boolean {
    return this.matchWithin(template, 0, this.text.length, certainty.sure);
  }

  /** Marks stretches of the template that stand somewhere in the text, where nothing is known yet. */
  scatter(template: Template, start: number, end: number): void {
    for (const piece of template) {
      if (piece.kind === 'text') this.scatterText(piece, start, end);
      else for (const inner of innerTemplates(piece)) this.scatter(inner, start, end);
    }
  }

  private matchWithin(template: Template, start: number, end: number, sure: Certainty): boolean {
    const layout = place(this.text, segments(template), start, end);
    if (layout === null) return false;
    const { blocks, positions, unambiguous } = layout;
    let from = start;
    let trusted = sure;
    blocks.forEach((block, index) => {
      const at = positions[index] ?? from;
      const certain = unambiguous[index] === true;
      const verified = this.fillHoles(block.holes, from, at, certain ? trusted : certainty.likely);
      if (certain) trusted = sure;
      else if (!verified) trusted = certainty.likely;
      this.own(block.texts, at, trusted);
      from = at + block.length;
    });
    return true;
  }

  /** Gives the holes before a block their text; true when that text is just what they were expected to be. */
  private fillHoles(holes: readonly HolePiece[], start: number, end: number, sure: Certainty): boolean {
    const [first] = holes;
    if (first === undefined) return true;
    if (holes.length === 1 && this.fillKnown(first, start, end, sure)) return true;
    if (start >= end) return true;
    for (const hole of holes) this.scatterHole(hole, start, end);
    const single = !this.text.slice(start, end).includes('\n');
    // What a sum's operand from elsewhere says is not written here; an interpolation's line is the author's own.
    const oneLine = holes.every(({ span }) => /^\$\{[^\r\n]*$/.test(this.source.slice(span.start, span.end)));
    const level = single && oneLine ? sure : certainty.near;
    const limit = this.limit(first.span);
    for (let i = start; i < end; i++) {
      if (this.certainties[i] === certainty.none) this.set(i, first.span.start, limit, level);
    }
    return false;
  }

  private fillKnown(hole: HolePiece, start: number, end: number, sure: Certainty): boolean {
    if (this.steps++ > maximumSteps) return false;
    for (const alternative of hole.alternatives) {
      if (this.matchWithin(alternative, start, end, sure)) return true;
    }
    const { repeated } = hole;
    if (repeated === null) return false;
    if (this.fillRepeated(repeated.body, repeated.separator, start, end, sure)) return true;
    this.certainties.fill(certainty.none, start, end);
    return false;
  }

  /** `body separator body …`: cut at each separator that the body's own first text follows, each part matched alone. */
  private fillRepeated(
    body: Template,
    separator: string,
    start: number,
    end: number,
    sure: Certainty,
  ): boolean {
    const [first] = body;
    if (first === undefined || first.kind !== 'text' || start >= end) return start >= end;
    const mark = separator + first.text;
    let from = start;
    while (from < end) {
      if (this.steps++ > maximumSteps) return false;
      let next = this.text.indexOf(mark, from + first.text.length);
      if (next < 0 || next + mark.length > end) next = end;
      if (!this.matchWithin(body, from, next, sure)) return false;
      from = next === end ? end : next + separator.length;
      if (next !== end) this.ownSeparator(next, from, first);
    }
    return true;
  }

  private ownSeparator(start: number, end: number, after: TextPiece): void {
    const limit = this.limit(after.within);
    for (let i = start; i < end; i++)
      this.set(i, after.offsets[0] ?? after.within.start, limit, certainty.near);
  }

  private scatterHole(hole: HolePiece, start: number, end: number): void {
    for (const template of innerTemplates(hole)) this.scatter(template, start, end);
  }

  private scatterText(piece: TextPiece, start: number, end: number): void {
    if (piece.text.replace(/\s/g, '').length < 3) return;
    if (this.steps++ > maximumSteps) return;
    const limit = this.limit(piece.within);
    let found = 0;
    for (let at = this.text.indexOf(piece.text, start); at >= 0 && found < 500; found++) {
      if (at + piece.text.length > end) break;
      for (let i = 0; i < piece.text.length; i++) {
        if (this.certainties[at + i] !== certainty.none) continue;
        this.set(at + i, piece.offsets[i] ?? piece.within.start, limit, certainty.likely);
      }
      at = this.text.indexOf(piece.text, at + piece.text.length);
    }
    if (found === 0) this.scatterLines(piece, start, end);
  }

  /** Of a literal that something changed on its way: those of its lines that are still there, and nowhere else. */
  private scatterLines(piece: TextPiece, start: number, end: number): void {
    const limit = this.limit(piece.within);
    let from = 0;
    for (const line of piece.text.split('\n')) {
      const at = this.onlyLine(line, start, end);
      for (let i = 0; at !== null && i < line.length; i++) {
        if (this.certainties[at + i] === certainty.none)
          this.set(at + i, piece.offsets[from + i] ?? piece.within.start, limit, certainty.near);
      }
      from += line.length + 1;
    }
  }

  /** Where a whole line of the text is this one, when no other is. */
  private onlyLine(line: string, start: number, end: number): number | null {
    if (line.trim().length < 3) return null;
    this.onlyLines ??= placesOfLines(this.text);
    const at = this.onlyLines.get(line) ?? null;
    return at !== null && at >= start && at + line.length <= end ? at : null;
  }

  private own(texts: readonly TextPiece[], start: number, level: Certainty): void {
    let at = start;
    for (const { text, offsets, within } of texts) {
      const limit = this.limit(within);
      for (let i = 0; i < text.length; i++) this.set(at + i, offsets[i] ?? within.start, limit, level);
      at += text.length;
    }
  }

  private set(index: number, offset: number, limit: number, level: Certainty): void {
    this.offsets[index] = offset;
    this.places[index] = limit;
    this.certainties[index] = level;
  }

  private limit(span: Span): number {
    this.limits.push(span);
    return this.limits.length - 1;
  }
}

function innerTemplates(hole: HolePiece): readonly Template[] {
  const body = hole.repeated === null ? [] : [hole.repeated.body];
  return [...hole.alternatives, ...body, ...hole.fragments];
}

/** Literal pieces without a hole between them, and the holes before them. */
interface Block {
  readonly holes: readonly HolePiece[];
  readonly texts: readonly TextPiece[];
  readonly text: string;
  readonly length: number;
}

function segments(template: Template): Block[] {
  const blocks: Block[] = [];
  let holes: HolePiece[] = [];
  let texts: TextPiece[] = [];
  const close = (): void => {
    const text = texts.map((piece) => piece.text).join('');
    blocks.push({ holes, texts, text, length: text.length });
    holes = [];
    texts = [];
  };
  for (const piece of template) {
    if (piece.kind === 'text') texts.push(piece);
    else {
      if (texts.length > 0) close();
      holes.push(piece);
    }
  }
  close();
  return blocks;
}

interface Layout {
  readonly blocks: readonly Block[];
  readonly positions: readonly number[];
  /** Whether the block could stand nowhere else. */
  readonly unambiguous: readonly boolean[];
}

/**
 * Where each block stands. The leftmost and the rightmost layout are found in one pass each (a greedy choice is always
 * part of some layout when there is one); where they agree, the place is sure.
 */
function place(text: string, blocks: readonly Block[], start: number, end: number): Layout | null {
  const left = leftmost(text, blocks, start, end);
  const right = left === null ? null : rightmost(text, blocks, start, end);
  if (left === null || right === null) return null;
  return { blocks, positions: left, unambiguous: left.map((at, index) => right[index] === at) };
}

function leftmost(text: string, blocks: readonly Block[], start: number, end: number): number[] | null {
  const positions: number[] = [];
  let from = start;
  for (const [index, block] of blocks.entries()) {
    const anchored = block.holes.length === 0;
    const last = index === blocks.length - 1;
    const at = last ? end - block.length : anchored ? from : text.indexOf(block.text, from);
    if (at < from || at + block.length > end || (anchored && at !== from)) return null;
    if (!text.startsWith(block.text, at)) return null;
    positions.push(at);
    from = at + block.length;
  }
  return positions;
}

function rightmost(text: string, blocks: readonly Block[], start: number, end: number): number[] | null {
  const positions: number[] = [];
  let until = end;
  for (const [index, block] of [...blocks.entries()].reverse()) {
    const anchored = block.holes.length === 0;
    const last = index === blocks.length - 1;
    const latest = until - block.length;
    const at = anchored ? start : last ? latest : latest < start ? -1 : text.lastIndexOf(block.text, latest);
    if (at < start) return null;
    positions.push(at);
    until = at;
  }
  return positions.reverse();
}

/** Where each line begins; null for those that there are several of. */
function placesOfLines(text: string): ReadonlyMap<string, number | null> {
  const places = new Map<string, number | null>();
  let at = 0;
  for (const line of text.split('\n')) {
    places.set(line, places.has(line) ? null : at);
    at += line.length + 1;
  }
  return places;
}
