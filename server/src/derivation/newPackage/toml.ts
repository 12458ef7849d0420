/** The plain keys of a TOML text: strings and lists of strings by `table.key`. Dates, numbers and lists of tables are left out. */

export type TomlValue = string | readonly string[];

const stringPattern = String.raw`"(?:[^"\\\n]|\\.)*"|'[^'\n]*'`;

export function readToml(text: string): ReadonlyMap<string, TomlValue> {
  const values = new Map<string, TomlValue>();
  let table = '';
  const item = new RegExp(
    String.raw`^[ \t]*(?:\[([^\[\]\n]+)\][ \t]*(?:#.*)?$|\[\[([^\n]+)\]\]|([\w."'-]+)[ \t]*=[ \t]*(?:(${stringPattern})|(\[(?:[^\[\]"'#]|${stringPattern}|#[^\n]*\n)*\])|\{([^}\n]*)\}))`,
    'gm',
  );
  for (const [, named, listed, key = '', string, list, inline] of text.matchAll(item)) {
    if (named !== undefined) table = `${plain(named)}.`;
    else if (listed !== undefined) table = `${plain(listed)}[].`;
    else if (string !== undefined) values.set(table + plain(key), unquoted(string));
    else if (list !== undefined) values.set(table + plain(key), stringsIn(list));
    else
      for (const [, inner = '', value = ''] of (inline ?? '').matchAll(
        new RegExp(String.raw`([\w-]+)\s*=\s*(${stringPattern})`, 'g'),
      ))
        values.set(`${table}${plain(key)}.${inner}`, unquoted(value));
  }
  return values;
}

function stringsIn(list: string): readonly string[] {
  return [...list.matchAll(new RegExp(`${stringPattern}|#.*`, 'g'))]
    .map(([one]) => one)
    .filter((one) => !one.startsWith('#'))
    .map(unquoted);
}

function plain(key: string): string {
  return key.trim().replaceAll(/["']/g, '');
}

function unquoted(literal: string): string {
  const inner = literal.slice(1, -1);
  return literal.startsWith("'") ? inner : inner.replaceAll(/\\(["\\])/g, '$1');
}
