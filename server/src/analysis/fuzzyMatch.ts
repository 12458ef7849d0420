/** How well a name answers what somebody typed to find it. Pure. */

/**
 * Null when the letters do not stand in the name in this order; else less for a better match: the name itself, its begin, a part, letters at
 * the begins of its words.
 */
export function fuzzyScore(query: string, name: string): number | null {
  const wanted = query.toLowerCase();
  const lower = name.toLowerCase();
  if (lower === wanted) return name === query ? 0 : 1;
  const at = lower.indexOf(wanted);
  if (at === 0) return 2 + name.length / 1000;
  if (at > 0) return (beginsWord(name, at) ? 4 : 6) + name.length / 1000;
  let from = 0;
  let gaps = 0;
  for (const letter of wanted) {
    const next = lower.indexOf(letter, from);
    if (next < 0) return null;
    if (next > from && !beginsWord(name, next)) gaps++;
    from = next + letter.length;
  }
  return 8 + gaps + name.length / 1000;
}

function beginsWord(name: string, at: number): boolean {
  const [before, letter] = [name.charAt(at - 1), name.charAt(at)];
  return /[^a-zA-Z0-9]/.test(before) || (/[a-z0-9]/.test(before) && /[A-Z]/.test(letter));
}
