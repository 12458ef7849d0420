/** Nix's grammar ready for use: rules, tables and what follows from them. */
import { grammar } from './grammar';
import { packedTables } from './packedTables';
import { readGrammar, type Production, type Tables } from './tables';
import { terminals } from './tokens';
import { unpacked } from './packing';

/** What of a list may come next in a state. */
export const enum ListPlace {
  none,
  /** The first of some bindings. */
  firstBinding,
  /** A further binding. */
  binding,
  /** An element of a list. */
  element,
}

export interface Compiled {
  readonly tables: Tables;
  readonly productions: readonly Production[];
  /** By state: 1 when it has a default reduction and nothing else. */
  readonly consistent: Uint8Array;
  readonly symbols: readonly string[];
  /** By state: a `ListPlace`. */
  readonly listPlaces: Uint8Array;
  /** The symbol of one or more bindings. */
  readonly bindings: number;
}

let known: Compiled | null = null;

/** Made when first needed. */
export function compiled(): Compiled {
  known ??= compile();
  return known;
}

function compile(): Compiled {
  const { productions, symbols } = readGrammar(grammar);
  const tables = { productions, width: symbols.length, ...unpacked(packedTables, symbols.length) };
  const bindings = symbols.indexOf('binds1');
  return {
    tables,
    productions,
    consistent: consistentStates(tables),
    symbols,
    listPlaces: listPlaces(tables, bindings, symbols.indexOf('expr_list')),
    bindings,
  };
}

function consistentStates({ actions, width, defaults }: Tables): Uint8Array {
  return Uint8Array.from(defaults, (production, state) => {
    if (production < 0) return 0;
    for (let token = 0; token < terminals.length; token++) if (actions[state * width + token] !== 0) return 0;
    return 1;
  });
}

function listPlaces({ actions, width, defaults }: Tables, bindings: number, elements: number): Uint8Array {
  const places = new Uint8Array(defaults.length);
  for (let state = 0; state < defaults.length; state++) {
    const begun = actions[state * width + bindings] ?? 0;
    if (begun > 0) {
      places[state] = ListPlace.firstBinding;
      places[begun - 1] = ListPlace.binding;
    }
    const listed = actions[state * width + elements] ?? 0;
    if (listed > 0) places[listed - 1] = ListPlace.element;
  }
  return places;
}
