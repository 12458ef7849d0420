/** What the lexer looks for in a text. */

/** Whether characters of some kind lead to a sign; looked for once for all places before it: a chain like `1+1+1` is one word for a path. */
export class SignSearch {
  private from = 0;
  private end = -1;

  constructor(
    private readonly source: string,
    private readonly characters: RegExp,
    private readonly sign: string,
  ) {}

  leadsToSign(at: number): boolean {
    if (at < this.from || at >= this.end) {
      this.characters.lastIndex = at;
      this.characters.test(this.source);
      this.from = at;
      this.end = this.characters.lastIndex;
    }
    return this.source.charAt(this.end) === this.sign;
  }
}

/** `([^\$\"\\]|\$[^\{\"\\]|\\{ANY}|\$\\{ANY})*`, and a `$` before the closing quote. */
export function stringTextEnd(source: string, start: number): number {
  let at = start;
  while (at < source.length) {
    const unit = source.charCodeAt(at);
    if (unit === 34) break;
    if (unit === 92) {
      if (at + 1 >= source.length) break;
      at += 2;
    } else if (unit === 36) {
      const next = source.charCodeAt(at + 1);
      if (next === 123 || at + 1 >= source.length) break;
      if (next === 34) return at + 1;
      if (next === 92 && at + 2 >= source.length) break;
      at += next === 92 ? 3 : 2;
    } else at++;
  }
  return at;
}

/** `([^\$\']|\$[^\{\']|\'[^\'\$])+`. */
export function indentedTextEnd(source: string, start: number): number {
  let at = start;
  while (at < source.length) {
    const unit = source.charCodeAt(at);
    if (unit === 36 || unit === 39) {
      const next = source.charCodeAt(at + 1);
      if (at + 1 >= source.length || next === 39 || next === (unit === 36 ? 123 : 36)) break;
      at += 2;
    } else at++;
  }
  return at;
}

/** As C's strtod has it: neither too large, nor so small that precision is lost. */
export function isRepresentable(written: string): boolean {
  const value = Number(written);
  if (value === 0) return !/[1-9]/.test(written.replace(/[eE].*$/, ''));
  return value >= 2.2250738585072014e-308 && value !== Infinity;
}

export function isWordStart(unit: number): boolean {
  return (unit >= 97 && unit <= 122) || (unit >= 65 && unit <= 90) || unit === 95;
}

export function isDigit(unit: number): boolean {
  return unit >= 48 && unit <= 57;
}

/** Whether a word may go on here as a path (`.`, `/`, `+`) or a URI (`:`, `.`, `+`). */
export function continuesWord(unit: number): boolean {
  return unit === 46 || unit === 47 || unit === 43 || unit === 58;
}
