/** Which lines differ between two texts. Source: E. W. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986). */

/** A run of lines that differ: half-open ranges of line numbers, from 0, one of which may be empty. */
export interface LineChange {
  readonly from: number;
  readonly fromEnd: number;
  readonly to: number;
  readonly toEnd: number;
}

/** Texts that differ in more lines than this have what differs replaced as a whole: right, if not the shortest. */
const mostDifferences = 2000;

/** In order; lines are compared as they are. */
export function diffLines(before: readonly string[], after: readonly string[]): readonly LineChange[] {
  let start = 0;
  const shorter = Math.min(before.length, after.length);
  while (start < shorter && before[start] === after[start]) start++;
  let end = 0;
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  const [a, b] = [before.slice(start, before.length - end), after.slice(start, after.length - end)];
  if (a.length === 0 && b.length === 0) return [];
  const whole = [{ from: 0, fromEnd: a.length, to: 0, toEnd: b.length }];
  const changes = a.length === 0 || b.length === 0 ? whole : (shortest(a, b) ?? whole);
  return changes.map(({ from, fromEnd, to, toEnd }) => ({
    from: from + start,
    fromEnd: fromEnd + start,
    to: to + start,
    toEnd: toEnd + start,
  }));
}

/** Null when there are too many differences. */
function shortest(a: readonly string[], b: readonly string[]): readonly LineChange[] | null {
  const most = Math.min(a.length + b.length, mostDifferences);
  // Furthest line of `a` reached on each diagonal, kept for each number of differences.
  const steps: Int32Array[] = [];
  let furthest = new Int32Array(3);
  for (let count = 0; count <= most; count++) {
    const next = new Int32Array(2 * count + 3);
    for (let diagonal = -count; diagonal <= count; diagonal += 2) {
      let x = begin(furthest, count, diagonal);
      let y = x - diagonal;
      while (x < a.length && y < b.length && a[x] === b[y]) [x, y] = [x + 1, y + 1];
      next[diagonal + count + 1] = x;
      if (x >= a.length && y >= b.length) return traced(steps, a.length, b.length);
    }
    steps.push(next);
    furthest = next;
  }
  return null;
}

/** Where a path with `count` differences enters this diagonal: from the one above (a line more) or below (a line less). */
function begin(furthest: Int32Array, count: number, diagonal: number): number {
  if (count === 0) return 0;
  const at = (wanted: number) => furthest[wanted + count] ?? 0;
  return comesFromAbove(at, count, diagonal) ? at(diagonal + 1) : at(diagonal - 1) + 1;
}

function comesFromAbove(at: (diagonal: number) => number, count: number, diagonal: number): boolean {
  return diagonal === -count || (diagonal !== count && at(diagonal - 1) < at(diagonal + 1));
}

function traced(steps: readonly Int32Array[], aLength: number, bLength: number): readonly LineChange[] {
  const changes: LineChange[] = [];
  let [x, y] = [aLength, bLength];
  for (let count = steps.length; count > 0; count--) {
    const furthest = steps[count - 1] ?? new Int32Array();
    const at = (wanted: number) => furthest[wanted + count] ?? 0;
    const diagonal = x - y;
    const above = comesFromAbove(at, count, diagonal);
    const previous = above ? diagonal + 1 : diagonal - 1;
    const [fromX, fromY] = [at(previous), at(previous) - previous];
    const step = above
      ? { from: fromX, fromEnd: fromX, to: fromY, toEnd: fromY + 1 }
      : { from: fromX, fromEnd: fromX + 1, to: fromY, toEnd: fromY };
    const last = changes.at(-1);
    if (last?.from === step.fromEnd && last.to === step.toEnd) {
      changes[changes.length - 1] = { ...last, from: step.from, to: step.to };
    } else changes.push(step);
    [x, y] = [fromX, fromY];
  }
  return changes.reverse();
}
