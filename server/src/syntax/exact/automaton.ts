/** Reads a text by Nix's grammar with tables as bison makes them. What becomes of what was read is up to who extends it. */
import { ListPlace, type Compiled } from './compiled';
import type { Refusal, SymbolRead } from './refusal';
import { accept, forbidden, noAction } from './tables';
import { Lexer, terminals, type LexerState } from './tokens';

/** As deep as Nix's own parser goes before it gives up ("memory exhausted"). */
const maximumStack = 10_000;
/** Bison lists what it expected only when that is no more than this. */
const maximumExpected = 4;

export abstract class Automaton<V> {
  protected lexer: Lexer;
  protected readonly states: number[] = [0];
  /** Of each symbol on the stack: what it stands for, where it begins and ends. */
  readonly values: V[] = [];
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  /** Set by `valueOf` to end the reading. */
  protected refusal: Refusal | null = null;

  constructor(
    readonly text: string,
    protected readonly compiled: Compiled,
  ) {
    this.lexer = new Lexer(text);
  }

  /** What a token stands for. */
  protected abstract readonly nothing: V;

  /** What a rule makes of its parts, the first of which stands at `at` on the stack. */
  protected abstract valueOf(production: number, at: number): V;

  /** Called where an item of a list may come next; may put items on the stack without reading them. */
  protected takeItems(state: number): number {
    return state;
  }

  /** Told of each token that is taken. */
  protected onToken?(token: number): void;

  /** Gives what Nix's parser refuses first; null when it takes the text, or what is before `limit`, whether the text may end there or not. */
  run(limit = Infinity): Refusal | null {
    const { lexer, states } = this;
    const { consistent, listPlaces, tables } = this.compiled;
    const { actions, width, defaults } = tables;
    let token = -1;
    for (;;) {
      let state = states[states.length - 1] ?? 0;
      // As bison, a state that can do but one thing does it before the next token is read.
      if (token < 0 && consistent[state] !== 1) {
        if (listPlaces[state] !== ListPlace.none) state = this.takeItems(state);
        token = lexer.next();
        if (lexer.refusal !== null) return { kind: 'lexical', refused: lexer.refusal };
        if (limit !== Infinity && (token === 0 || lexer.start >= limit)) return null;
      }
      const action = token < 0 ? noAction : (actions[state * width + token] ?? noAction);
      if (action === accept) return null;
      if (action === forbidden) return this.unexpected(state, token, true);
      if (action > 0) {
        if (states.length >= maximumStack) return { kind: 'tooDeep', at: lexer.start };
        this.onToken?.(token);
        this.push(action - 1, this.nothing, lexer.start, lexer.end);
        token = -1;
        continue;
      }
      const production = action < 0 ? -action - 1 : (defaults[state] ?? -1);
      if (production < 0) return this.unexpected(state, token, false);
      this.reduce(production);
      if (this.refusal !== null) return this.refusal;
    }
  }

  /** The tokens that may come next. */
  accepted(): ReadonlySet<string> {
    return new Set(terminals.filter((_, token) => this.accepts(token)));
  }

  /** The symbols on the stack, the innermost last. */
  symbolsRead(): SymbolRead[] {
    const { tables, symbols } = this.compiled;
    return this.starts.map((start, index) => {
      const state = this.states[index] ?? 0;
      const next = this.states[index + 1] ?? 0;
      const symbol = symbols.findIndex((_, id) => tables.actions[state * tables.width + id] === next + 1);
      return { symbol: symbols[symbol] ?? '', start, end: this.ends[index] ?? 0 };
    });
  }

  /** Goes on, in the next `run`, after the symbol at this place of the stack, with the token that begins at `offset`. */
  protected resume(index: number, offset: number): void {
    const open = this.symbolsRead().slice(0, index + 1);
    this.states.length = index + 2;
    this.values.length = index + 1;
    this.starts.length = index + 1;
    this.ends.length = index + 1;
    this.lexer = new Lexer(this.text, { offset, states: lexerStates(open) });
  }

  protected push(state: number, value: V, start: number, end: number): void {
    this.states.push(state);
    this.values.push(value);
    this.starts.push(start);
    this.ends.push(end);
  }

  /** The state after a symbol that rules make. */
  protected after(symbol: number): number {
    const { actions, width } = this.compiled.tables;
    const state = this.states[this.states.length - 1] ?? 0;
    return (actions[state * width + symbol] ?? noAction) - 1;
  }

  /** Whether a token would be shifted, after the reductions that it brings about. */
  private accepts(token: number): boolean {
    const { actions, width, defaults, productions } = this.compiled.tables;
    const states = [...this.states];
    for (;;) {
      const state = states.at(-1) ?? 0;
      const action = actions[state * width + token] ?? noAction;
      if (action > 0) return true;
      if (action === forbidden) return false;
      const rule = productions[action < 0 ? -action - 1 : (defaults[state] ?? -1)];
      if (rule === undefined) return false;
      states.length -= rule.right.length;
      states.push((actions[(states.at(-1) ?? 0) * width + rule.left] ?? noAction) - 1);
    }
  }

  private reduce(number: number): void {
    const production = this.compiled.productions[number];
    if (production === undefined) throw new Error('the tables name a rule that is not there');
    const { starts, ends, values } = this;
    const length = production.right.length;
    const before = values.length - length;
    const previousEnd = ends[before - 1] ?? 0;
    const start = length === 0 ? previousEnd : (starts[before] ?? 0);
    const end = length === 0 ? previousEnd : (ends[ends.length - 1] ?? 0);
    const value = this.valueOf(number, before);
    values.length = before;
    starts.length = before;
    ends.length = before;
    this.states.length -= length;
    this.push(this.after(production.left), value, start, end);
  }

  private unexpected(state: number, token: number, chains: boolean): Refusal {
    const { actions, width } = this.compiled.tables;
    const possible = terminals.filter((_, id) => {
      const action = actions[state * width + id] ?? noAction;
      return action !== noAction && action !== forbidden;
    });
    return {
      kind: 'unexpected',
      at: this.lexer.start,
      token: terminals[token] ?? 'invalid token',
      tokenEnd: this.lexer.end,
      expected: possible.length > maximumExpected ? [] : possible,
      chains,
      read: this.symbolsRead(),
    };
  }
}

/** What the lexer is in after symbols that are open. */
function lexerStates(open: readonly SymbolRead[]): LexerState[] {
  return open.flatMap(({ symbol }): LexerState[] => {
    if (symbol === '{' || symbol === 'DOLLAR_CURLY') return ['default'];
    if (symbol === '"') return ['string'];
    if (symbol === 'IND_STRING_OPEN') return ['indented'];
    return symbol === 'path_start' ? ['path'] : [];
  });
}
