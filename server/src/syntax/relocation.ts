/** Texts that are the document with some places replaced, line by line, and the way back from Nix's positions in them. */
import { utf8Length, type LineAndByteColumn } from './lineIndex';
import type { Span, SyntaxTree } from './syntaxTree';

/** A text to be evaluated from elsewhere, and the way back from Nix's positions in it. */
export interface RelocatedText {
  readonly text: string;
  /** Where a place of `text` stands in the original; other fields of the position are kept. */
  toOriginal<P extends LineAndByteColumn>(position: P): P;
}

/** `[start, end)` of the original is replaced; both sides are without line endings. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The document with these places replaced: in order of the text, none in another. */
export function relocated(tree: SyntaxTree, replacements: readonly Replacement[]): RelocatedText {
  const whole = { start: 0, end: tree.text.length };
  return { text: withReplaced(tree.text, replacements, whole), toOriginal: wayBack(tree, replacements) };
}

/** A part of the document as a text of its own; `replacements` are those inside it. */
export function relocatedPart(
  tree: SyntaxTree,
  span: Span,
  replacements: readonly Replacement[],
): RelocatedText {
  const first = tree.lines.toNixPosition(span.start);
  const inPlace = wayBack(tree, replacements);
  return {
    text: withReplaced(tree.text, replacements, span),
    toOriginal: (position) => {
      const column = position.line === 1 ? position.column + first.column - 1 : position.column;
      return inPlace({ ...position, line: position.line + first.line - 1, column });
    },
  };
}

/** Replaces a span that may reach over lines by a text without line endings; the lines stay. */
export function acrossLines(tree: SyntaxTree, span: Span, text: string): readonly Replacement[] {
  const { lines } = tree;
  const last = lines.lineAt(span.end);
  const pieces: Replacement[] = [];
  for (let line = lines.lineAt(span.start); line <= last; line++) {
    const found = lines.lineSpan(line);
    if (found === null) continue;
    const start = Math.max(found.start, span.start);
    pieces.push({ start, end: Math.min(found.end, span.end), text: pieces.length === 0 ? text : '' });
  }
  return pieces;
}

/** A part of a text with the places inside it replaced: in order of the text, none in another. */
export function withReplaced(text: string, replacements: readonly Replacement[], span: Span): string {
  const pieces: string[] = [];
  let from = span.start;
  for (const { start, end, text: insertion } of replacements) {
    pieces.push(text.slice(from, start), insertion);
    from = end;
  }
  pieces.push(text.slice(from, span.end));
  return pieces.join('');
}

/** A replacement in byte columns of its line of the new text. */
interface Shift {
  readonly newColumn: number;
  readonly newWidth: number;
  readonly oldColumn: number;
  readonly oldWidth: number;
}

function wayBack(
  tree: SyntaxTree,
  replacements: readonly Replacement[],
): <P extends LineAndByteColumn>(position: P) => P {
  const shifts = new Map<number, Shift[]>();
  for (const { start, end, text } of replacements) {
    const { line, column } = tree.lines.toNixPosition(start);
    const before = shifts.get(line) ?? [];
    const last = before.at(-1);
    const moved = last === undefined ? 0 : last.newColumn + last.newWidth - last.oldColumn - last.oldWidth;
    before.push({
      newColumn: column + moved,
      newWidth: utf8Length(text, 0, text.length),
      oldColumn: column,
      oldWidth: utf8Length(tree.text, start, end),
    });
    shifts.set(line, before);
  }
  return (position) => {
    const column = originalColumn(shifts.get(position.line) ?? [], position.column);
    return { ...position, column };
  };
}

function originalColumn(shifts: readonly Shift[], column: number): number {
  let result = column;
  for (const { newColumn, newWidth, oldColumn, oldWidth } of shifts) {
    if (column <= newColumn) break;
    const beyond = column - newColumn - newWidth;
    result = beyond < 0 ? oldColumn : oldColumn + oldWidth + beyond;
  }
  return result;
}
