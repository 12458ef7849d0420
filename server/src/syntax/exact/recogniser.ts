/** Whether Nix's parser takes a text, and if not, what it refuses first and where: its grammar, read with tables as bison makes them. */
import { grammar, precedence } from './grammar';
import { reductions, type MeaningRefusal, type Read, type Value } from './reductions';
import {
  accept,
  buildTables,
  forbidden,
  noAction,
  readGrammar,
  type Production,
  type Tables,
} from './tables';
import { Lexer, terminals, type LexicalRefusal } from './tokens';

/** As deep as Nix's own parser goes before it gives up ("memory exhausted"). */
const maximumStack = 10_000;
/** Bison lists what it expected only when that is no more than this. */
const maximumExpected = 4;

export type Refusal =
  | {
      readonly kind: 'unexpected';
      /** Where the token begins; the end of the text for Nix is where the last token, blank or comment began. */
      readonly at: number;
      readonly token: string;
      readonly tokenEnd: number;
      /** By their names in the grammar; empty when there are too many to tell. */
      readonly expected: readonly string[];
      /** Whether the grammar would take it, but for a rule that such operators do not chain. */
      readonly chains: boolean;
      /** The symbols read so far, the innermost last. */
      readonly read: readonly SymbolRead[];
    }
  | ({ readonly kind: 'lexical' } & { readonly refused: LexicalRefusal })
  | { readonly kind: 'meaning'; readonly refused: MeaningRefusal }
  | { readonly kind: 'tooDeep'; readonly at: number };

export interface SymbolRead {
  readonly symbol: string;
  readonly start: number;
  readonly end: number;
}

interface Compiled {
  readonly tables: Tables;
  /** By state: 1 when it has a default reduction and nothing else. */
  readonly consistent: Uint8Array;
  readonly symbols: readonly string[];
}

let compiled: Compiled | null = null;

/** Made when first needed: most sessions begin with a text that parses. */
function compile(): Compiled {
  if (compiled !== null) return compiled;
  const read = readGrammar(grammar);
  const tables = buildTables(read, precedence);
  compiled = { tables, consistent: consistentStates(tables), symbols: read.symbols };
  return compiled;
}

/** Gives what Nix's parser refuses first; null when it takes the text. Undefined variables are not looked for. */
export function firstRefusal(text: string): Refusal | null {
  return new Recognition(text, compile()).run();
}

/**
 * The tokens that may stand at the end of a text, as far as its grammar goes; null when an error comes before. Inside a string or path these are
 * pieces of it.
 */
export function acceptedAfter(text: string): ReadonlySet<string> | null {
  const recognition = new Recognition(text, compile());
  return recognition.run(true) === null ? recognition.accepted() : null;
}

/** The symbols read when the end of a text is met, the innermost last; null when an error comes before. */
export function symbolsOpenAfter(text: string): readonly SymbolRead[] | null {
  const recognition = new Recognition(text, compile());
  return recognition.run(true) === null ? recognition.symbolsRead() : null;
}

class Recognition {
  private readonly lexer: Lexer;
  private readonly states: number[] = [0];
  private readonly read: Read[] = [];
  private refusal: Refusal | null = null;

  constructor(
    private readonly text: string,
    private readonly compiled: Compiled,
  ) {
    this.lexer = new Lexer(text);
  }

  /** With `half` the end of the text ends the reading, whether it may stand there or not. */
  run(half = false): Refusal | null {
    const { lexer } = this;
    const { consistent, tables } = this.compiled;
    const { actions, width, defaults } = tables;
    let token = -1;
    for (;;) {
      const state = this.states.at(-1) ?? 0;
      // As bison, a state that can do but one thing does it before the next token is read.
      if (token < 0 && consistent[state] !== 1) {
        token = lexer.next();
        if (lexer.refusal !== null) return { kind: 'lexical', refused: lexer.refusal };
        if (half && token === 0) return null;
      }
      const action = token < 0 ? noAction : (actions[state * width + token] ?? noAction);
      if (action === accept) return null;
      if (action === forbidden) return this.unexpected(state, token, true);
      if (action > 0) {
        if (this.states.length >= maximumStack) return { kind: 'tooDeep', at: lexer.start };
        this.states.push(action - 1);
        this.read.push({ value: null, start: lexer.start, end: lexer.end });
        token = -1;
        continue;
      }
      const production = action < 0 ? -action - 1 : (defaults[state] ?? -1);
      if (production < 0) return this.unexpected(state, token, false);
      this.reduce(production);
      if (this.refusal !== null) return this.refusal;
    }
  }

  accepted(): ReadonlySet<string> {
    return new Set(terminals.filter((_, token) => this.accepts(token)));
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
    const { productions, width, actions } = this.compiled.tables;
    const production = productions[number];
    if (production === undefined) throw new Error('the tables name a rule that is not there');
    const length = production.right.length;
    const before = this.read.length - length;
    const previousEnd = this.read[before - 1]?.end ?? 0;
    const start = length === 0 ? previousEnd : (this.read[before]?.start ?? 0);
    const end = length === 0 ? previousEnd : (this.read.at(-1)?.end ?? 0);
    const value = this.valueOf(production, before);
    this.read.length = before;
    this.states.length -= length;
    this.read.push({ value, start, end });
    const target = actions[(this.states.at(-1) ?? 0) * width + production.left] ?? noAction;
    this.states.push(target - 1);
  }

  private valueOf({ action, right }: Production, before: number): Value {
    if (action === null) return right.length === 0 ? null : (this.read[before]?.value ?? null);
    const reduction = reductions.get(action);
    if (reduction === undefined) throw new Error(`the grammar names an unknown action: ${action}`);
    const reduced = reduction(this.read.slice(before), this.text);
    if (reduced === null || !('refusal' in reduced)) return reduced;
    this.refusal = { kind: 'meaning', refused: reduced.refusal };
    return null;
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

  symbolsRead(): SymbolRead[] {
    const { tables, symbols } = this.compiled;
    const named: SymbolRead[] = [];
    for (let index = 0; index < this.read.length; index++) {
      const state = this.states[index] ?? 0;
      const next = this.states[index + 1] ?? 0;
      const symbol = symbols.findIndex((_, id) => tables.actions[state * tables.width + id] === next + 1);
      const { start, end } = this.read[index] ?? { start: 0, end: 0 };
      named.push({ symbol: symbols[symbol] ?? '', start, end });
    }
    return named;
  }
}

function consistentStates({ actions, width, defaults }: Tables): Uint8Array {
  return Uint8Array.from(defaults, (production, state) => {
    if (production < 0) return 0;
    for (let token = 0; token < terminals.length; token++) {
      if (actions[state * width + token] !== noAction) return 0;
    }
    return 1;
  });
}
