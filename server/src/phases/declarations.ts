/** Reads what bash's `declare -p` prints. Pure. */

export interface ShellVariable {
  /** The letters of `declare -x`, empty for `declare --`. */
  readonly flags: string;
  /** What `$name` stands for: of an array its entry 0. Null when declared but not set. */
  readonly value: string | null;
  /** Of an array its entries in bash's order; null for what is none. */
  readonly entries: readonly string[] | null;
}

/**
 * Variables by name. Understands the quoting of bash 4.4 to 5.3: `"…"` with backslashes, `$'…'`, and `([key]="…" …)`. What it does
 * not understand is left out, up to the next line that begins a declaration.
 */
export function parseDeclarations(text: string): ReadonlyMap<string, ShellVariable> {
  const variables = new Map<string, ShellVariable>();
  const head = /^declare -([A-Za-z-]+) ([A-Za-z_][A-Za-z0-9_]*)(=|$)/gm;
  for (let match = head.exec(text); match !== null; match = head.exec(text)) {
    const [, letters = '', name = '', equals] = match;
    const flags = letters.replace('-', '');
    if (equals !== '=') {
      variables.set(name, { flags, value: null, entries: isArray(flags) ? [] : null });
      continue;
    }
    const reader = new ValueReader(text, head.lastIndex);
    const variable = reader.variable(flags);
    if (variable !== null) {
      variables.set(name, variable);
      head.lastIndex = reader.at;
    }
  }
  return variables;
}

/** The words of a variable as one line of text; null when it is not set. */
export function textOfVariable(variable: ShellVariable | undefined): string | null {
  return variable?.entries?.join(' ') ?? variable?.value ?? null;
}

function isArray(flags: string): boolean {
  return /[aA]/.test(flags);
}

class ValueReader {
  constructor(
    private readonly text: string,
    /** Where reading goes on. */
    public at: number,
  ) {}

  variable(flags: string): ShellVariable | null {
    if (!isArray(flags)) {
      const value = this.word();
      return value === null ? null : { flags, value, entries: null };
    }
    const entries: string[] = [];
    let first: string | null = null;
    if (!this.skip('(')) return null;
    while (!this.skip(')')) {
      const key = this.key();
      const value = key === null ? null : this.word();
      if (key === null || value === null) return null;
      if (key === '0') first = value;
      entries.push(value);
      this.skip(' ');
    }
    return { flags, value: first, entries };
  }

  /** `[key]=`, the key quoted when it needs to be. */
  private key(): string | null {
    if (!this.skip('[')) return null;
    const quoted = /["$]/.test(this.text.charAt(this.at));
    const end = this.text.indexOf(']', this.at);
    const key = quoted ? this.word() : this.text.slice(this.at, (this.at = end < 0 ? this.text.length : end));
    return key !== null && this.skip(']=') ? key : null;
  }

  private word(): string | null {
    if (this.skip('"')) return this.upTo('"', /\\([\\"$`])/g, (escaped) => escaped.slice(1));
    if (this.skip("$'")) {
      return this.upTo("'", ansiEscapes, (_, escape) => unescaped(escape));
    }
    const bare = /[^\s)]*/y;
    bare.lastIndex = this.at;
    const word = bare.exec(this.text)?.[0] ?? '';
    this.at += word.length;
    return word;
  }

  private upTo(
    quote: string,
    escapes: RegExp,
    decode: (all: string, escape: string) => string,
  ): string | null {
    const start = this.at;
    for (let index = start; index < this.text.length; index++) {
      const character = this.text.charAt(index);
      if (character === '\\') index++;
      else if (character === quote) {
        this.at = index + 1;
        return this.text.slice(start, index).replace(escapes, decode);
      }
    }
    return null;
  }

  private skip(token: string): boolean {
    if (!this.text.startsWith(token, this.at)) return false;
    this.at += token.length;
    return true;
  }
}

/** One escape, or a run of octal ones: bytes that together are characters. */
const ansiEscapes = /\\([0-7]{3}(?:\\[0-7]{3})*|x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|[^])/g;

const namedEscapes: Readonly<Record<string, string>> = {
  ...{ n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', e: '\x1b', E: '\x1b', f: '\f', v: '\v' },
};

function unescaped(escape: string): string {
  if (/^[0-7]{3}/.test(escape)) {
    return Buffer.from(escape.split('\\').map((octal) => parseInt(octal, 8))).toString('utf8');
  }
  if (/^[xuU]./.test(escape)) return String.fromCodePoint(Math.min(parseInt(escape.slice(1), 16), 0x10ffff));
  return namedEscapes[escape] ?? escape;
}
