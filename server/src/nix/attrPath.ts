/** Attribute paths as Nix's `-A` takes them: names with dots between, quoted where a name is no identifier. */

const identifier = /^[A-Za-z_][A-Za-z0-9_'-]*$/;

/**
 * The names of a path. Empty for an empty path. Quotes work as in Nix (`a."b.c"`); inside them a backslash keeps the
 * character behind it, which Nix has no way to say. An unclosed quote ends with the text.
 */
export function parseAttrPath(text: string): readonly string[] {
  const names: string[] = [];
  let name = '';
  let started = false;
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index] ?? '';
    if (character === '"') {
      quoted = !quoted;
      started = true;
    } else if (quoted && character === '\\' && index + 1 < text.length) {
      index += 1;
      name += text[index] ?? '';
    } else if (!quoted && character === '.') {
      names.push(name);
      name = '';
      started = false;
    } else {
      name += character;
      started = true;
    }
  }
  if (started || names.length > 0) names.push(name);
  return names;
}

/** The path as text; `parseAttrPath` gives the names back. */
export function printAttrPath(names: readonly string[]): string {
  return names
    .map((name) =>
      identifier.test(name) || /^[0-9]+$/.test(name) ? name : `"${name.replace(/["\\]/g, '\\$&')}"`,
    )
    .join('.');
}

/** The same path as we print it everywhere, so that two ways of writing one path compare equal. */
export function normalAttrPath(text: string): string {
  return printAttrPath(parseAttrPath(text));
}
