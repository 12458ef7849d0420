/** When documents are evaluated: those that are shown, after a pause on edits, at once on opening and saving, two at a time, the newest version only. */
import { join } from 'node:path';
import type { Documents, OpenDocument } from '../documents';
import type { Engine, Evaluated, Target } from '../engine/engine';
import { fileOfTarget } from '../engine/targets';
import type { Logger } from '../environment';
import type { EvaluationWork } from '../nix/evaluationWork';
import type { EvaluationOptions } from '../nix/nix';
import type { EntryPoints } from './entryPoints';
import type { EvaluationBuilds, FollowedEvaluation } from './evaluationBuilds';
import { keyedFile } from './keyedTarget';
import { Limiter } from './limiter';
import { Listeners } from './listeners';
import type { ShownDocuments } from './shownDocuments';
import { settingsOfEvaluation, type WorkspaceState } from './workspaceState';

const evaluationsAtOnce = 2;
/** A shorter pause than this is over before a Nix has started. */
const worthPreparingMs = 20;

export interface EvaluationOutcome {
  readonly document: OpenDocument;
  readonly evaluated: Evaluated;
}

export interface FlakeOutcome {
  /** Absolute path of its `flake.nix`. */
  readonly file: string;
  readonly attr: string;
  readonly evaluated: Evaluated;
}

interface Pending {
  readonly controller: AbortController;
  /** Null until it has begun. */
  followed: FollowedEvaluation | null;
}

const stoppedMessage = 'The evaluation was stopped. Save the file to have it evaluated again.';
const failedMessage = 'Evaluation failed inside Phasewise itself; its log has the details.';

export class Evaluations {
  /** Told for the version that is open, never for an older one. */
  readonly finished = new Listeners<EvaluationOutcome>();
  /** Told of each flake that was evaluated, by its folder and attribute. */
  readonly flakes = new Listeners<FlakeOutcome>();
  /** Told in a sentence what is built or fetched because the evaluation of an open version needs it. */
  readonly building = new Listeners<{ readonly document: OpenDocument; readonly words: string }>();
  private readonly limiter = new Limiter(evaluationsAtOnce);
  private readonly pending = new Map<string, Pending>();

  constructor(
    private readonly documents: Documents,
    private readonly engine: Engine,
    private readonly state: WorkspaceState,
    private readonly log: Logger,
    private readonly builds: EvaluationBuilds,
    private readonly shown: ShownDocuments,
    private readonly entries: Pick<EntryPoints, 'of' | 'use'> = {
      of: () => Promise.resolve(null),
      use: () => Promise.resolve(null),
    },
  ) {
    documents.opened.add((document) => this.schedule(document, 0, document.large));
    documents.changed.add(({ document }) => this.typed(document));
    documents.saved.add((document) => this.schedule(document, 0));
    documents.closed.add(({ uri }) => {
      this.cancel(uri);
      builds.stop((of) => of === uri);
    });
    state.changed.add((touched) => {
      builds.stop((uri) => touched(keyedFile(uri), settingsOfEvaluation));
      for (const document of documents.all())
        if (touched(document.file, settingsOfEvaluation)) this.schedule(document, 0, document.large);
    });
  }

  /** Whether an evaluation of this document is under way or about to be. */
  isPending(uri: string): boolean {
    return this.pending.has(uri);
  }

  /** Whether an evaluation is under way, which may not see what changes now. */
  hasBegun(uri: string): boolean {
    return this.pending.get(uri)?.followed != null;
  }

  /** Why this document is not evaluated by itself; null when it is. */
  reasonAgainst(document: OpenDocument): string | null {
    if (!document.onDisk) return 'Save this document to a file to have it evaluated.';
    if (!this.state.settingsOf(document.file).evaluation.enable) {
      return 'Evaluation is turned off in the settings: this is what the text alone tells.';
    }
    return null;
  }

  /**
   * Evaluates now, because the user asked for something that needs it. The outcome is told to listeners when the
   * version is still open. Null when the signal was aborted.
   */
  async evaluate(document: OpenDocument, signal: AbortSignal): Promise<Evaluated | null> {
    if (this.documents.isCurrent(document)) this.cancel(document.uri);
    const evaluated = await this.ask(document, signal, this.state.evaluationOptions(document.file));
    if (!this.documents.isCurrent(document)) return evaluated;
    if (evaluated !== null) this.tell(document, evaluated);
    else if (!this.isPending(document.uri)) this.schedule(document, 0, document.large);
    return evaluated;
  }

  /** Evaluates with arguments of its own, which is not what is drawn: nobody is told. Null when the signal was aborted. */
  evaluateWith(
    document: OpenDocument,
    args: EvaluationOptions['args'],
    signal: AbortSignal,
  ): Promise<Evaluated | null> {
    const usual = this.state.evaluationOptions(document.file);
    return this.ask(document, signal, { ...usual, args: [...usual.args, ...args] });
  }

  /** What Nix is asked about a document: its text, and where that is called from. */
  async targetOf(document: OpenDocument, signal: AbortSignal): Promise<Target & { readonly kind: 'nix' }> {
    const entry = await this.entries.of(document, signal);
    const takenFor = (await this.entries.use(document, signal))?.as;
    return {
      ...document.targetForNix(),
      ...(entry === null ? {} : { entry }),
      ...(takenFor === undefined ? {} : { takenFor }),
    };
  }

  /** Evaluates what is no document: a flake, a store derivation. Null when the signal was aborted; rejects as the engine does. */
  async evaluateTarget(target: Target, signal: AbortSignal): Promise<Evaluated | null> {
    if (target.kind !== 'flake') return this.evaluateFollowed(target, null, signal);
    const file = join(target.folder, 'flake.nix');
    const evaluated = await this.evaluateFollowed(target, this.documents.uriOf(file), signal);
    if (evaluated !== null) this.flakes.fire({ file, attr: target.attr, evaluated });
    return evaluated;
  }

  /** What it needs built is told of this document. */
  private async evaluateFollowed(
    target: Target,
    uri: string | null,
    signal: AbortSignal,
  ): Promise<Evaluated | null> {
    const stopped = new AbortController();
    const followed = uri === null ? null : this.builds.follow(uri, () => stopped.abort());
    const either = AbortSignal.any([signal, stopped.signal]);
    const onWork = (work: EvaluationWork): void => followed?.take(work);
    const options = { ...this.state.evaluationOptions(fileOfTarget(target)), onWork };
    const start = (): Promise<Evaluated> => this.engine.evaluate(target, options, either);
    try {
      const evaluated = await this.inTurn(start, followed?.begun ?? null, either);
      return signal.aborted ? null : evaluated;
    } finally {
      followed?.end();
    }
  }

  /** Evaluates after the pause of an edit, because what the document is made of changed. */
  again(document: OpenDocument): void {
    this.schedule(document, this.state.settingsOf(document.file).evaluation.debounceMs);
  }

  dispose(): void {
    for (const uri of [...this.pending.keys()]) this.cancel(uri);
    this.builds.stop(() => true);
  }

  private typed(document: OpenDocument): void {
    const { debounceMs } = this.state.settingsOf(document.file).evaluation;
    this.schedule(document, debounceMs, document.large, true);
    const pending = this.pending.get(document.uri);
    if (debounceMs < worthPreparingMs || pending === undefined) return;
    this.shown.whenShown(document.uri, pending.controller.signal, () => void this.prepare(document.file));
  }

  /** The pause is time enough to start an evaluator. */
  private async prepare(file: string): Promise<void> {
    try {
      const nix = await this.engine.nix(file, new AbortController().signal);
      if (nix.ok) nix.value.prepare(file, this.state.withArguments(this.state.typingOptions(file), file));
    } catch (error) {
      this.log.error(`No evaluator could be prepared for ${file}`, error);
    }
  }

  private schedule(document: OpenDocument, delayMs: number, waitsForSave = false, typing = false): void {
    this.cancel(document.uri);
    if (!this.state.evaluates(document.file) || waitsForSave || this.reasonAgainst(document) !== null) return;
    const controller = new AbortController();
    const pending: Pending = { controller, followed: null };
    this.pending.set(document.uri, pending);
    const perform = (): void => void this.perform(document, pending, typing);
    this.shown.afterPause(document.uri, delayMs, controller.signal, perform);
  }

  private async perform(document: OpenDocument, pending: Pending, typing: boolean): Promise<void> {
    const { signal } = pending.controller;
    const { state } = this;
    const { uri, file } = document;
    const options = typing ? state.typingOptions(file) : state.evaluationOptions(file);
    const follow = (followed: FollowedEvaluation) => (pending.followed = followed);
    // What is typed may do without what is built for the text before, and builds nothing itself.
    const goesAhead = this.builds.of(uri) !== null && options.typing?.importFromDerivation === false;
    let evaluated = goesAhead ? await this.ask(document, signal, options, follow) : null;
    if (evaluated === null || !isTelling(evaluated)) {
      await this.afterBuilds(document, signal);
      evaluated = await this.ask(document, signal, options, follow);
    }
    if (signal.aborted) return;
    if (this.pending.get(document.uri) === pending) this.pending.delete(document.uri);
    if (evaluated !== null && this.documents.isCurrent(document)) this.tell(document, evaluated);
  }

  /** What is built for an earlier version of the text is waited for: this one most often needs it, too. */
  private async afterBuilds(document: OpenDocument, signal: AbortSignal): Promise<void> {
    const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    for (let before = this.builds.of(document.uri); before !== null; before = this.builds.of(document.uri)) {
      if (signal.aborted) return;
      this.tellBuilding(document, before);
      await Promise.race([before.ended, aborted]);
    }
  }

  private tellBuilding(document: OpenDocument, { words }: FollowedEvaluation): void {
    if (words !== null && this.documents.isCurrent(document)) this.building.fire({ document, words });
  }

  private async ask(
    document: OpenDocument,
    signal: AbortSignal,
    options: EvaluationOptions,
    onFollowed: (followed: FollowedEvaluation) => void = () => undefined,
  ): Promise<Evaluated | null> {
    const release = document.retain();
    const stopped = new AbortController();
    const followed = this.builds.follow(document.uri, () => stopped.abort());
    onFollowed(followed);
    const either = AbortSignal.any([signal, stopped.signal]);
    const onWork = (work: EvaluationWork): void => {
      followed.take(work);
      if (work.type === 'started') this.tellBuilding(document, followed);
    };
    const whole = { ...this.state.withArguments(options, document.file), onWork };
    const start = async (): Promise<Evaluated> =>
      this.engine.evaluate(await this.targetOf(document, either), whole, either);
    try {
      const evaluated = await this.inTurn(start, followed.begun, either);
      if (signal.aborted) return null;
      return stopped.signal.aborted ? this.notEvaluated(document, stoppedMessage) : evaluated;
    } catch (error) {
      if (signal.aborted) return null;
      if (stopped.signal.aborted) return this.notEvaluated(document, stoppedMessage);
      this.log.error(`Evaluation of ${document.uri} failed inside Phasewise`, error);
      return this.notEvaluated(document, failedMessage);
    } finally {
      followed.end();
      release();
    }
  }

  /** Whoever waits for a build keeps no turn from others. */
  private async inTurn(
    start: () => Promise<Evaluated>,
    waits: Promise<void> | null,
    signal: AbortSignal,
  ): Promise<Evaluated | null> {
    const begun = await this.limiter.run(async () => {
      const evaluation = start();
      await Promise.race([evaluation, ...(waits === null ? [] : [waits])]);
      return { evaluation };
    }, signal);
    return begun === null ? null : begun.evaluation;
  }

  private notEvaluated(document: OpenDocument, message: string): Evaluated {
    return { diagnostics: [], derivations: this.drawStatic(document), message };
  }

  private drawStatic(document: OpenDocument): Evaluated['derivations'] {
    try {
      return this.engine.drawStatic(document.target).derivations;
    } catch {
      return [];
    }
  }

  private tell(document: OpenDocument, evaluated: Evaluated): void {
    try {
      this.finished.fire({ document, evaluated });
    } catch (error) {
      this.log.error(`What was evaluated of ${document.uri} could not be shown`, error);
    }
  }

  /** One that builds something goes on, and its answer counts only when the text is still the same. */
  private cancel(uri: string): void {
    const pending = this.pending.get(uri);
    this.pending.delete(uri);
    if (pending?.followed?.words == null) pending?.controller.abort();
  }
}

/** Whether it says anything of the text, and not only that something has to be built. */
function isTelling({ derivations, diagnostics }: Evaluated): boolean {
  return diagnostics.length > 0 || derivations.some(({ drvPath }) => drvPath !== null);
}
