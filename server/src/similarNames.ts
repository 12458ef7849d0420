/** Which of some names was probably meant. Pure. */

const longest = 40;

/**
 * The name that differs least from what was written, if by no more than `most` characters; null when none does.
 * Without `most` it is a third of what was written.
 */
export function nearest(
  written: string,
  names: readonly string[],
  most = Math.max(1, Math.floor(Math.min(written.length, longest) / 3)),
): string | null {
  let best: string | null = null;
  let least = most + 1;
  for (const name of names) {
    if (name === written || Math.abs(name.length - written.length) >= least || name.length > longest)
      continue;
    const changes = changesBetween(written.slice(0, longest), name);
    if (changes >= least) continue;
    least = changes;
    best = name;
  }
  // Short names are alike by chance.
  return written.length < 5 ? null : best;
}

/** How many are shown. */
const mostShown = 3;

/**
 * The names that were probably meant, the likeliest first, at most three: no more than two characters differ; of a short name one,
 * and not the first.
 */
export function likeliest(written: string, names: readonly string[]): readonly string[] {
  const isShort = written.length < 5;
  if (written.length < 3 || written.length > longest) return [];
  const most = isShort ? 1 : Math.min(2, Math.floor(written.length / 3));
  return [...new Set(names)]
    .filter((name) => name !== written && Math.abs(name.length - written.length) <= most)
    .filter((name) => !isShort || name.charAt(0) === written.charAt(0))
    .map((name) => ({ name, changes: changesBetween(written, name) }))
    .filter(({ changes }) => changes <= most)
    .sort((a, b) => a.changes - b.changes)
    .slice(0, mostShown)
    .map(({ name }) => name);
}

/** How many characters have to be put in, left out, replaced or swapped with the next. */
function changesBetween(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a.charAt(i - 1) === b.charAt(j - 1);
      let least = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      const swapped =
        i > 1 && j > 1 && a.charAt(i - 1) === b.charAt(j - 2) && a.charAt(i - 2) === b.charAt(j - 1);
      if (swapped) least = Math.min(least, (beforeLast[j - 2] ?? 0) + 1);
      row.push(least);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
