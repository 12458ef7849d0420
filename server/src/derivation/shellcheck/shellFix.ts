/** A fix of a script as edits of the Nix string that it was made from; none where that could come to mean something else. Pure. */
import type { ShellComment, ShellReplacement } from '../../nix/shellcheck';
import type { Replacement } from '../../syntax/replacement';
import type { Span, TextFix } from '../../syntax/syntaxTree';
import { placeOf, type ScriptPositions, type ShellText } from './shellText';

export function shellFix(
  source: string,
  text: ShellText,
  positions: ScriptPositions,
  { code, message, replacements }: ShellComment,
): TextFix | null {
  const edits = replacements.map((each) => editOf(source, text, positions, each));
  if (edits.length === 0 || !edits.every((edit) => edit !== null)) return null;
  const sorted = edits.sort((a, b) => a.start - b.start);
  const overlaps = sorted.some((edit, index) => {
    const next = sorted[index + 1];
    return next !== undefined && (next.start < edit.end || next.start === edit.start);
  });
  if (overlaps) return null;
  return { title: `Fix SC${code}: ${message.split(/(?<=[.?!]) |\n/, 1)[0] ?? message}`, edits: sorted };
}

function editOf(
  source: string,
  text: ShellText,
  positions: ScriptPositions,
  { line, column, endLine, endColumn, replacement }: ShellReplacement,
): Replacement | null {
  const start = positions.offset(line, column);
  const end = positions.offset(endLine, endColumn);
  if (start === null || end === null) return null;
  const place = placeOf(text, { start, end });
  if (place === null || !isWholeUnits(text, { start, end })) return null;
  const { style } = text.literal;
  if (style === 'indented' && changesLines(text.script, { start, end }, replacement)) return null;
  const newText = escaped(replacement, style);
  const [left, right] = [source.charAt(place.start - 1), source.charAt(place.end)];
  if (newText === null) return null;
  const joined = newText === '' ? [left + right] : [left + newText.charAt(0), newText.slice(-1) + right];
  if (joined.some((pair) => pair === '${' || (style === 'indented' && pair === "''"))) return null;
  return { ...place, newText };
}

/** Neither in a splice, nor in the middle of what one escape makes. */
function isWholeUnits({ places, begin, splices }: ShellText, { start, end }: Span): boolean {
  const touches = splices.some((splice) =>
    start === end ? splice.start < start && start < splice.end : splice.start < end && start < splice.end,
  );
  const cuts = (at: number): boolean => {
    const [before, after] = [places[at - begin - 1], places[at - begin]];
    return before !== undefined && after !== undefined && after.start < before.end;
  };
  return !touches && !cuts(start) && !cuts(end);
}

/** Whether it could change what Nix takes for the indentation of the string. */
function changesLines(script: string, { start, end }: Span, replacement: string): boolean {
  if (replacement.includes('\n') || script.slice(start, end).includes('\n')) return true;
  const isAtLineStart = /(?:^|\n)[ \t]*$/.test(script.slice(0, start));
  return isAtLineStart && (/^\s/.test(replacement) || (replacement === '' && /^\s/.test(script.slice(end))));
}

/** As it is written in such a string; null for what a string cannot hold without more care than is taken here. */
function escaped(text: string, style: 'quoted' | 'indented'): string | null {
  if (style === 'indented') return /''|\$\{|\r/.test(text) ? null : text;
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('${', '\\${')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r');
}
