/**
 * The evaluators that answer about values: one for what somebody waits for, and one for what nobody does. The second one answers who waits
 * only where it has the value in question already, or is on it.
 */
import type { ValueAnswer, ValueQuestion } from '../valueQuestion';
import { ValueEvaluator, type ValueEvaluatorParts } from './valueEvaluator';

/** For which folder and options one is. */
interface Kept {
  readonly key: string;
  readonly evaluator: ValueEvaluator;
}

export class ValueEvaluators {
  private waited: Kept | null = null;
  private unhurried: Kept | null = null;
  /** Those before them have ended. */
  private retired: Promise<unknown> = Promise.resolve();

  /** `key` is the same for the same folder and options. */
  ask(question: ValueQuestion, key: string, parts: ValueEvaluatorParts): Promise<ValueAnswer | null> {
    // In one go: who asks at the same time is to ask the same one.
    if (question.wants === 'strangers') {
      this.unhurried = this.keptOr(this.unhurried, key, parts);
      return this.unhurried.evaluator.ask(question);
    }
    const { unhurried } = this;
    if (unhurried?.key === key && unhurried.evaluator.isOn(question))
      return unhurried.evaluator.ask(question);
    this.waited = this.keptOr(this.waited, key, parts);
    return this.waited.evaluator.ask(question);
  }

  /** What is on the disk is looked at again before the next answers. */
  doubt(): void {
    for (const { evaluator } of this.all()) evaluator.doubt();
  }

  /** Ends them; the next questions start new ones. */
  async drop(): Promise<void> {
    await Promise.all(this.all().map(({ evaluator }) => evaluator.drop()));
  }

  /** Ends them for good. */
  async close(): Promise<void> {
    await Promise.all([this.retired, ...this.all().map(({ evaluator }) => evaluator.close())]);
  }

  private keptOr(kept: Kept | null, key: string, parts: ValueEvaluatorParts): Kept {
    if (kept?.key === key) return kept;
    this.retired = Promise.all([this.retired, kept?.evaluator.close()]);
    return { key, evaluator: new ValueEvaluator(parts) };
  }

  private all(): readonly Kept[] {
    return [this.waited, this.unhurried].filter((kept) => kept !== null);
  }
}
