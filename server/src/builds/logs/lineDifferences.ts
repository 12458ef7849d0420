/** Which parts of two long texts differ, each small enough to be looked at beside its counterpart, and all of what differs in one of them. Pure. */
import type { LineSpan } from '../../protocol/logUri';

/** The lines of a text without their words. */
export interface HashedLines {
  readonly hashes: readonly number[];
  /** How long each is. */
  readonly units: readonly number[];
}

export interface PartLimits {
  readonly lines: number;
  readonly units: number;
}

export interface DifferingPart {
  readonly older: LineSpan;
  readonly newer: LineSpan;
}

interface Place {
  readonly older: number;
  readonly newer: number;
}

/** Of more lines only some are looked at for places to cut, chosen by what they say, so that it takes a moment. */
const mostAnchors = 50_000;
/** So many lines around what differs are shown with it. */
const context = 10;

/** Two multiplicative hashes of 32 bits put together, by the constants of MurmurHash3: 53 bits, as many as a number keeps. */
export function lineHash(line: string): number {
  let low = 0xdeadbeef;
  let high = 0x41c6ce57;
  for (let at = 0; at < line.length; at++) {
    const unit = line.charCodeAt(at);
    low = Math.imul(low ^ unit, 0x85ebca6b);
    high = Math.imul(high ^ unit, 0xc2b2ae35);
  }
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35);
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
  return (high & 0x1fffff) * 2 ** 32 + (low >>> 0);
}

/** In order; empty when the texts are the same. */
export function differingParts(
  older: HashedLines,
  newer: HashedLines,
  limits: PartLimits,
): readonly DifferingPart[] {
  const ends = { older: older.hashes.length, newer: newer.hashes.length };
  const all = trimmed(older, newer, { older: 0, newer: 0 }, ends);
  if (all === null) return [];
  const anchors = [...anchorsOf(older, newer, all), all.end];
  const parts: DifferingPart[] = [];
  let from = all.from;
  let next = 0;
  while (from.older < all.end.older || from.newer < all.end.newer) {
    const furthest = { older: reach(older, from.older, limits), newer: reach(newer, from.newer, limits) };
    let to: Place | null = null;
    for (; next < anchors.length; next++) {
      const anchor = anchors[next] ?? all.end;
      if (anchor.older > furthest.older || anchor.newer > furthest.newer) break;
      to = anchor;
    }
    const isBehind = to === null || (to.older === from.older && to.newer === from.newer);
    const end = isBehind || to === null ? before(furthest, anchors[next] ?? all.end) : to;
    const part = trimmed(older, newer, from, end);
    if (part !== null) parts.push(withContext(part, ends));
    from = end;
  }
  return parts;
}

/** Without the lines at both ends that are the same; null when nothing else is left. */
function trimmed(
  older: HashedLines,
  newer: HashedLines,
  start: Place,
  stop: Place,
): { readonly from: Place; readonly end: Place } | null {
  let same = 0;
  const most = Math.min(stop.older - start.older, stop.newer - start.newer);
  while (same < most && older.hashes[start.older + same] === newer.hashes[start.newer + same]) same++;
  let after = 0;
  while (after < most - same && older.hashes[stop.older - 1 - after] === newer.hashes[stop.newer - 1 - after])
    after++;
  const from = { older: start.older + same, newer: start.newer + same };
  const end = { older: stop.older - after, newer: stop.newer - after };
  return from.older === end.older && from.newer === end.newer ? null : { from, end };
}

/** Lines that stand once in both, in the same order: where both may be cut. As patience diff finds them. */
function anchorsOf(
  older: HashedLines,
  newer: HashedLines,
  { from, end }: { readonly from: Place; readonly end: Place },
): readonly Place[] {
  const lines = Math.max(end.older - from.older, end.newer - from.newer);
  const one = Math.max(1, Math.ceil(lines / mostAnchors));
  const inOlder = placesOfUnique(older.hashes, from.older, end.older, one);
  const inNewer = placesOfUnique(newer.hashes, from.newer, end.newer, one);
  const pairs: Place[] = [];
  for (const [hash, place] of inOlder) {
    const other = inNewer.get(hash);
    if (place >= 0 && other !== undefined && other >= 0) pairs.push({ older: place, newer: other });
  }
  return longestIncreasing(pairs);
}

/** Where each stands, of every so many; -1 for those that stand there more than once. */
function placesOfUnique(
  hashes: readonly number[],
  from: number,
  end: number,
  one: number,
): ReadonlyMap<number, number> {
  const places = new Map<number, number>();
  for (let at = from; at < end; at++) {
    const hash = hashes[at] ?? 0;
    if (hash % one === 0) places.set(hash, places.has(hash) ? -1 : at);
  }
  return places;
}

/** Of pairs in the order of the older the most that are in the order of the newer, too. */
function longestIncreasing(pairs: readonly Place[]): readonly Place[] {
  const tails: number[] = [];
  const previous = new Int32Array(pairs.length);
  pairs.forEach(({ newer }, index) => {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pairs[tails[middle] ?? 0]?.newer ?? 0) < newer) low = middle + 1;
      else high = middle;
    }
    previous[index] = low === 0 ? -1 : (tails[low - 1] ?? -1);
    tails[low] = index;
  });
  const found: Place[] = [];
  for (let at = tails.at(-1) ?? -1; at >= 0; at = previous[at] ?? -1) {
    const pair = pairs[at];
    if (pair !== undefined) found.push(pair);
  }
  return found.reverse();
}

/** The end of as many lines from here as a part may have, at least one. */
function reach({ units }: HashedLines, from: number, limits: PartLimits): number {
  let left = limits.units;
  let at = from;
  while (at < units.length && at - from < limits.lines) {
    left -= units[at] ?? 0;
    if (left < 0 && at > from) break;
    at++;
  }
  return at;
}

/** The nearer of both on each side: an anchor may be out of reach on one side only. */
function before(furthest: Place, anchor: Place): Place {
  return { older: Math.min(furthest.older, anchor.older), newer: Math.min(furthest.newer, anchor.newer) };
}

function withContext(
  { from, end }: { readonly from: Place; readonly end: Place },
  ends: Place,
): DifferingPart {
  const above = Math.min(context, from.older, from.newer);
  const below = Math.min(context, ends.older - end.older, ends.newer - end.newer);
  return {
    older: { first: from.older - above, end: end.older + below },
    newer: { first: from.newer - above, end: end.newer + below },
  };
}
