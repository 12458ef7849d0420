/** Text as a string of Nix's language, on one line. Source: Nix manual, "String literal". Pure. */

/** The literal that means this text. */
export function nixString(text: string): string {
  return `"${escaped(text, /["\\]|\$(?=\{)/g)}"`;
}

/** The path that this absolute path names, in parentheses: a path literal cannot have all its characters. */
export function nixPath(path: string): string {
  return `(/. + ${nixString(path)})`;
}

/** A part of a literal that means this text; an interpolation may follow it. */
export function inNixString(text: string): string {
  return escaped(text, /["\\]|\$(?=\{|$)/g);
}

function escaped(text: string, special: RegExp): string {
  return text
    .replace(special, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t');
}
