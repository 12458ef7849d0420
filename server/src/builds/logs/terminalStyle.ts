/** Colours and other attributes that a terminal gives to text (ECMA-48 SGR), as short names. Pure. */

/** What text looks like from here on; the empty name is plain text. */
export class TerminalStyle {
  private foreground = '';
  private background = '';
  private readonly flags = new Set<string>();
  private cached: string | null = '';

  /** e.g. `bold fg:1 bg:#ff8700`; colours 0 to 15 are the terminal's own, others are told. */
  get name(): string {
    this.cached ??= [
      ...[...this.flags].sort(),
      ...(this.foreground === '' ? [] : [`fg:${this.foreground}`]),
      ...(this.background === '' ? [] : [`bg:${this.background}`]),
    ].join(' ');
    return this.cached;
  }

  /** The parameters of `ESC [ … m`. What it does not know it leaves alone. */
  apply(parameters: string): void {
    this.cached = null;
    const codes = parameters.split(/[;:]/).map((code) => (code === '' ? 0 : Number(code)));
    for (let index = 0; index < codes.length; index++) {
      const code = codes[index] ?? 0;
      if (code === 38 || code === 48) {
        const { colour, used } = extendedColour(codes, index + 1);
        if (colour !== null) this.colour(code === 38, colour);
        index += used;
      } else this.simple(code);
    }
  }

  private simple(code: number): void {
    const flag = flagsOn[code];
    const off = flagsOff[code];
    if (code === 0) this.reset();
    else if (flag !== undefined) this.flags.add(flag);
    else if (off !== undefined) for (const name of off) this.flags.delete(name);
    else if (code >= 30 && code <= 37) this.colour(true, String(code - 30));
    else if (code >= 40 && code <= 47) this.colour(false, String(code - 40));
    else if (code >= 90 && code <= 97) this.colour(true, String(code - 82));
    else if (code >= 100 && code <= 107) this.colour(false, String(code - 92));
    else if (code === 39) this.colour(true, '');
    else if (code === 49) this.colour(false, '');
  }

  private colour(isForeground: boolean, colour: string): void {
    if (isForeground) this.foreground = colour;
    else this.background = colour;
  }

  private reset(): void {
    this.flags.clear();
    this.foreground = '';
    this.background = '';
  }
}

const flagsOn: Readonly<Record<number, string>> = {
  1: 'bold',
  2: 'dim',
  3: 'italic',
  4: 'underline',
  7: 'inverse',
  9: 'strike',
};
const flagsOff: Readonly<Record<number, readonly string[]>> = {
  22: ['bold', 'dim'],
  23: ['italic'],
  24: ['underline'],
  27: ['inverse'],
  29: ['strike'],
};

/** `5;N` and `2;R;G;B` behind 38 or 48. */
function extendedColour(
  codes: readonly number[],
  at: number,
): { readonly colour: string | null; readonly used: number } {
  if (codes[at] === 5) return { colour: indexed(codes[at + 1] ?? 0), used: 2 };
  if (codes[at] !== 2) return { colour: null, used: 0 };
  return { colour: hex(codes.slice(at + 1, at + 4)), used: 4 };
}

/** xterm's table of 256: its own 16, a cube of 6 × 6 × 6, 24 greys. */
function indexed(code: number): string | null {
  if (!(code >= 0 && code <= 255)) return null;
  if (code < 16) return String(code);
  if (code >= 232) return hex([8 + (code - 232) * 10, 8 + (code - 232) * 10, 8 + (code - 232) * 10]);
  const cube = code - 16;
  const step = (level: number): number => (level === 0 ? 0 : 55 + level * 40);
  return hex([step(Math.floor(cube / 36)), step(Math.floor(cube / 6) % 6), step(cube % 6)]);
}

function hex(levels: readonly number[]): string | null {
  if (levels.length < 3 || levels.some((level) => !(level >= 0 && level <= 255))) return null;
  return `#${levels.map((level) => Math.floor(level).toString(16).padStart(2, '0')).join('')}`;
}
