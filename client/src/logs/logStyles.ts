/** How the styles of a log's text look in an editor. Pure. */

const names = ['Black', 'Red', 'Green', 'Yellow', 'Blue', 'Magenta', 'Cyan', 'White'] as const;

export interface Decoration {
  /** A theme colour's name or `#rrggbb`; null for the text's own. */
  readonly color: string | null;
  readonly backgroundColor: string | null;
  readonly fontWeight?: string;
  readonly fontStyle?: string;
  readonly opacity?: string;
  readonly textDecoration?: string;
}

/** `style` as a `LogDocument` names it. */
export function decorationOf(style: string): Decoration {
  const words = new Set(style.split(' '));
  const colour = (kind: string): string | null => {
    const word = [...words].find((one) => one.startsWith(`${kind}:`));
    return word === undefined ? null : colourOf(word.slice(kind.length + 1));
  };
  const [front, back] = [colour('fg'), colour('bg')];
  const inverse = words.has('inverse');
  const lines = [
    ...(words.has('underline') ? ['underline'] : []),
    ...(words.has('strike') ? ['line-through'] : []),
  ];
  return {
    color: inverse ? (back ?? 'editor.background') : front,
    backgroundColor: inverse ? (front ?? 'editor.foreground') : back,
    ...(words.has('bold') ? { fontWeight: 'bold' } : {}),
    ...(words.has('italic') ? { fontStyle: 'italic' } : {}),
    ...(words.has('dim') ? { opacity: '0.7' } : {}),
    ...(lines.length > 0 ? { textDecoration: lines.join(' ') } : {}),
  };
}

/** `1` is the terminal's red of the theme. */
function colourOf(colour: string): string {
  if (colour.startsWith('#')) return colour;
  const code = Number(colour);
  return `terminal.ansi${code >= 8 ? 'Bright' : ''}${names[code % 8] ?? 'White'}`;
}

/** Where the spans of this line, or of the first after it that has any, begin among all: four numbers each, sorted by line. */
export function firstSpan(spans: readonly number[], line: number): number {
  let low = 0;
  let high = spans.length / 4;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((spans[middle * 4] ?? 0) < line) low = middle + 1;
    else high = middle;
  }
  return low * 4;
}
