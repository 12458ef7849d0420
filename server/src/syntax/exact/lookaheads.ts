/** Closures of LR(1) items: which rules may begin at a place, and which tokens may follow them. Sets of tokens are bits of a number. */
import type { Grammar } from './tables';
import { terminals } from './tokens';

/** A rule of which so many symbols have been read. */
export interface Item {
  readonly production: number;
  readonly dot: number;
}

export interface ItemAhead {
  readonly item: Item;
  readonly ahead: bigint;
}

/** Stands in a set for the tokens that follow the item that was closed. */
export const inherited = 1n << BigInt(terminals.length);

/** Gives the function that finds all that may begin where an item stands, itself included; answers are kept. */
export function closureOf(grammar: Grammar): (item: Item) => readonly ItemAhead[] {
  const byLeft = new Map<number, number[]>();
  grammar.productions.forEach(({ left }, number) => byLeft.set(left, [...(byLeft.get(left) ?? []), number]));
  const { first, empty } = firstSets(grammar);
  const known = new Map<string, readonly ItemAhead[]>();
  const close = (kernel: Item): readonly ItemAhead[] => {
    /** Tokens that may follow each symbol whose rules begin here. */
    const begun = new Map<number, bigint>();
    const pending: ItemAhead[] = [{ item: kernel, ahead: inherited }];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const { right } = grammar.productions[next.item.production] ?? { right: [] };
      const symbol = right[next.item.dot];
      if (symbol === undefined || symbol < terminals.length) continue;
      let ahead = 0n;
      let through = true;
      for (let index = next.item.dot + 1; through && index < right.length; index++) {
        const after = right[index] ?? 0;
        ahead |= first[after] ?? 0n;
        through = empty.has(after);
      }
      if (through) ahead |= next.ahead;
      const before = begun.get(symbol);
      const all = (before ?? 0n) | ahead;
      if (before === all) continue;
      begun.set(symbol, all);
      for (const production of byLeft.get(symbol) ?? [])
        pending.push({ item: { production, dot: 0 }, ahead: all });
    }
    const found: ItemAhead[] = [{ item: kernel, ahead: inherited }];
    for (const [symbol, ahead] of begun) {
      for (const production of byLeft.get(symbol) ?? []) found.push({ item: { production, dot: 0 }, ahead });
    }
    return found;
  };
  return (item) => {
    const key = `${item.production}.${item.dot}`;
    const closed = known.get(key) ?? close(item);
    known.set(key, closed);
    return closed;
  };
}

function firstSets({ productions, symbols }: Grammar): {
  readonly first: readonly bigint[];
  readonly empty: ReadonlySet<number>;
} {
  const first = symbols.map((_, id) => (id < terminals.length ? 1n << BigInt(id) : 0n));
  const empty = new Set<number>();
  for (let changed = true; changed;) {
    changed = false;
    for (const { left, right } of productions) {
      let all = first[left] ?? 0n;
      let through = true;
      for (const symbol of right) {
        if (!through) break;
        all |= first[symbol] ?? 0n;
        through = empty.has(symbol);
      }
      if (all !== first[left] || (through && !empty.has(left))) changed = true;
      first[left] = all;
      if (through) empty.add(left);
    }
  }
  return { first, empty };
}
