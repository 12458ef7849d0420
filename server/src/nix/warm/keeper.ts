/** Keeps one evaluator for questions of one kind: starts it, starts it afresh when what it read has changed, and asks it. */
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { printAttrPath } from '../attrPath';
import type { NixContext } from '../commandLine';
import { bareFailure } from '../evaluationFailure';
import { Deadline } from '../deadline';
import { diagnoseStore } from '../nixProblems';
import type { Question, TryRequest } from '../evaluationTries';
import { askInTries, cancelled, timedOut } from '../evaluationTries';
import type { EvaluatedFile, EvaluationFailure, EvaluationOptions, TypingOptions } from '../nix';
import type { Result } from '../../result';
import { failure } from '../../result';
import type { SourceSizes } from './sourceSizes';
import { WarmProcess } from './warmProcess';
import { WarmText, type TypedSource } from './warmText';

/** An evaluator that is not asked is ended after this. */
const idleMs = 10 * 60_000;
const rehearsalMs = 20_000;
/** What nobody has asked for takes no longer: who asks meanwhile waits for it. */
const preparationMs = 5000;
/** What Nix says of a path that it remembers and that was deleted. */
export const collected = /^path ['"“].*['"”] (?:is not valid|does not exist)/m;

/** What the last answered request was, to bring a new evaluator to where the old one was. */
interface Rehearsal {
  readonly source: TypedSource;
  readonly request: TryRequest;
}

export interface KeeperParts {
  readonly context: NixContext;
  readonly options: EvaluationOptions;
  readonly typing: TypingOptions;
  readonly cwd: string;
  readonly sizes: SourceSizes;
  /** One of those that it is asked: others are as much of flakes as it is. */
  readonly source: TypedSource;
  readonly report: (text: string) => void;
}

export class Keeper {
  private process: WarmProcess | null = null;
  private preparing: Promise<WarmProcess | null> | null = null;
  private rehearsing: Promise<void> = Promise.resolve();
  private preparation: Promise<unknown> = Promise.resolve();
  private asked = false;
  private closed = false;
  private rehearsal: Rehearsal | null = null;
  private idle: NodeJS.Timeout | null = null;

  constructor(private readonly parts: KeeperParts) {}

  get isAsked(): boolean {
    return this.asked;
  }

  /** Null when the question is better asked of a cold evaluation. */
  async evaluate(
    source: TypedSource,
    options: EvaluationOptions,
    signal: AbortSignal,
  ): Promise<Result<EvaluatedFile, EvaluationFailure> | null> {
    if (this.asked || this.closed) return null;
    this.asked = true;
    const { sizes, typing } = this.parts;
    const deadline = new Deadline(options.timeoutMs);
    try {
      const large = await sizes.of(
        source.file,
        source.typed.text,
        dirname(source.file),
        typing.sourceLimitMb,
      );
      if (large !== null) return failure(this.onlySaved(large));
      if ((await until(signal, this.preparation)) === 'aborted') return failure(cancelled(null));
      const { context, cwd } = this.parts;
      const prepared = new WarmText(source, context.expressionsFolder, options.args.length === 0, cwd);
      const question: Question = { context, source, options, prepared, deadline, signal };
      const ask = () => askInTries(question, (request) => this.tryOnce(question, source, prepared, request));
      const kept = await until(signal, this.ready());
      if (kept === 'aborted') return failure(cancelled(null));
      // Looked at while it evaluates: what counts is that nothing had changed when it was asked.
      const fresh = kept === null ? undefined : turn().then(() => kept.files.isFresh());
      let answer = await ask();
      if (fresh !== undefined && !signal.aborted && !(await fresh)) {
        await this.drop();
        answer = await ask();
      }
      if (answer?.ok === true && !this.isThere(answer.value)) {
        await this.drop();
        return null;
      }
      return answer;
    } finally {
      deadline.dispose();
      this.asked = false;
      this.idleFromNow();
    }
  }

  /** Starts an evaluator when there is none, which evaluates this; whoever asks next finds it there. */
  prepare(source: TypedSource, options: EvaluationOptions): void {
    if (this.asked || this.closed || this.process !== null || this.preparing !== null) return;
    this.preparation = this.evaluateOnce(source, options).catch(() => {
      // Its folder is gone: the next question starts another.
    });
    this.idleFromNow();
  }

  /** Whether its evaluator would answer for what is on the disk now. */
  async isFresh(): Promise<boolean> {
    const { process } = this;
    return process !== null && (await process.rested()) && (await process.files.isFresh());
  }

  /** Ends the evaluator; the next question starts another. */
  async drop(): Promise<void> {
    const { process } = this;
    this.process = null;
    await process?.close();
  }

  async close(): Promise<void> {
    this.closed = true;
    if (this.idle !== null) clearTimeout(this.idle);
    await this.preparing;
    await this.drop();
    await Promise.all([this.preparation, this.rehearsing]);
    await this.drop();
  }

  private idleFromNow(): void {
    if (this.idle !== null) clearTimeout(this.idle);
    this.idle = setTimeout(() => !this.asked && void this.drop(), idleMs);
    this.idle.unref();
  }

  /** One try, of which nobody hears. */
  private async evaluateOnce(source: TypedSource, options: EvaluationOptions): Promise<void> {
    const { context, cwd } = this.parts;
    const prepared = new WarmText(source, context.expressionsFolder, options.args.length === 0, cwd);
    const { sizes, typing } = this.parts;
    const folder = dirname(source.file);
    if ((await sizes.of(source.file, source.typed.text, folder, typing.sourceLimitMb)) !== null) return;
    const { signal } = new AbortController();
    const deadline = new Deadline(preparationMs);
    const question: Question = { context, source, options, prepared, deadline, signal };
    await askInTries(question, async (request) => {
      await this.tryOnce(question, source, prepared, request);
      return 'lost';
    }).finally(() => deadline.dispose());
  }

  private async tryOnce(
    question: Question,
    source: TypedSource,
    prepared: WarmText,
    request: TryRequest,
  ): Promise<EvaluationFailure | 'lost' | null> {
    const { signal } = question;
    const process = await until(signal, this.ready());
    if (process === 'aborted') return cancelled(null);
    if (process === null) return 'lost';
    const { answer } = request;
    try {
      prepared.place(process.scratch, process.nextNumber);
    } catch {
      // It ended meanwhile and its folder is gone, or the disk is full.
      return 'lost';
    }
    const end = await process.ask({
      request: request.textFor(prepared.file),
      onRecord: (record) => answer.take(record),
      deadline: question.deadline.signal,
      signal,
    });
    const path = answer.currentPath();
    const attr = path === null ? answer.wholeAttr() : printAttrPath(path);
    switch (end.kind) {
      case 'answered':
        this.rehearsal = { source, request };
        this.look(process, source);
        return null;
      case 'cancelled':
        return signal.aborted ? cancelled(attr) : 'lost';
      case 'timeout':
        return timedOut(question, attr);
      case 'memory':
        return 'lost';
      case 'exit':
        return this.exited(process, request, attr, end);
    }
  }

  /** The evaluator ended by itself: Nix's error, or it was killed by somebody else. */
  private exited(
    process: WarmProcess,
    { answer }: TryRequest,
    attr: string | null,
    end: { readonly exitCode: number | null; readonly signal: string | null },
  ): EvaluationFailure | 'lost' {
    if (this.process === process) this.process = null;
    if (end.signal !== null && end.signal !== 'SIGSEGV') return 'lost';
    const found = answer.exitFailure(end, attr);
    // What it remembers may have been collected; its memory is not that of a cold one.
    // Or the daemon was started again.
    const { message } = found;
    if (found.kind === 'memory' || collected.test(message) || diagnoseStore(message) !== null) return 'lost';
    this.rehearsing = this.rehearse().catch(() => {
      // Its folder is gone: the next question starts another.
    });
    return found;
  }

  /** An evaluator at rest that answers for what is on the disk now. */
  private async ready(): Promise<WarmProcess | null> {
    await this.rehearsing;
    return this.prepared();
  }

  private prepared(): Promise<WarmProcess | null> {
    this.preparing ??= this.keptOrStarted().finally(() => (this.preparing = null));
    return this.preparing;
  }

  private async keptOrStarted(): Promise<WarmProcess | null> {
    const kept = this.process;
    if (kept !== null && (await kept.rested()) && !kept.isFull) return kept;
    await this.drop();
    const started = this.closed ? null : await WarmProcess.start(this.parts);
    this.process = started;
    return started;
  }

  /** Lets a new evaluator evaluate what the old one had, while nobody waits. */
  private async rehearse(): Promise<void> {
    const { rehearsal } = this;
    const { context, cwd, options } = this.parts;
    if (rehearsal === null) return;
    const process = await this.prepared();
    if (process === null) return;
    const { source, request } = rehearsal;
    const prepared = new WarmText(source, context.expressionsFolder, options.args.length === 0, cwd);
    prepared.place(process.scratch, process.nextNumber);
    const end = await process.ask({
      request: request.textFor(prepared.file),
      onRecord: () => undefined,
      deadline: AbortSignal.timeout(rehearsalMs),
      signal: new AbortController().signal,
    });
    if (end.kind === 'answered') this.look(process, source);
    else this.rehearsal = null;
  }

  private look(process: WarmProcess, source: TypedSource): void {
    const edited = { text: source.typed.text, folder: dirname(source.file) };
    void process.files.look(edited, process.askedAt).then((large) => {
      const [first] = large;
      if (first === undefined) return;
      this.parts.sizes.mark(source.file, first);
      this.parts.report(`${source.file}: ${this.onlySaved(first).message}`);
    });
  }

  private onlySaved(source: string): EvaluationFailure {
    const { sourceLimitMb } = this.parts.typing;
    const message =
      `Evaluated when the file is saved: its source ${source} is too large to be followed while typing ` +
      `(more than ${sourceLimitMb} MB or 20 000 files).`;
    return bareFailure('whenSaved', message, null);
  }

  /** Derivations that it remembers may have been collected meanwhile. */
  private isThere({ derivations }: EvaluatedFile): boolean {
    const { installation } = this.parts.context;
    if (installation.storeProblem !== null) return true;
    return derivations.every(
      ({ drvPath }) => drvPath === '' || existsSync(join(installation.physicalStoreDir, basename(drvPath))),
    );
  }
}

function until<T>(signal: AbortSignal, wanted: Promise<T>): Promise<T | 'aborted'> {
  return new Promise((resolve, reject) => {
    const onAbort = () => resolve('aborted');
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    wanted.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
