/**
 * `phasewise/drawing`: each open document's derivations, from the text at once, then as Nix evaluates them, then as
 * their own stdenv answers. While a text is broken, what was last true stays, with the reason.
 */
import { setMaxListeners } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import type { Connection } from 'vscode-languageserver/node';
import type { Documents, OpenDocument } from '../documents';
import { inFileOrder } from '../derivation/fileOrder';
import type { Engine, Evaluated, StaticDrawing } from '../engine/engine';
import type { Logger } from '../environment';
import { drawingNotification, redrawRequest } from '../protocol/messages';
import type { DrawingParams } from '../protocol/messages';
import type { Derivation } from '../protocol/model';
import type { Evaluations } from './evaluations';
import { requestHandler } from './handler';
import { Limiter } from './limiter';
import { Listeners } from './listeners';
import { notify } from './outgoing';
import { mergedDrawing, withFormerAnswers } from './mergedDrawing';
import { settingsOfEvaluation, untrusted, type WorkspaceState } from './workspaceState';

const inspectionsAtOnce = 2;
/** Asking each stdenv of a whole package set would take minutes: the others stay as evaluated. */
const inspectionsOfOneFile = 40;
/** Between drawings that differ by newly inspected derivations only. */
const pauseMs = 200;
/** Texts longer than this (in UTF-16 units) are drawn when nothing was typed for a moment: drawing one takes longer than typing a key. */
const slowlyDrawn = 200_000;
const typingPauseMs = 300;

interface Drawn {
  readonly document: OpenDocument;
  readonly fromText: StaticDrawing;
  /** What was last evaluated, of this version or an earlier one; empty when nothing was. */
  lastTrue: readonly Derivation[];
  shown: readonly Derivation[];
  message: string | null;
  /** While stdenvs are being asked. */
  inspection: AbortController | null;
}

export interface DrawingsParts {
  readonly connection: Connection;
  readonly documents: Documents;
  readonly engine: Engine;
  readonly evaluations: Evaluations;
  readonly state: WorkspaceState;
  readonly log: Logger;
}

export class Drawings {
  /** Told the URI whose drawing changed. */
  readonly changed = new Listeners<string>();
  private readonly drawn = new Map<string, Drawn>();
  private readonly limiter = new Limiter(inspectionsAtOnce);
  /** Documents that are drawn when typing pauses. */
  private readonly waiting = new Map<string, NodeJS.Timeout>();

  constructor(private readonly parts: DrawingsParts) {
    const { documents, evaluations, state } = parts;
    documents.opened.add((document) => this.draw(document));
    documents.changed.add(({ document }) => this.drawTyped(document));
    documents.saved.add((document) => this.draw(document));
    documents.closed.add(({ uri }) => this.forget(uri));
    state.changed.add((touched) => {
      for (const document of documents.all())
        if (touched(document.file, settingsOfEvaluation)) this.draw(document);
    });
    evaluations.finished.add(({ document, evaluated }) => this.evaluated(document, evaluated));
    evaluations.building.add(({ document, words }) => this.building(document, words));
  }

  register(onRedraw: () => Promise<void>): void {
    const { connection, documents, evaluations, state, log } = this.parts;
    connection.onRequest(
      redrawRequest,
      requestHandler(log, null, async ({ uri }: { readonly uri: string }, signal) => {
        const document = documents.get(uri);
        if (document === null) return null;
        if (!state.trusted) {
          this.draw(document);
          return null;
        }
        await onRedraw();
        if (documents.isCurrent(document)) await evaluations.evaluate(document, signal);
        return null;
      }),
    );
  }

  /** What is shown of this document now. */
  of(uri: string): readonly Derivation[] {
    return this.drawn.get(uri)?.shown ?? [];
  }

  /** What is shown of all open documents. */
  all(): readonly Derivation[] {
    return [...this.drawn.values()].flatMap(({ shown }) => shown);
  }

  /** Asks again those stdenvs that could not answer before: inputs may have been built since. */
  inspectAgain(uri: string): void {
    const drawn = this.drawn.get(uri);
    if (drawn === undefined || this.parts.evaluations.isPending(uri)) return;
    void this.inspect(drawn, drawn.shown.filter(isEvaluatedOnly));
  }

  dispose(): void {
    for (const uri of [...this.drawn.keys()]) this.forget(uri);
  }

  private drawTyped(document: OpenDocument): void {
    if (document.tree.text.length <= slowlyDrawn) return this.draw(document);
    this.drawn.get(document.uri)?.inspection?.abort();
    this.stopWaiting(document.uri);
    this.waiting.set(
      document.uri,
      setTimeout(() => this.draw(document), typingPauseMs),
    );
  }

  private stopWaiting(uri: string): void {
    clearTimeout(this.waiting.get(uri));
    this.waiting.delete(uri);
  }

  /** What the text alone tells, with what was last true of an earlier version. */
  private draw(document: OpenDocument): void {
    this.stopWaiting(document.uri);
    const before = this.drawn.get(document.uri);
    before?.inspection?.abort();
    const lastTrue = before?.lastTrue ?? [];
    const fromText = before?.document === document ? before.fromText : this.fromText(document);
    const reasons = [this.reasonAgainst(document), fromText.message];
    const message = reasons.filter((reason) => reason !== null).join(' ') || null;
    const drawn: Drawn = { document, fromText, lastTrue, shown: [], message, inspection: null };
    this.drawn.set(document.uri, drawn);
    const busy = this.parts.evaluations.isPending(document.uri);
    this.show(drawn, mergedDrawing(lastTrue, fromText.derivations, document.file, null), busy);
  }

  private fromText(document: OpenDocument): StaticDrawing {
    try {
      return this.parts.engine.drawStatic(document.target);
    } catch (error) {
      this.parts.log.error(`The text of ${document.uri} could not be drawn`, error);
      return { derivations: [], message: null };
    }
  }

  private reasonAgainst(document: OpenDocument): string | null {
    if (!this.parts.state.trusted) return untrusted.message;
    const reason = this.parts.evaluations.reasonAgainst(document);
    if (reason !== null || !document.large || this.parts.evaluations.isPending(document.uri)) return reason;
    return 'This file is large: it is evaluated when you save it.';
  }

  private building(document: OpenDocument, words: string): void {
    const drawn = this.drawn.get(document.uri);
    if (drawn?.document !== document) return;
    drawn.message = words;
    this.show(drawn, drawn.shown, true);
  }

  private evaluated(document: OpenDocument, evaluated: Evaluated): void {
    if (this.waiting.has(document.uri)) this.draw(document);
    const drawn = this.drawn.get(document.uri);
    if (drawn?.document !== document) return;
    const derivations = withFormerAnswers(evaluated.derivations, drawn.lastTrue, document.file);
    drawn.shown = this.settled(drawn, { ...evaluated, derivations });
    drawn.message = evaluated.message;
    const fresh = new Set(derivations);
    const asked = drawn.shown.filter((derivation) => fresh.has(derivation) && isEvaluatedOnly(derivation));
    void this.inspect(drawn, asked);
  }

  /** The drawing that an evaluation leaves: its own derivations, and while something is wrong those that were true before. */
  private settled(drawn: Drawn, evaluated: Evaluated): readonly Derivation[] {
    const { document, fromText, lastTrue } = drawn;
    const made = evaluated.derivations;
    const error = evaluated.diagnostics.find(({ severity }) => severity === 'error');
    if (error === undefined && (evaluated.message === null || made.length === 0)) {
      drawn.lastTrue = made;
      return made;
    }
    const truly = made.filter(({ source }) => source !== 'static');
    const known = new Set(truly.map(({ attr }) => attr));
    const isUnknown = ({ attr }: Derivation): boolean => !known.has(attr);
    const drawnFromText =
      made.length > truly.length ? made.filter(isUnknown) : fromText.derivations.filter(isUnknown);
    const failed = new Set(drawnFromText.map(({ attr }) => attr));
    // Where Nix could still evaluate others, what it did not mention and the text does not show is gone.
    const mayBeGone = truly.length > 0 && failed.size > 0;
    const former = lastTrue.filter(({ attr }) => !known.has(attr) && (!mayBeGone || failed.has(attr)));
    drawn.lastTrue = [...truly, ...former];
    const note = `Drawn as it was last evaluated. ${firstLine(error?.message ?? evaluated.message ?? '')}`;
    return [...truly, ...mergedDrawing(former, drawnFromText, document.file, note)];
  }

  /** Shows what is drawn, and again as the stdenvs of these derivations answer. */
  private async inspect(drawn: Drawn, evaluated: readonly Derivation[]): Promise<void> {
    drawn.inspection?.abort();
    const controller = new AbortController();
    const { signal } = controller;
    setMaxListeners(inspectionsOfOneFile + 10, signal);
    drawn.inspection = controller;
    const asked = evaluated.slice(0, inspectionsOfOneFile);
    this.show(drawn, drawn.shown, asked.length > 0);
    if (asked.length === 0) return;
    // To start a program holds up what has not been sent yet.
    await turn();
    let shownAt = performance.now();
    let left = asked.length;
    const work = asked.map(async (derivation) => {
      const inspected = await this.ask(derivation, signal);
      left--;
      if (inspected === null || signal.aborted) return;
      drawn.shown = replaced(drawn.shown, derivation, inspected);
      drawn.lastTrue = replaced(drawn.lastTrue, derivation, inspected);
      if (left === 0 || performance.now() - shownAt < pauseMs) return;
      shownAt = performance.now();
      this.show(drawn, drawn.shown, true);
    });
    await Promise.all(work);
    if (!signal.aborted) this.show(drawn, drawn.shown, false);
  }

  private async ask(derivation: Derivation, signal: AbortSignal): Promise<Derivation | null> {
    try {
      return await this.limiter.run(() => this.parts.engine.inspect(derivation, signal), signal);
    } catch (error) {
      if (!signal.aborted) this.parts.log.error(`The stdenv of ${derivation.file} could not be asked`, error);
      return null;
    }
  }

  private show(drawn: Drawn, shown: readonly Derivation[], busy: boolean): void {
    const { uri, version } = drawn.document;
    if (this.drawn.get(uri) !== drawn) return;
    drawn.shown = inFileOrder(shown, drawn.document.file);
    const params: DrawingParams = { uri, version, busy, message: drawn.message, derivations: drawn.shown };
    void notify(this.parts.connection, drawingNotification, params);
    this.changed.fire(uri);
  }

  private forget(uri: string): void {
    this.stopWaiting(uri);
    this.drawn.get(uri)?.inspection?.abort();
    this.drawn.delete(uri);
  }
}

/** Whether a stdenv may yet make this drawing truer. */
function isEvaluatedOnly({ source, drvPath }: Derivation): boolean {
  return source === 'evaluated' && drvPath !== null;
}

function replaced(all: readonly Derivation[], old: Derivation, by: Derivation): readonly Derivation[] {
  return all.map((derivation) => (derivation === old ? by : derivation));
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
