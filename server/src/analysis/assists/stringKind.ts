/** `"…"` to `''…''` and back, to the very same value. */
import type { StringLiteral } from '../../syntax/ast';
import { indentationAt } from '../../syntax/layout';
import { stringParts, type StringPart } from '../../syntax/stringText';
import type { Assist } from './assist';
import { inNixString } from '../../nixString';

const step = 2;

export const stringKind: Assist = ({ tree: { text }, span, path }) => {
  const index = path.findLastIndex(({ kind }) => kind === 'string');
  const [parent, literal] = [path[index - 1], path[index]];
  if (literal?.kind !== 'string' || index < path.length - 1) return [];
  // Attribute names are written in plain quotes only.
  const isName =
    (parent?.kind === 'binding' || parent?.kind === 'select' || parent?.kind === 'hasAttribute') &&
    parent.path.names.some(({ expression }) => expression === literal);
  if (isName || span.start < literal.span.start) return [];
  const newText = literal.style === 'indented' ? quotedText(text, literal) : indentedText(text, literal);
  if (newText === null) return [];
  const title = literal.style === 'indented' ? 'Convert to `"…"`' : "Convert to `''…''`";
  return [{ title, kind: 'rewrite', edits: [{ ...literal.span, newText }] }];
};

function source(text: string, part: Extract<StringPart, { kind: 'interpolation' }>): string {
  return text.slice(part.span.start, part.span.end);
}

/** The literal as `"…"` in one line. */
export function quotedText(text: string, literal: StringLiteral): string {
  const parts = stringParts(text, literal).map((part) => {
    if (part.kind === 'interpolation') return source(text, part);
    return inNixString(part.text);
  });
  return `"${parts.join('')}"`;
}

/** The literal as `''…''`, its lines one step further in than the line it begins on; null where an editor's line endings would get into it. */
export function indentedText(text: string, literal: StringLiteral): string | null {
  const parts = stringParts(text, literal);
  const whole = parts.map((part) => (part.kind === 'text' ? part.text : 'x')).join('');
  const isMany = whole.includes('\n');
  if (isMany && text.includes('\r')) return null;
  const outer = indentationAt(text, literal.span.start).replaceAll('\t', '  ');
  const inner = isMany ? `${outer}${' '.repeat(step)}` : '';
  const blanks = spacesToKeep(whole);
  let line = 0;
  let result = '';
  parts.forEach((part, index) => {
    if (part.kind === 'interpolation') {
      result += source(text, part);
      return;
    }
    part.text.split('\n').forEach((piece, at) => {
      if (at > 0) {
        result += '\n';
        line++;
      }
      const begins = at > 0 || index === 0;
      const kept = begins && blanks.has(line) ? escapedSpace(piece) : escaped(piece);
      result += begins && at > 0 && kept !== '' && line > 0 ? inner + kept : kept;
    });
    // A text that ends in a line's begin is followed by what stands in that line.
    const next = parts[index + 1];
    if (next !== undefined && part.text.endsWith('\n')) result += inner;
  });
  if (!isMany) return `''${result}''`;
  const first = whole.startsWith('\n') ? '' : inner;
  return `''\n${first}${result}${whole.endsWith('\n') ? outer : ''}''`;
}

/** Lines whose first blank has to be written as no indentation: where all lines have some, and the last when it is only blanks. */
function spacesToKeep(whole: string): ReadonlySet<number> {
  const lines = whole.split('\n');
  const kept = new Set<number>();
  const filled = lines.flatMap((line, index) => (line.trim() === '' ? [] : [index]));
  const all = filled.length > 0 && filled.every((index) => lines[index]?.startsWith(' ') === true);
  if (all) for (const index of filled) kept.add(index);
  const last = lines.length - 1;
  if (/^ +$/.test(lines[last] ?? '')) kept.add(last);
  // With nothing but blank lines there is no indentation to measure.
  if (filled.length === 0) lines.forEach((line, index) => line !== '' && kept.add(index));
  return kept;
}

function escapedSpace(piece: string): string {
  return piece.startsWith(' ') ? `''\\ ${escaped(piece.slice(1))}` : escaped(piece);
}

function escaped(piece: string): string {
  let result = '';
  for (let at = 0; at < piece.length; at++) {
    const [unit, next] = [piece.charAt(at), piece.charAt(at + 1)];
    if (unit === "'" && next === "'") {
      result += "'''";
      at++;
    } else if (unit === "'") {
      // Before what begins with quotes (an escape, the end) it would become one of them.
      result += next === '' || /[$\t\r]/.test(next) ? "''\\'" : unit;
    } else if (unit === '$') result += next === '' || /[{$']/.test(next) ? "''$" : unit;
    else if (unit === '\r') result += "''\\r";
    else if (unit === '\t') result += "''\\t";
    else result += unit;
  }
  return result;
}
