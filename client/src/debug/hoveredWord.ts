/** Which bash word of a Nix file's line is meant. Pure. */

export interface HoveredWord {
  readonly start: number;
  readonly end: number;
  /** As the debug adapter evaluates it. */
  readonly expression: string;
}

/** `$name`, `''${…}` and, in an ordinary string, `\${…}`: those that are bash's, not Nix's. */
const expansions = /(?:''|\\)\$\{([^{}]*)\}|\$([A-Za-z_]\w*|[?#*@!$0-9-])/g;

/** The expansions of bash in a line. */
export function wordsIn(line: string): readonly HoveredWord[] {
  return [...line.matchAll(expansions)].map((match) => {
    const [whole, braced, plain] = match;
    const end = match.index + whole.length;
    const expression = braced === undefined ? `$${plain ?? ''}` : `\${${braced}}`;
    return { start: match.index + whole.indexOf('$'), end, expression };
  });
}

/** The word at a character of a line: an expansion, or a name; null when there is none. */
export function wordAt(line: string, character: number): HoveredWord | null {
  const expansion = wordsIn(line).find(({ start, end }) => start <= character && character <= end);
  if (expansion !== undefined) return expansion;
  for (const match of line.matchAll(/[A-Za-z_]\w*/g)) {
    const end = match.index + match[0].length;
    if (match.index <= character && character <= end)
      return { start: match.index, end, expression: match[0] };
  }
  return null;
}

/** The name of Nix at a character of a line, with what it is selected from (`a.b`); null when there is none. */
export function pathAt(line: string, character: number): HoveredWord | null {
  for (const match of line.matchAll(/[A-Za-z_][\w'-]*(?:\.[A-Za-z_][\w'-]*)*/g)) {
    const end = match.index + match[0].length;
    if (character < match.index || character > end) continue;
    const dot = line.indexOf('.', Math.max(character, match.index));
    const last = dot < 0 || dot >= end ? end : dot;
    return { start: match.index, end: last, expression: line.slice(match.index, last) };
  }
  return null;
}
