/**
 * Who answers a question about a file: an evaluator that is kept while the user types, else a cold evaluation. The cold one is the
 * judge: where both answered for one text and differ, that is a bug of ours and is told.
 */
import type { NixContext } from './commandLine';
import { evaluate } from './evaluation';
import type { EvaluatedFile, EvaluationFailure, EvaluationOptions, EvaluationSource } from './nix';
import type { Result } from '../result';
import type { ValueAnswer, ValueQuestion } from './valueQuestion';
import { RememberedWarnings } from './rememberedWarnings';
import { isFlakeInPlace, UntrackedReads } from './untrackedReads';
import type { ReadPath } from './filesRead';
import { WarmEvaluators } from './warm/warmEvaluators';

type Answer = Result<EvaluatedFile, EvaluationFailure>;

/** Files whose last warm answer is remembered, and as many whose last cold question is. */
const mostRemembered = 20;

export class Evaluator {
  private readonly warm: WarmEvaluators;
  private readonly warmAnswers = new Map<string, { readonly text: string; readonly told: string }>();

  private readonly warnings = new RememberedWarnings();

  private readonly untracked: UntrackedReads;

  /** What was last asked of a file as it is opened or saved. */
  private readonly openedAs = new Map<string, EvaluationSource>();

  constructor(
    private readonly context: NixContext,
    private readonly report: (text: string) => void,
  ) {
    this.warm = new WarmEvaluators(context, report);
    this.untracked = new UntrackedReads(context);
  }

  async evaluate(source: EvaluationSource, options: EvaluationOptions, signal: AbortSignal): Promise<Answer> {
    if (options.background !== undefined) return evaluate(this.context, source, options, signal);
    const warm = signal.aborted ? null : await this.warm.evaluate(source, options, signal);
    if (warm !== null) {
      this.remember(source, options, warm);
      return this.untracked.byKept(source, this.warnings.byKept(source, warm));
    }
    const saved = options.typing === undefined;
    const reads: ReadPath[] = [];
    const onRead = saved && isFlakeInPlace(source) ? (read: ReadPath) => void reads.push(read) : null;
    const cold = await evaluate(this.context, source, options, signal, onRead);
    this.warnings.byCold(source, cold);
    if (saved) {
      this.opened(source);
      this.warm.saved();
      void this.judge(source, options, cold, signal).catch(() => {
        // Only what is told would be missing.
      });
    }
    return saved ? this.untracked.byCold(source, cold, reads, signal) : this.untracked.byKept(source, cold);
  }

  /** See `Nix.prepare`. */
  prepare(file: string, options: EvaluationOptions): void {
    const source = this.openedAs.get(file);
    if (source !== undefined) this.warm.prepare(source, options);
  }

  /** What a value is, by an evaluator that is kept; null where none is. */
  value(question: ValueQuestion, options: EvaluationOptions): Promise<ValueAnswer | null> {
    return this.warm.value(question, options);
  }

  /** Ends evaluators that are kept: what they hold is about to be deleted. */
  rest(): Promise<void> {
    return this.warm.rest();
  }

  close(): Promise<void> {
    return this.warm.close();
  }

  private opened(source: EvaluationSource): void {
    const { file, entry } = source;
    this.openedAs.delete(file);
    // Typed, it is called with the arguments of its attribute.
    const asTyped = entry === undefined ? source : { ...source, entry: { ...entry, saved: false } };
    this.openedAs.set(file, asTyped);
    const [oldest] = this.openedAs.keys();
    if (this.openedAs.size > mostRemembered && oldest !== undefined) this.openedAs.delete(oldest);
  }

  private remember(source: EvaluationSource, options: EvaluationOptions, answer: Answer): void {
    const told = tellable(answer);
    const key = keyOf(source, options);
    this.warmAnswers.delete(key);
    if (told === null || source.typed === undefined) return;
    this.warmAnswers.set(key, { text: source.typed.text, told });
    const [oldest] = this.warmAnswers.keys();
    if (this.warmAnswers.size > mostRemembered && oldest !== undefined) this.warmAnswers.delete(oldest);
  }

  private async judge(
    source: EvaluationSource,
    options: EvaluationOptions,
    cold: Answer,
    signal: AbortSignal,
  ): Promise<void> {
    const warm = this.warmAnswers.get(keyOf(source, options));
    const told = tellable(cold);
    if (warm === undefined || told === null || warm.text !== source.typed?.text || warm.told === told) return;
    // What changed on the disk in between makes another answer, and is seen before the next one.
    if (!(await this.warm.areFresh())) return;
    this.warmAnswers.delete(keyOf(source, options));
    await this.warm.rest();
    // What depends on the time of the day is another each time.
    const again = await evaluate(this.context, source, options, signal);
    if (tellable(again) !== told) return;
    this.report(
      `Two evaluations of ${source.file} differ, which is an error of Phasewise; the cold one is shown.\n` +
        `kept evaluator: ${warm.told}\ncold evaluation: ${told}`,
    );
  }
}

function keyOf({ file, attr, entry }: EvaluationSource, { args, callPackage }: EvaluationOptions): string {
  return JSON.stringify([file, attr, entry?.file, entry?.attrs, args, callPackage]);
}

/** What of an answer has to be the same however it was found; null when it says nothing of the text. */
function tellable(answer: Answer): string | null {
  if (!answer.ok) return answer.error.kind === 'nix' ? answer.error.message : null;
  const { kind, derivations, failures } = answer.value;
  if (failures.some((one) => one.kind !== 'nix')) return null;
  const drvs = derivations.map(({ attr, drvPath }) => `${attr} ${drvPath}`);
  return [kind, ...drvs, ...failures.map(({ attr, message }) => `${attr ?? ''} ${message}`)].join('\n');
}
