/** When documents are evaluated: after a pause on edits, at once on opening and saving, two at a time, the newest version only. */
import { join } from 'node:path';
import type { Documents, OpenDocument } from '../documents';
import type { Engine, Evaluated, Target } from '../engine/engine';
import type { Logger } from '../environment';
import type { EvaluationOptions } from '../nix/nix';
import type { EntryPoints } from './entryPoints';
import { Limiter } from './limiter';
import { Listeners } from './listeners';
import type { WorkspaceState } from './workspaceState';

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

export class Evaluations {
  /** Told for the version that is open, never for an older one. */
  readonly finished = new Listeners<EvaluationOutcome>();
  /** Told of each flake that was evaluated, by its folder and attribute. */
  readonly flakes = new Listeners<FlakeOutcome>();
  /** Told of what is built because the evaluation of an open version needs it. */
  readonly building = new Listeners<{ readonly document: OpenDocument; readonly name: string }>();
  private readonly limiter = new Limiter(evaluationsAtOnce);
  private readonly pending = new Map<string, AbortController>();

  constructor(
    private readonly documents: Documents,
    private readonly engine: Engine,
    private readonly state: WorkspaceState,
    private readonly log: Logger,
    private readonly entries: Pick<EntryPoints, 'of' | 'use'> = {
      of: () => Promise.resolve(null),
      use: () => Promise.resolve(null),
    },
  ) {
    documents.opened.add((document) => this.schedule(document, 0, document.large));
    documents.changed.add(({ document }) => this.typed(document));
    documents.saved.add((document) => this.schedule(document, 0));
    documents.closed.add(({ uri }) => this.cancel(uri));
    state.changed.add(() => {
      for (const document of documents.all()) this.schedule(document, 0, document.large);
    });
  }

  /** Whether an evaluation of this document is under way or about to be. */
  isPending(uri: string): boolean {
    return this.pending.has(uri);
  }

  /** Why this document is not evaluated by itself; null when it is. */
  reasonAgainst(document: OpenDocument): string | null {
    if (!document.onDisk) return 'Save this document to a file to have it evaluated.';
    if (!this.state.settings.evaluation.enable) {
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
    const evaluated = await this.ask(document, signal, this.state.evaluationOptions);
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
    const usual = this.state.evaluationOptions;
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
    const evaluated = await this.limiter.run(
      () => this.engine.evaluate(target, this.state.evaluationOptions, signal),
      signal,
    );
    if (signal.aborted || evaluated === null) return null;
    if (target.kind === 'flake')
      this.flakes.fire({ file: join(target.folder, 'flake.nix'), attr: target.attr, evaluated });
    return evaluated;
  }

  /** Evaluates after the pause of an edit, because what the document is made of changed. */
  again(document: OpenDocument): void {
    this.schedule(document, this.state.settings.evaluation.debounceMs);
  }

  dispose(): void {
    for (const uri of [...this.pending.keys()]) this.cancel(uri);
  }

  private typed(document: OpenDocument): void {
    const { debounceMs } = this.state.settings.evaluation;
    this.schedule(document, debounceMs, document.large, true);
    if (debounceMs >= worthPreparingMs && this.isPending(document.uri)) void this.prepare(document.file);
  }

  /** The pause is time enough to start an evaluator. */
  private async prepare(file: string): Promise<void> {
    try {
      const nix = await this.engine.nix(new AbortController().signal);
      if (nix.ok) nix.value.prepare(file, this.state.withArguments(this.state.typingOptions, file));
    } catch (error) {
      this.log.error(`No evaluator could be prepared for ${file}`, error);
    }
  }

  private schedule(document: OpenDocument, delayMs: number, waitsForSave = false, typing = false): void {
    this.cancel(document.uri);
    if (!this.state.evaluates || waitsForSave || this.reasonAgainst(document) !== null) return;
    const controller = new AbortController();
    this.pending.set(document.uri, controller);
    const timer = setTimeout(() => void this.perform(document, controller, typing), delayMs);
    controller.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  }

  private async perform(document: OpenDocument, controller: AbortController, typing: boolean): Promise<void> {
    const { evaluationOptions, typingOptions } = this.state;
    const options = typing ? typingOptions : evaluationOptions;
    const evaluated = await this.ask(document, controller.signal, options);
    if (controller.signal.aborted) return;
    this.pending.delete(document.uri);
    if (evaluated !== null && this.documents.isCurrent(document)) this.tell(document, evaluated);
  }

  private async ask(
    document: OpenDocument,
    signal: AbortSignal,
    options: EvaluationOptions,
  ): Promise<Evaluated | null> {
    const release = document.retain();
    const onBuild = (name: string): void => {
      if (this.documents.isCurrent(document)) this.building.fire({ document, name });
    };
    try {
      const evaluated = await this.limiter.run(
        async () =>
          this.engine.evaluate(
            await this.targetOf(document, signal),
            { ...this.state.withArguments(options, document.file), onBuild },
            signal,
          ),
        signal,
      );
      return signal.aborted ? null : evaluated;
    } catch (error) {
      if (signal.aborted) return null;
      this.log.error(`Evaluation of ${document.uri} failed inside Phasewise`, error);
      const message = 'Evaluation failed inside Phasewise itself; its log has the details.';
      return { diagnostics: [], derivations: this.drawStatic(document), message };
    } finally {
      release();
    }
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

  private cancel(uri: string): void {
    this.pending.get(uri)?.abort();
    this.pending.delete(uri);
  }
}
