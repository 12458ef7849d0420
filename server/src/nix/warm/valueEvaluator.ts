/**
 * Keeps one evaluator for questions about values (`expressions/values.nix`), apart from those that evaluate what is typed: an error ends
 * an evaluator, and half-typed texts have many. Answers are remembered as long as what was read for them is as it was.
 */
import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import { stripAnsi } from '../ansi';
import type { NixContext } from '../commandLine';
import { toFailure } from '../evaluationFailure';
import type { NixLogRecord, NixMessage } from '../internalJson';
import type { EvaluationOptions, TypingOptions } from '../nix';
import type { ValueAnswer, ValueQuestion } from '../valueQuestion';
import { ValueRecords } from '../valueRecords';
import { diagnoseDaemon } from '../nixProblems';
import { collected } from './keeper';
import type { SourceSizes } from './sourceSizes';
import type { ReadFiles } from './readFiles';
import type { Scratch } from './scratch';
import { WarmProcess } from './warmProcess';

/** An evaluator that is not asked is ended after this. */
const idleMs = 10 * 60_000;
/** How long what was read counts as unchanged after somebody has looked. */
const believedMs = 400;
const mostAnswers = 400;
/** Evaluators that ended with an error and whose answers are still believed. */
const mostFormer = 8;
/** The inputs of a flake are fetched by what Nix has only with flakes; files of all kinds share the evaluator. */
const withFlakes = { kind: 'flake' } as const;
/** A question that takes longer is in the way of others. */
const timeoutMs: Readonly<Record<ValueQuestion['wants'], number>> = {
  names: 6000,
  value: 8000,
  whole: 20_000,
  version: 4000,
  summary: 4000,
  // All modules of a system are read for the first one.
  options: 30_000,
  option: 30_000,
  strangers: 30_000,
};

export interface ValueEvaluatorParts {
  readonly context: NixContext;
  readonly options: EvaluationOptions;
  readonly typing: TypingOptions;
  readonly cwd: string;
  readonly sizes: SourceSizes;
}

interface Asking {
  readonly records: ValueRecords;
  readonly scratch: Scratch;
}

export class ValueEvaluator {
  private process: WarmProcess | null = null;
  private turn: Promise<unknown> = Promise.resolve();
  /** Of the question that is being answered. */
  private asking = new AbortController();
  private closed = false;
  private readonly asked = new Map<string, Promise<ValueAnswer | null>>();
  /** The texts of the question that is being answered, then those of others in their order. */
  private readonly inTurn: (readonly string[])[] = [];
  /** Texts whose values the present process was asked for. */
  private readonly had = new Set<string>();
  private readonly answers = new Map<string, ValueAnswer>();
  /** What was read for answers of evaluators that have ended. */
  private former: ReadFiles[] = [];
  private believedUntil = 0;
  private idle: NodeJS.Timeout | null = null;

  constructor(private readonly parts: ValueEvaluatorParts) {}

  /** Null when there is no evaluator to ask. */
  async ask(question: ValueQuestion): Promise<ValueAnswer | null> {
    const { key } = question;
    const known = this.answers.get(key);
    if (known !== undefined && (await this.isFresh())) return known;
    const running = this.asked.get(key);
    if (running !== undefined) return running;
    const answer = this.turn.then(async () => this.answer(await this.affordable(question)));
    this.asked.set(key, answer);
    this.inTurn.push(textsOf(question));
    this.turn = answer
      .catch(() => undefined)
      .finally(() => {
        this.asked.delete(key);
        this.inTurn.shift();
      });
    return answer;
  }

  /** Whether it has the values that are asked about or is on them, and nothing else comes before. */
  isOn(question: ValueQuestion): boolean {
    const texts = textsOf(question);
    const isKnown = texts.every((text) => this.had.has(text) || this.inTurn[0]?.includes(text) === true);
    return isKnown && this.inTurn.flat().every((text) => texts.includes(text));
  }

  /** Store paths of what is made of a source that is too large hang on all its files, which nobody reads for a hover. */
  private async affordable(question: ValueQuestion): Promise<ValueQuestion> {
    const { sizes, typing } = this.parts;
    if (question.wants !== 'value') return question;
    const text = textsOf(question).join('\n');
    const large = await sizes.of(question.key, text, dirname(question.file), typing.sourceLimitMb);
    return large === null ? question : { ...question, wants: 'summary' };
  }

  /** Ends the evaluator, and forgets its answers. */
  async drop(): Promise<void> {
    const { process } = this;
    this.process = null;
    this.former = [];
    this.had.clear();
    this.answers.clear();
    await process?.close();
  }

  /** What is on the disk is looked at again before the next answer. */
  doubt(): void {
    this.believedUntil = 0;
  }

  async close(): Promise<void> {
    this.closed = true;
    this.asking.abort();
    if (this.idle !== null) clearTimeout(this.idle);
    await this.turn;
    await this.drop();
  }

  private async answer(question: ValueQuestion): Promise<ValueAnswer | null> {
    if (this.idle !== null) clearTimeout(this.idle);
    if (!(await this.isFresh())) await this.drop();
    try {
      const answer = await this.askOnce(question);
      if (answer !== 'lost') return answer;
      await this.drop();
      const again = await this.askOnce(question);
      return again === 'lost' ? null : again;
    } finally {
      this.idle = setTimeout(() => void this.drop(), idleMs);
      this.idle.unref();
    }
  }

  /** `lost`: the evaluator is gone without an answer. */
  private async askOnce(question: ValueQuestion): Promise<ValueAnswer | null | 'lost'> {
    const process = await this.ready();
    if (process === null) return null;
    this.asking = new AbortController();
    if (this.closed) return null;
    try {
      return await this.askProcess(process, question);
    } catch {
      // It ended meanwhile and its folder is gone, or the disk is full.
      return 'lost';
    }
  }

  private async askProcess(
    process: WarmProcess,
    question: ValueQuestion,
  ): Promise<ValueAnswer | null | 'lost'> {
    const tag = `phasewise-${randomUUID()} `;
    const { scratch } = process;
    const records = new ValueRecords((file) => scratch.owns(file));
    const places = question.places.map((place) => {
      const { text } = scratch.placeSharing((nameOf) => place.sharing(nameOf));
      return { path: place.path, file: scratch.placeShared(text.text) };
    });
    for (const text of textsOf(question)) this.had.add(text);
    const end = await process.ask({
      request: JSON.stringify({ tag, wants: question.wants, places }),
      onRecord: (record) => this.take(record, tag, { records, scratch }),
      deadline: AbortSignal.timeout(timeoutMs[question.wants]),
      signal: this.asking.signal,
    });
    if (end.kind === 'cancelled') return null;
    // Killed by somebody else, what it remembers was collected, or the daemon was started again.
    if (end.kind === 'exit' && end.signal !== null && end.signal !== 'SIGSEGV') return 'lost';
    const error = records.answer().error ?? '';
    if (collected.test(error) || diagnoseDaemon(error) !== null) return 'lost';
    if (end.kind === 'timeout')
      records.failed(`The evaluation took longer than ${timeoutMs[question.wants] / 1000} s.`);
    if (end.kind === 'memory') records.failed('The evaluation needed too much memory.');
    const text = textsOf(question).join('\n');
    const looked = process.files.look({ text, folder: dirname(question.file) }, process.askedAt);
    looked.then(
      ([large]) => large !== undefined && this.parts.sizes.mark(question.key, large),
      () => undefined,
    );
    if (end.kind !== 'answered') this.gone(process);
    return this.remember(question.key, records.answer());
  }

  private take(record: NixLogRecord, tag: string, { records, scratch }: Asking): void {
    if (record.type !== 'message' || record.level !== 0) return;
    const text = stripAnsi(record.text);
    if (text.startsWith(`trace: ${tag}`)) {
      records.take(record.text.slice(record.text.indexOf(tag) + tag.length));
    } else if (record.error !== null || text.startsWith('error:')) {
      records.failed(this.wordsOf(record, scratch));
    }
  }

  /** Nix's words, and the innermost place in a file of the user's. */
  private wordsOf(error: NixMessage, scratch: Scratch): string {
    const { expressionsFolder } = this.parts.context;
    const isOurs = (file: string | null): boolean =>
      file === null || file.startsWith(`${expressionsFolder}/`) || scratch.owns(file);
    const failed = toFailure(
      error,
      null,
      (position) => (isOurs(position.file) ? null : position),
      (text) => scratch.withWordsForShared(text, 'this expression'),
    );
    const place = failed.position ?? failed.trace.find(({ position }) => position !== null)?.position;
    return place == null ? failed.message : `${failed.message}\nat ${place.file ?? ''}:${place.line}`;
  }

  /** What it has told before its end still holds. */
  private gone(process: WarmProcess): void {
    if (this.process === process) this.process = null;
    this.had.clear();
    this.former.push(process.files);
    if (this.former.length > mostFormer) {
      this.former = [];
      this.answers.clear();
    }
    // The next one starts while nobody waits.
    void this.ready();
  }

  private remember(key: string, answer: ValueAnswer): ValueAnswer {
    this.answers.set(key, answer);
    const [oldest] = this.answers.keys();
    if (this.answers.size > mostAnswers && oldest !== undefined) this.answers.delete(oldest);
    return answer;
  }

  private async isFresh(): Promise<boolean> {
    if (Date.now() < this.believedUntil) return true;
    const own = this.process === null ? [] : [this.process.files];
    for (const files of [...own, ...this.former]) if (!(await files.isFresh())) return false;
    this.believedUntil = Date.now() + believedMs;
    return true;
  }

  private async ready(): Promise<WarmProcess | null> {
    const kept = this.process;
    if (kept !== null && (await kept.rested()) && !kept.isFull) return kept;
    if (kept !== null) await this.drop();
    if (this.closed) return null;
    const started = await WarmProcess.start({ ...this.parts, source: withFlakes, answers: 'values.nix' });
    // Somebody else may have been as quick.
    if (this.process !== null) {
      await started?.close();
      return this.process;
    }
    this.process = started;
    return started;
  }
}

function textsOf({ places }: ValueQuestion): readonly string[] {
  return places.map(({ text }) => text);
}
