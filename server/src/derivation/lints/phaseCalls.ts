/** Puts `runHook` into a phase’s text. Pure. */
import type { StringLiteral } from '../../syntax/ast';
import { lineEnding } from '../../syntax/layout';
import type { Replacement } from '../../syntax/replacement';

/**
 * At the begin for `pre…`, else at the end: on a line of its own, or on the one line that the text has. Null where neither can be
 * told to mean the same.
 */
export function hookCall(text: string, { content }: StringLiteral, hook: string): Replacement | null {
  const inside = text.slice(content.start, content.end);
  const call = `runHook ${hook}`;
  const isFirst = hook.startsWith('pre');
  const last = content.start + inside.trimEnd().length;
  const insertion = (at: number, newText: string): Replacement => ({ start: at, end: at, newText });
  if (!inside.includes('\n')) {
    const first = content.start + inside.length - inside.trimStart().length;
    if (isFirst) return insertion(first, `${call}; `);
    // A comment, or a command that goes on, would take it in; so would lines that are written as `\n`.
    return /[#\\]|[;&|]$/.test(inside.trimEnd()) ? null : insertion(last, `; ${call}`);
  }
  const lead = /^[ \t]*\r?\n([ \t]*)/.exec(inside);
  if (lead === null || /(?:\\|&&|\|)$/.test(inside.trimEnd())) return null;
  const [newLine, indentation = ''] = [lineEnding(text), lead[1]];
  return isFirst
    ? insertion(content.start + lead[0].length, `${call}${newLine}${indentation}`)
    : insertion(last, `${newLine}${indentation}${call}`);
}
