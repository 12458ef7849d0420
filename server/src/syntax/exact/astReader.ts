/** Our syntax tree of a text, read by Nix's own grammar; what an earlier version's tree still holds is not read again. */
import type { Binding, Expression } from '../ast';
import type { OldItems } from '../reuse';
import { meaningRefusals } from '../refusals';
import type { Span } from '../syntaxTree';
import { Made, rulesFor, type AstRules } from './astRules';
import { Automaton } from './automaton';
import { compiled, ListPlace } from './compiled';
import type { MeaningRefusal } from './reductions';
import { resumePlace, type OpenBindings } from './resume';
import { wholeBindings } from './wholeBindings';
import type { Refusal } from './refusal';

export interface Reading {
  /** Null when the text does not parse. */
  readonly root: Expression | null;
  /** In order of the text. */
  readonly comments: readonly Span[];
  /** What the grammar does not take. */
  readonly refusal: Refusal | null;
  /** What Nix refuses although the grammar fits; the first few. */
  readonly meanings: readonly MeaningRefusal[];
  /** Whether something is refused that is not among them. */
  readonly isSuspect: boolean;
  /** Where the grammar does not take the text, the outermost bindings that are whole, in order of the text; null where it does. */
  readonly whole: readonly Binding[] | null;
}

type Item = Binding | Expression;

const maximumMeanings = 200;
const maximumErrors = 50;
/** Items in which something is refused that is no matter of grammar: they are read again, so that it is found again. */
const refusedItems = new WeakSet<Item>();

export function isRefusedItem(item: Item): boolean {
  return refusedItems.has(item);
}

export function readTree(text: string, old: OldItems | null): Reading {
  return new AstReader(text, old).read();
}

export class AstReader extends Automaton<unknown> {
  protected readonly nothing = null;
  private readonly making = rulesOnce();
  private readonly comments: Span[] = [];
  private readonly meanings: MeaningRefusal[] = [];
  private isSuspect = false;
  /** Where the last thing begins that is refused though the grammar fits; -1 while there is none. */
  private lastRefused = -1;

  constructor(
    text: string,
    private readonly old: OldItems | null,
  ) {
    super(text, compiled());
    this.lexer.onComment = (start, end) => this.comments.push({ start, end });
  }

  read(): Reading {
    const refusal = this.run();
    const { comments, meanings, isSuspect } = this;
    if (refusal === null) {
      return { root: this.values[0] as Expression, comments, refusal, meanings, isSuspect, whole: null };
    }
    // Nix finds what is refused in a list that is still open before it comes to this.
    const isLater = meanings.length > 0 || isSuspect || this.openBindings().some(refusesAmong);
    const whole = this.readRest(refusal);
    return { root: null, comments, refusal, meanings, isSuspect: isSuspect || isLater, whole };
  }

  /** Reads on after errors wherever that can be done, and gives what of the text is whole. */
  private readRest(first: Refusal): Binding[] {
    const broken: Span[] = [];
    let refusal: Refusal | null = first;
    while (refusal !== null && refusal.kind !== 'tooDeep' && broken.length < maximumErrors) {
      const place = resumePlace(this.text, this.lexer.start, this.openBindings());
      if (place === null) break;
      broken.push({ start: this.ends[place.index] ?? 0, end: place.offset });
      this.resume(place.index, place.offset);
      refusal = this.run();
    }
    const read =
      refusal === null ? this.values.slice(0, 1) : this.openBindings().map(({ bindings }) => bindings);
    return wholeBindings(read as (Expression | readonly Binding[])[], broken);
  }

  protected valueOf(production: number, at: number): unknown {
    const { rules, made } = this.making;
    const value = rules[production]?.(this, at);
    if (made[production] === Made.item) this.examineItem(value as readonly Item[]);
    else if (made[production] === Made.scope) this.examine(value as Expression);
    return value;
  }

  protected override takeItems(state: number): number {
    const run = this.old?.from(
      this.lexer.skipToToken(),
      this.compiled.listPlaces[state] === ListPlace.element,
    );
    if (run == null) return state;
    const { items, start, end } = run;
    if (this.compiled.listPlaces[state] === ListPlace.firstBinding) {
      this.push(this.after(this.compiled.bindings), [...items], start, end);
    } else {
      const list = this.values[this.values.length - 1] as Item[];
      for (const item of items) list.push(item);
      this.ends[this.ends.length - 1] = end;
    }
    for (const comment of run.comments) this.comments.push(comment);
    this.onItems?.(items, end);
    this.lexer.continueAt(end);
    return this.states[this.states.length - 1] ?? 0;
  }

  /** Told of items that are not read again. */
  protected onItems?(items: readonly Item[], end: number): void;

  /** The bindings of sets and `let`s that are not closed. */
  private openBindings(): readonly (OpenBindings & { readonly bindings: readonly Binding[] })[] {
    const { listPlaces } = this.compiled;
    return this.values.flatMap((value, index) =>
      listPlaces[this.states[index + 1] ?? 0] === ListPlace.binding
        ? [{ index, bindings: value as readonly Binding[] }]
        : [],
    );
  }

  private examine(node: Expression): void {
    const found = meaningRefusals(node);
    if (found.length === 0) return;
    this.lastRefused = Math.max(this.lastRefused, node.span.start);
    if (this.meanings.length < maximumMeanings) this.meanings.push(...found);
  }

  private examineItem(list: readonly Item[]): void {
    const item = list[list.length - 1];
    if (item === undefined) return;
    if (item.kind === 'inherit' && item.names.some(({ name }) => name === null)) {
      this.isSuspect = true;
      this.lastRefused = Math.max(this.lastRefused, item.span.start);
    }
    if (item.span.start <= this.lastRefused) refusedItems.add(item);
  }
}

function refusesAmong({ bindings }: { readonly bindings: readonly Binding[] }): boolean {
  return meaningRefusals({ kind: 'set', span: { start: 0, end: 0 }, form: 'plain', bindings }).length > 0;
}

let knownRules: AstRules | null = null;

function rulesOnce(): AstRules {
  const { productions, symbols } = compiled();
  knownRules ??= rulesFor(productions, symbols);
  return knownRules;
}
