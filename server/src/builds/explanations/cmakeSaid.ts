/** What CMake says at a place: it breaks its sentences over lines, and indents them below a heading. Pure. */

export interface CMakeSaid {
  /** Of the first words. */
  readonly line: number;
  /** The sentences on one line. */
  readonly text: string;
}

/** How many lines a message may take; a list of files that were considered is longer. */
const mostLines = 24;

/** The last words that begin as `beginning` matches, with what follows up to the next message or call stack. */
export function lastSaid(lines: readonly string[], beginning: RegExp): CMakeSaid | null {
  for (let line = lines.length - 1; line >= 0; line--) {
    if (!beginning.test(lines[line] ?? '')) continue;
    const said = [lines[line] ?? ''];
    for (const text of lines.slice(line + 1, line + mostLines)) {
      if (/^\S/.test(text)) break;
      said.push(text);
    }
    return { line, text: said.join(' ').replace(/\s+/g, ' ').trim() };
  }
  return null;
}
