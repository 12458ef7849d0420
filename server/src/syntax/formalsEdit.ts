/** Adds an argument to a function's formals, as a package that callPackage fills wants it for each input. Pure. */
import type { Formals } from './ast';
import { beginsLine, endWithComment, indentationAt, lineEnding } from './layout';
import type { Replacement } from './replacement';

/** `{ lib, stdenv }` to `{ lib, stdenv, zlib }`, in the layout that is there: one line, or one a line with commas before or behind. */
export function addFormal(text: string, { span, formals, ellipsis }: Formals, name: string): Replacement {
  const last = formals.at(-1);
  if (last === undefined) {
    const start = text.indexOf('{', span.start) + 1;
    return { start, end: start, newText: ellipsis ? ` ${name},` : ` ${name}` };
  }
  const { start, end } = last.span;
  const newLine = `${lineEnding(text)}${indentationAt(text, start)}`;
  const behindComma = /^[ \t]*,/.exec(text.slice(end))?.[0].length ?? null;
  const atComma = text.slice(0, start).search(/,[ \t]*$/);
  if (beginsLine(text, start)) {
    if (behindComma === null) return { start: end, end, newText: `,${newLine}${name}` };
    const at = endWithComment(text, end + behindComma);
    return { start: at, end: at, newText: `${newLine}${name},` };
  }
  if (atComma >= 0 && beginsLine(text, atComma)) {
    const at = endWithComment(text, end);
    return { start: at, end: at, newText: `${newLine}, ${name}` };
  }
  return { start: end, end, newText: `, ${name}` };
}
