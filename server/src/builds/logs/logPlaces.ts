/** The places that lines of a log name: store paths, and paths with a line behind them. Pure. */

export interface NamedPlace {
  /** In the document. */
  readonly line: number;
  readonly start: number;
  readonly end: number;
  /** As written. */
  readonly path: string;
  /** As written, from 1; null when none stands there. */
  readonly fileLine: number | null;
  readonly column: number | null;
  /** Where the build was by then, as `make` says when it enters a directory; null when it says nothing. */
  readonly directory: string | null;
}

/** Of a log with more only the first, and the last. */
const mostPlaces = 20_000;
const readUnits = 2000;

/** `PATH:LINE`, `PATH:LINE:COLUMN`, `PATH(LINE)`, `File "PATH", line LINE`, and store or build paths alone. */
const patterns: readonly RegExp[] = [
  /File "(?<path>[^"\n]+)", line (?<line>\d+)/g,
  /(?<path>(?:[~.]{0,2}\/)?[\w.@%+~-]+(?:\/[\w.@%+=~-]+)*\.[\w+-]+|\/(?:[\w.@%+=~-]+\/)*[\w.@%+=~-]+)(?::(?<line>\d+)(?::(?<column>\d+))?|\((?<line2>\d+)(?:,(?<column2>\d+))?\))/g,
  /(?<path>\/(?:[\w.@%+=~-]+\/)+[\w.@%+=~-]+)/g,
];
const couldName = /[/.]/;
const entering = /^(?:\S*make(?:\[\d+\])?|ninja): (Entering|Leaving) directory [`'](.+)'/;

export function namedPlaces(lines: readonly string[]): readonly NamedPlace[] {
  const places: NamedPlace[] = [];
  const directories: string[] = [];
  lines.forEach((whole, line) => {
    const text = whole.length > readUnits ? whole.slice(0, readUnits) : whole;
    if (!couldName.test(text)) return;
    const moved = entering.exec(text);
    if (moved?.[2] !== undefined && moved[1] === 'Entering') directories.push(moved[2]);
    else if (moved !== null) directories.pop();
    if (places.length < mostPlaces) places.push(...placesOf(text, line, directories.at(-1) ?? null));
  });
  return places;
}

function placesOf(text: string, line: number, directory: string | null): readonly NamedPlace[] {
  const found: NamedPlace[] = [];
  for (const pattern of patterns) {
    for (const match of text.matchAll(pattern)) {
      const { groups = {}, index } = match;
      const path = (groups['path'] ?? '').replace(/[.,]+$/, '');
      const fileLine = groups['line'] ?? groups['line2'];
      const start = index + match[0].indexOf(path);
      const end = fileLine === undefined ? start + path.length : index + match[0].length;
      if (path === '' || found.some((other) => start < other.end && other.start < end)) continue;
      const column = numberOf(groups['column'] ?? groups['column2']);
      found.push({ line, start, end, path, fileLine: numberOf(fileLine), column, directory });
    }
  }
  return found;
}

function numberOf(digits: string | undefined): number | null {
  const value = Number(digits);
  return digits !== undefined && value > 0 && value < 2 ** 31 ? value : null;
}
