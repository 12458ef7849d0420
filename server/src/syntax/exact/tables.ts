/** LALR(1) tables as bison makes them of a grammar: precedence settles conflicts, and each state has its most frequent reduction as default. */
import { closureOf, inherited, type Item, type ItemAhead } from './lookaheads';
import { terminals } from './tokens';

export interface Production {
  readonly left: number;
  readonly right: readonly number[];
  readonly action: string | null;
  /** Token whose precedence the rule has. */
  readonly precedence: string | null;
}

export interface Grammar {
  readonly productions: readonly Production[];
  /** Terminals first, with their token numbers. */
  readonly symbols: readonly string[];
}

export type Precedence = readonly (readonly ['left' | 'right' | 'nonassoc', ...string[]])[];

export const noAction = 0;
/** The action for a token that %nonassoc forbids; other faults have no action and no default reduction. */
export const forbidden = -0x7fff;
export const accept = 0x7fff;

export interface Tables {
  readonly productions: readonly Production[];
  readonly width: number;
  /** By `state * width + symbol`: state + 1 to go to, -(production) - 1 to reduce, `accept`, `forbidden` or `noAction`. */
  readonly actions: Int16Array;
  /** Production to reduce by when a state has no action for a token; -1 for none. */
  readonly defaults: Int16Array;
}

/** Reads the notation of `grammar.ts`; production 0 is the added start. */
export function readGrammar(source: string): Grammar {
  const symbols: string[] = [...terminals];
  const ids = new Map(symbols.map((symbol, id) => [symbol, id]));
  const idOf = (symbol: string): number => {
    const known = ids.get(symbol);
    if (known !== undefined) return known;
    ids.set(symbol, symbols.length);
    return symbols.push(symbol) - 1;
  };
  const productions: Production[] = [];
  for (const line of source.split('\n').filter((each) => each.trim() !== '')) {
    const colon = line.indexOf(':');
    const left = idOf(line.slice(0, colon));
    if (productions.length === 0) {
      productions.push({ left: idOf('$accept'), right: [left, 0], action: null, precedence: null });
    }
    const words = line
      .slice(colon + 1)
      .split(' ')
      .filter((word) => word !== '');
    const marked = (sign: string): string | null =>
      words.find((word) => word.length > 1 && word.startsWith(sign))?.slice(1) ?? null;
    const right = words.filter((word) => word.length === 1 || !/^[#%]/.test(word));
    productions.push({
      left,
      right: right.map(idOf),
      action: marked('#'),
      precedence: marked('%') ?? right.findLast((word) => terminals.includes(word as never)) ?? null,
    });
  }
  return { productions, symbols };
}

interface State {
  readonly kernel: readonly Item[];
  readonly moves: Map<number, number>;
}

type Closure = (item: Item) => readonly ItemAhead[];

export function buildTables(grammar: Grammar, precedence: Precedence): Tables {
  const close = closureOf(grammar);
  const { states, lookaheads } = automaton(grammar, close);
  const width = grammar.symbols.length;
  const actions = new Int16Array(states.length * width);
  const defaults = new Int16Array(states.length).fill(-1);
  states.forEach((state, number) => {
    const row = actions.subarray(number * width, (number + 1) * width);
    for (const [symbol, target] of state.moves) row[symbol] = target + 1;
    if (state.kernel.some(({ production, dot }) => production === 0 && dot === 1)) row[0] = accept;
    state.kernel.forEach((kernel, index) => {
      const own = lookaheads[number]?.[index] ?? 0n;
      for (const { item, ahead } of close(kernel)) {
        const rule = grammar.productions[item.production];
        if (rule === undefined || item.production === 0 || item.dot < rule.right.length) continue;
        const tokens = (ahead & ~inherited) | ((ahead & inherited) === 0n ? 0n : own);
        reduceOn(row, tokens, item.production, grammar, precedence);
      }
    });
    defaults[number] = takeDefault(row);
  });
  return { productions: grammar.productions, width, actions, defaults };
}

/** Enters a reduction for each token of the set; a conflict with a shift is settled by precedence, else the shift or the earlier rule stays. */
function reduceOn(
  row: Int16Array,
  ahead: bigint,
  production: number,
  grammar: Grammar,
  levels: Precedence,
): void {
  for (let token = 0; token < terminals.length; token++) {
    if ((ahead & (1n << BigInt(token))) === 0n) continue;
    const there = row[token] ?? noAction;
    if (there === noAction) row[token] = -production - 1;
    else if (there > 0) {
      const rule = levelOf(grammar.productions[production]?.precedence ?? null, levels);
      const shift = levelOf(terminals[token] ?? null, levels);
      if (rule < 0 || shift < 0 || shift > rule) continue;
      const associativity = levels[rule]?.[0];
      if (shift < rule || associativity === 'left') row[token] = -production - 1;
      else if (associativity === 'nonassoc') row[token] = forbidden;
    }
  }
}

function levelOf(symbol: string | null, levels: Precedence): number {
  return symbol === null ? -1 : levels.findIndex(([, ...symbols]) => symbols.includes(symbol));
}

/** Takes the most frequent reduction out of a row, as bison does; -1 when there is none. */
function takeDefault(row: Int16Array): number {
  const counts = new Map<number, number>();
  for (const action of row) {
    if (action < 0 && action !== forbidden) counts.set(action, (counts.get(action) ?? 0) + 1);
  }
  let best = noAction;
  for (const [action, count] of [...counts].sort(([a], [b]) => b - a)) {
    if (best === noAction || count > (counts.get(best) ?? 0)) best = action;
  }
  if (best === noAction) return -1;
  row.forEach((action, symbol) => {
    if (action === best) row[symbol] = noAction;
  });
  return -best - 1;
}

interface Link {
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
}

interface Automaton {
  readonly states: readonly State[];
  /** For each item of each kernel, the tokens that may follow it. */
  readonly lookaheads: readonly bigint[][];
}

function automaton(grammar: Grammar, close: Closure): Automaton {
  const first: readonly Item[] = [{ production: 0, dot: 0 }];
  const states: State[] = [{ kernel: first, moves: new Map() }];
  const known = new Map<string, number>([[keyOf(first), 0]]);
  for (const { kernel, moves } of states) {
    for (const [symbol, items] of movesFrom(kernel, grammar, close)) {
      const moved = items.sort((a, b) => a.production - b.production || a.dot - b.dot);
      const key = keyOf(moved);
      const target = known.get(key) ?? states.push({ kernel: moved, moves: new Map() }) - 1;
      known.set(key, target);
      moves.set(symbol, target);
    }
  }
  const lookaheads = states.map(({ kernel }) => kernel.map(() => 0n));
  const links = states.flatMap((state, number) =>
    linksFrom(state, number, { states, lookaheads }, grammar, close),
  );
  propagate(links, lookaheads);
  return { states, lookaheads };
}

/** The items that each symbol leads to; a new state is added to the list that is being gone through. */
function movesFrom(kernel: readonly Item[], grammar: Grammar, close: Closure): Map<number, Item[]> {
  const moves = new Map<number, Item[]>();
  const seen = new Set<string>();
  for (const { item } of kernel.flatMap(close)) {
    const symbol = grammar.productions[item.production]?.right[item.dot];
    const key = keyOf([item]);
    if (symbol === undefined || seen.has(key) || (item.production === 0 && item.dot === 1)) continue;
    seen.add(key);
    const moved = { production: item.production, dot: item.dot + 1 };
    moves.set(symbol, [...(moves.get(symbol) ?? []), moved]);
  }
  return moves;
}

/** Gives the items one symbol on the tokens that begin there; answers which of them also get those of the item they come from. */
function linksFrom(
  { kernel, moves }: State,
  number: number,
  { states, lookaheads }: Automaton,
  grammar: Grammar,
  close: Closure,
): Link[] {
  const links: Link[] = [];
  kernel.forEach((from, index) => {
    for (const { item, ahead } of close(from)) {
      const target = moves.get(grammar.productions[item.production]?.right[item.dot] ?? -1);
      const heads = target === undefined ? undefined : lookaheads[target];
      if (target === undefined || heads === undefined) continue;
      const at = states[target]?.kernel.findIndex(
        ({ production, dot }) => production === item.production && dot === item.dot + 1,
      );
      if (at === undefined) continue;
      heads[at] = (heads[at] ?? 0n) | (ahead & ~inherited);
      if ((ahead & inherited) !== 0n) links.push({ from: [number, index], to: [target, at] });
    }
  });
  return links;
}

function propagate(links: readonly Link[], lookaheads: readonly bigint[][]): void {
  for (let changed = true; changed;) {
    changed = false;
    for (const { from, to } of links) {
      const given = lookaheads[from[0]]?.[from[1]] ?? 0n;
      const heads = lookaheads[to[0]];
      const before = heads?.[to[1]];
      if (heads === undefined || before === undefined || (before | given) === before) continue;
      heads[to[1]] = before | given;
      changed = true;
    }
  }
}

function keyOf(kernel: readonly Item[]): string {
  return kernel.map(({ production, dot }) => `${production}.${dot}`).join(' ');
}
