/** The fixes of a text that can be made together without asking. Pure. */
import type { Replacement } from '../syntax/replacement';
import type { Finding } from './finding';

/** The edits of all safe fixes, the earlier one where two overlap; what is left shows in the next round. */
export function allFixes(found: readonly Finding[]): readonly Replacement[] {
  const made: Replacement[] = [];
  for (const { isSafe, fixes } of found) {
    const edits = isSafe ? (fixes[0]?.edits ?? []) : [];
    if (edits.some((edit) => made.some((other) => overlap(edit, other)))) continue;
    made.push(...edits);
  }
  return made.sort((a, b) => a.start - b.start);
}

/** Touching counts: what one inserts where another removes may not be what either means. */
function overlap(a: Replacement, b: Replacement): boolean {
  return a.start <= b.end && b.start <= a.end;
}
