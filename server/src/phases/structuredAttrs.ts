/**
 * `.attrs.json` and `.attrs.sh` of a derivation with `__structuredAttrs`, byte for byte as Nix writes them. Numbers are
 * kept as tokens, since JavaScript's would lose `1.0` and integers above 2^53.
 */

export type JsonValue =
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'number'; readonly token: string }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'array'; readonly items: readonly JsonValue[] }
  | { readonly kind: 'object'; readonly members: ReadonlyMap<string, JsonValue> };

/** Parses JSON as Nix writes it into `__json`; null when it is not valid JSON. */
export function parseJson(text: string): JsonValue | null {
  try {
    JSON.parse(text);
  } catch {
    return null; // The only failure: not JSON. What follows may assume well-formed text.
  }
  return new Reader(text).value();
}

class Reader {
  private position = 0;

  constructor(private readonly text: string) {}

  value(): JsonValue {
    this.skipSpace();
    const start = this.text[this.position];
    if (start === '{') return this.object();
    if (start === '[') return this.array();
    if (start === '"') return { kind: 'string', value: this.string() };
    const token = /[^\s,\]}]*/y;
    token.lastIndex = this.position;
    const word = token.exec(this.text)?.[0] ?? '';
    this.position += word.length;
    if (word === 'null') return { kind: 'null' };
    if (word === 'true' || word === 'false') return { kind: 'boolean', value: word === 'true' };
    return { kind: 'number', token: word };
  }

  private skipSpace(): void {
    while (/\s/.test(this.text[this.position] ?? '')) this.position++;
  }

  /** Steps over one character when it is next (after white space). */
  private accept(character: string): boolean {
    this.skipSpace();
    if (this.text[this.position] !== character) return false;
    this.position++;
    return true;
  }

  private string(): string {
    const start = this.position++;
    while (this.text[this.position] !== '"') this.position += this.text[this.position] === '\\' ? 2 : 1;
    this.position++;
    return JSON.parse(this.text.slice(start, this.position)) as string;
  }

  private array(): JsonValue {
    const items: JsonValue[] = [];
    this.accept('[');
    while (!this.accept(']')) {
      items.push(this.value());
      this.accept(',');
    }
    return { kind: 'array', items };
  }

  private object(): JsonValue {
    const members = new Map<string, JsonValue>();
    this.accept('{');
    while (!this.accept('}')) {
      this.skipSpace();
      const name = this.string();
      this.accept(':');
      members.set(name, this.value());
      this.accept(',');
    }
    return { kind: 'object', members };
  }
}

function sorted(members: ReadonlyMap<string, JsonValue>): [string, JsonValue][] {
  return [...members].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

/** Compact JSON with members in byte order, numbers as the JSON library inside Nix (nlohmann) prints them. */
export function printJson(value: JsonValue): string {
  switch (value.kind) {
    case 'null':
      return 'null';
    case 'boolean':
      return String(value.value);
    case 'number':
      return printNumber(value.token);
    case 'string':
      return JSON.stringify(value.value);
    case 'array':
      return '[' + value.items.map(printJson).join(',') + ']';
    case 'object':
      return (
        '{' +
        sorted(value.members)
          .map(([name, member]) => `${JSON.stringify(name)}:${printJson(member)}`)
          .join(',') +
        '}'
      );
  }
}

function printNumber(token: string): string {
  if (!/[.eE]/.test(token)) return token;
  const number = Number(token);
  if (number === 0) return Object.is(number, -0) ? '-0.0' : '0.0';
  const [mantissa = '', exponentText = '0'] = Math.abs(number).toExponential().split('e');
  const sign = number < 0 ? '-' : '';
  const digits = mantissa.replace('.', '');
  // nlohmann's format_buffer: n digits before the point; plain between 1e-4 and 1e15.
  const n = Number(exponentText) + 1;
  if (digits.length <= n && n <= 15) return sign + digits + '0'.repeat(n - digits.length) + '.0';
  if (0 < n && n <= 15) return `${sign}${digits.slice(0, n)}.${digits.slice(n)}`;
  if (-4 < n && n <= 0) return `${sign}0.${'0'.repeat(-n)}${digits}`;
  const exponent = n - 1;
  const fraction = digits.length > 1 ? '.' + digits.slice(1) : '';
  return `${sign}${digits[0] ?? ''}${fraction}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** Single-quoted for bash. */
export function quoteForShell(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A value that `.attrs.sh` can hold, else null (nested values exist in `.attrs.json` only). */
function simpleWord(value: JsonValue): string | null {
  switch (value.kind) {
    case 'null':
      return "''";
    case 'boolean':
      return value.value ? '1' : '';
    case 'string':
      return quoteForShell(value.value);
    case 'number':
      return wholeNumber(value.token);
    case 'array':
    case 'object':
      return null;
  }
}

/** Nix asks whether it is whole as a C float, and prints it as a C int; what a fixed int cannot hold goes wrong alike. */
function wholeNumber(token: string): string | null {
  if (!/[.eE]/.test(token)) return BigInt.asIntN(32, BigInt(token)).toString();
  const number = Number(token);
  const single = Math.fround(number);
  if (Math.ceil(single) !== single) return null;
  return Math.abs(number) < 2 ** 31 ? BigInt(Math.trunc(number)).toString() : String(-(2 ** 31));
}

function declaration(name: string, value: JsonValue): string {
  const simple = simpleWord(value);
  if (simple !== null) return `declare ${name}=${simple}\n`;
  if (value.kind === 'array') {
    const words = value.items.map(simpleWord);
    return words.includes(null)
      ? ''
      : `declare -a ${name}=(${words.map((word) => `${word ?? ''} `).join('')})\n`;
  }
  if (value.kind !== 'object') return '';
  const words = sorted(value.members).map(([key, member]) => ({ key, word: simpleWord(member) }));
  if (words.some(({ word }) => word === null)) return '';
  return `declare -A ${name}=(${words.map(({ key, word }) => `[${quoteForShell(key)}]=${word ?? ''} `).join('')})\n`;
}

/** `.attrs.sh`: bash declarations of those members that bash can name and hold. */
export function printShellDeclarations(value: JsonValue): string {
  if (value.kind !== 'object') return '';
  return sorted(value.members)
    .filter(([name]) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    .map(([name, member]) => declaration(name, member))
    .join('');
}
