/** Whether Nix's parser takes a text, and if not, what it refuses first and where. */
import { Automaton } from './automaton';
import { compiled } from './compiled';
import { reductions, type Read, type Value } from './reductions';
import type { Refusal } from './refusal';

export type { Refusal, SymbolRead } from './refusal';

/** Gives what Nix's parser refuses first; null when it takes the text. Undefined variables are not looked for. */
export function firstRefusal(text: string): Refusal | null {
  return new Recognition(text, compiled()).run();
}

/** Keeps of what it reads only what tells which attributes and formals Nix's parser refuses. */
class Recognition extends Automaton<Value> {
  protected readonly nothing = null;

  protected valueOf(production: number, at: number): Value {
    const rule = this.compiled.productions[production];
    if (rule === undefined) return null;
    const { action, right } = rule;
    if (action === null) return right.length === 0 ? null : (this.values[at] ?? null);
    const reduction = reductions.get(action);
    if (reduction === undefined) throw new Error(`the grammar names an unknown action: ${action}`);
    const reduced = reduction(this.partsFrom(at), this.text);
    if (reduced === null || !('refusal' in reduced)) return reduced;
    this.refusal = { kind: 'meaning', refused: reduced.refusal };
    return null;
  }

  private partsFrom(at: number): Read[] {
    const parts: Read[] = [];
    for (let index = at; index < this.values.length; index++) {
      parts.push({
        value: this.values[index] ?? null,
        start: this.starts[index] ?? 0,
        end: this.ends[index] ?? 0,
      });
    }
    return parts;
  }
}
