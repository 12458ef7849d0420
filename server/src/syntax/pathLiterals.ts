import type { Expression } from './ast';
import { utf8Length, type LineAndByteColumn } from './lineIndex';
import type { SyntaxTree } from './syntaxTree';
import { walk } from './walk';

/** A text to be evaluated from elsewhere, and the way back from Nix's positions in it. */
export interface RelocatedText {
  readonly text: string;
  /** Where a place of `text` stands in the original; other fields of the position are kept. */
  toOriginal<P extends LineAndByteColumn>(position: P): P;
}

/** `[start, end)` of the original is replaced; both sides are without line endings. */
interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The document with its relative path literals made absolute, so that a copy of it elsewhere means the same. Lines are
 * kept. `~/…`, `<…>` and absolute paths stay. `folder` is the absolute folder of the file; with `fileName` given,
 * `__curPos` is replaced by what it is in the original.
 *
 * A folder that cannot be written as a path literal (spaces, non-ASCII, …) becomes an interpolation at the path's
 * root, `/${"my folder"}/./x`, which Nix resolves as the original (`.` and `..` included) and which is one token, so no precedence changes.
 */
export function absolutePaths(
  tree: SyntaxTree,
  folder: string,
  fileName: string | null = null,
): RelocatedText {
  const replacements = findReplacements(tree, folder, fileName);
  return { text: replaced(tree.text, replacements), toOriginal: wayBack(tree, replacements) };
}

function findReplacements(tree: SyntaxTree, folder: string, fileName: string | null): Replacement[] {
  if (tree.root === null) return [];
  const found: Replacement[] = [];
  const prefix = pathPrefix(folder);
  walk(tree.root, (expression) => {
    const { start, end } = expression.span;
    if (expression.kind === 'path' && tree.text.charAt(start) !== '/') {
      found.push({ start, end: start, text: prefix });
    } else if (fileName !== null && isCurrentPosition(expression)) {
      const { line, column } = tree.lines.toNixPosition(start);
      const file = quoted(`${folder.replace(/\/+$/, '')}/${fileName}`);
      const text = `{ column = ${column}; file = ${file}; line = ${line}; }`;
      found.push({ start, end, text });
    }
    return true;
  });
  return found.sort((a, b) => a.start - b.start);
}

function isCurrentPosition(expression: Expression): boolean {
  return expression.kind === 'variable' && expression.name === '__curPos';
}

/** What stands before a relative path literal to make it absolute, with its slash. */
function pathPrefix(folder: string): string {
  const clean = folder.replace(/\/+/g, '/').replace(/^\/|\/$/g, '');
  if (clean === '') return '/';
  return /^[a-zA-Z0-9._+/-]+$/.test(clean) ? `/${clean}/` : `/\${${quoted(clean)}}/`;
}

function quoted(text: string): string {
  const escaped = text
    .replace(/["\\$]/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r');
  return `"${escaped}"`;
}

function replaced(text: string, replacements: readonly Replacement[]): string {
  const pieces: string[] = [];
  let from = 0;
  for (const { start, end, text: insertion } of replacements) {
    pieces.push(text.slice(from, start), insertion);
    from = end;
  }
  pieces.push(text.slice(from));
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
