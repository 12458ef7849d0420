/** What `declare -p` prints, read: one record a variable, with its value. Pure; texts are bytes as latin1. */

export interface ShellDeclaration {
  readonly name: string;
  /** The letters of its attributes, e.g. `x` (exported), `a`, `A`, `i`, `r`, `n`. */
  readonly attributes: string;
  /** The record itself, which bash reads back. */
  readonly text: string;
}

const head = /declare -([A-Za-z-]+) ([A-Za-z_][A-Za-z0-9_]*)/y;

/** Null when the text is not what bash prints (it was cut, or is not from bash). */
export function parseDeclarations(text: string): readonly ShellDeclaration[] | null {
  const found: ShellDeclaration[] = [];
  let at = 0;
  while (at < text.length) {
    const record = parseDeclaration(text, at);
    if (record === null) return null;
    found.push(record.declaration);
    at = record.end + 1;
  }
  return found;
}

/** The record that begins at `at`, and where its line ends; null when there is none that is whole. */
export function parseDeclaration(
  text: string,
  at: number,
): { readonly declaration: ShellDeclaration; readonly end: number } | null {
  head.lastIndex = at;
  const match = head.exec(text);
  if (match === null) return null;
  const end = endOfRecord(text, at + match[0].length);
  if (end === null) return null;
  const attributes = (match[1] ?? '').replaceAll('-', '');
  return { declaration: { name: match[2] ?? '', attributes, text: text.slice(at, end) }, end };
}

/** Where the record's line ends, outside of quotes; null when a quote is left open. */
function endOfRecord(text: string, start: number): number | null {
  let at = start;
  while (at < text.length && text[at] !== '\n') {
    const skipped = skipQuoted(text, at);
    if (skipped === null) return null;
    at = skipped;
  }
  return at;
}

/** The position after the quoted part, escaped character or plain character at `at`. */
function skipQuoted(text: string, at: number): number | null {
  const quote = text[at];
  if (quote === '\\') return at + 2;
  if (quote !== '"' && quote !== "'") return at + 1;
  const escapes = quote === '"' || text[at - 1] === '$';
  for (let end = at + 1; end < text.length; end++) {
    if (escapes && text[end] === '\\') end++;
    else if (text[end] === quote) return end + 1;
  }
  return null;
}

/** A variable's value: a string, an array's entries in order, or null when it was declared without one. */
export type ShellValue = string | ReadonlyMap<string, string> | null;

/** The value of a record; arrays by their index or key as text. Null also for what cannot be read. */
export function valueOf({ name, attributes, text }: ShellDeclaration): ShellValue {
  return valueAfterName(text.slice(text.indexOf(` ${name}`) + name.length + 1), attributes);
}

/** The value written after a variable's name, from the `=` on; entries without an index count from 0. */
export function valueAfterName(written: string, attributes: string): ShellValue {
  if (!written.startsWith('=')) return null;
  if (!/[aA]/.test(attributes)) return unquote(written, 1, '')?.value ?? null;
  if (written[1] !== '(') return null;
  const entries = new Map<string, string>();
  for (let at = 2; written[at] !== ')';) {
    const key = written[at] === '[' ? unquote(written, at + 1, ']') : null;
    if (key !== null && written[key.end + 1] !== '=') return null;
    const value = unquote(written, key === null ? at : key.end + 2, ' )');
    if (value === null || value.end >= written.length) return null;
    entries.set(key?.value ?? String(entries.size), value.value);
    at = value.end + (written[value.end] === ' ' ? 1 : 0);
  }
  return entries;
}

/** Reads one word up to an unquoted character of `stops` (or the text's end). */
function unquote(
  text: string,
  start: number,
  stops: string,
): { readonly value: string; readonly end: number } | null {
  let value = '';
  let at = start;
  while (at < text.length && !stops.includes(text[at] ?? ' ')) {
    if (text[at] === '$' && text[at + 1] === "'") {
      const end = skipQuoted(text, at + 1);
      if (end === null) return null;
      value += unescape(text.slice(at + 2, end - 1));
      at = end;
      continue;
    }
    const end = skipQuoted(text, at);
    if (end === null) return null;
    if (text[at] === '"') value += text.slice(at + 1, end - 1).replaceAll(/\\([$`"\\\n])/g, '$1');
    else if (text[at] === "'") value += text.slice(at + 1, end - 1);
    else value += text.slice(end - 1, end);
    at = end;
  }
  return { value, end: at };
}

const letters: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  e: '\u001b',
  E: '\u001b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** Between `$'` and `'`, as bash prints it (bash's `ansic_quote`): letters, octal numbers, quoted characters. */
function unescape(text: string): string {
  return text.replaceAll(/\\([0-7]{1,3}|[\s\S])/g, (_, escaped: string) =>
    /^[0-7]/.test(escaped)
      ? String.fromCharCode(Number.parseInt(escaped, 8) & 255)
      : (letters[escaped] ?? escaped),
  );
}
