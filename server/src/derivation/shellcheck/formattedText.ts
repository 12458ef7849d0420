/** A formatted script put back into the Nix string that it was made from. Pure. */
import { stringParts } from '../../syntax/stringText';
import type { Replacement } from '../../syntax/replacement';
import { spliceWord, type ShellText } from './shellText';

/**
 * The content of an indented string of whole lines, with each splice as it was written. Null for any other string, and where the splices do
 * not stand in the script as they did.
 */
export function formattedContent(
  source: string,
  { literal, script }: ShellText,
  formatted: string,
): Replacement | null {
  const content = source.slice(literal.content.start, literal.content.end);
  if (literal.style !== 'indented' || !/^[ \t]*\r?\n/.test(content) || content.includes('\r')) return null;
  if (!/\n[ \t]*$/.test(content) || !/^\S/m.test(formatted)) return null;
  const splices = stringParts(source, literal).flatMap((part) =>
    part.kind === 'interpolation' ? [part.span] : [],
  );
  const words = formatted.match(/NIX_SPLICE_\d+/g) ?? [];
  if (words.length !== splices.length || words.some((word, index) => word !== spliceWord(index + 1)))
    return null;
  if (script.match(/NIX_SPLICE_\d+/g)?.length !== (splices.length || undefined)) return null;
  const indentation = indentationOf(content);
  const lines = formatted.replace(/\n+$/, '').split('\n');
  const written = lines.map((line) => (line === '' ? '' : indentation + escaped(line))).join('\n');
  let next = 0;
  const body = written.replaceAll(/NIX_SPLICE_\d+/g, () => {
    const span = splices[next++];
    return span === undefined ? '' : source.slice(span.start, span.end);
  });
  const first = content.indexOf('\n') + 1;
  const last = content.lastIndexOf('\n') + 1;
  return { start: literal.content.start + first, end: literal.content.start + last, newText: `${body}\n` };
}

/** That of the least indented line that holds something, which Nix takes away. */
function indentationOf(content: string): string {
  const lines = content
    .split('\n')
    .slice(1, -1)
    .filter((line) => line.trim() !== '');
  const least = Math.min(...lines.map((line) => /^ */.exec(line)?.[0].length ?? 0));
  return ' '.repeat(Number.isFinite(least) ? least : 0);
}

/** As `''…''` has it (Nix manual, "String"). */
function escaped(line: string): string {
  return line.replaceAll("''", "'''").replaceAll('${', "''${");
}
