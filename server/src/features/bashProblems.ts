/** When the bash of documents is checked: after a pause on edits, at once on opening and saving, the newest version only. */
import { dirname } from 'node:path';
import { MessageType, ShowMessageNotification } from 'vscode-languageserver/node';
import type { Connection } from 'vscode-languageserver/node';
import type { Finding } from '../analysis/finding';
import type { Documents, OpenDocument } from '../documents';
import type { Engine } from '../engine/engine';
import type { BashCheckWish } from '../engine/bashChecks';
import type { Logger } from '../environment';
import type { Problem } from '../result';
import { Limiter } from './limiter';
import { Listeners } from './listeners';
import { notify } from './outgoing';
import { ScheduledChecks } from './scheduledChecks';
import type { ShownDocuments } from './shownDocuments';
import type { WorkspaceState } from './workspaceState';

/** In UTF-16 units. */
const quickText = 200_000;

export interface BashProblemsParts {
  readonly connection: Connection;
  readonly documents: Documents;
  readonly shown: ShownDocuments;
  readonly engine: Engine;
  readonly state: WorkspaceState;
  readonly log: Logger;
}

export class BashProblems {
  /** Told of each document of which more is known. */
  readonly changed = new Listeners<string>();
  private readonly limiter = new Limiter(1);
  private readonly looked = new WeakSet<OpenDocument>();
  private readonly checks: ScheduledChecks;
  /** What was said of a program that is missing or fails, once each. */
  private readonly told = new Set<string>();

  constructor(private readonly parts: BashProblemsParts) {
    const { documents, state } = parts;
    this.checks = new ScheduledChecks(parts.shown);
    documents.opened.add((document) => this.schedule(document, 0, false));
    documents.changed.add(({ document }) =>
      this.schedule(document, state.settingsOf(document.file).evaluation.debounceMs, false),
    );
    // What a `.shellcheckrc` says may have changed, too.
    documents.saved.add((document) => this.schedule(document, 0, true));
    documents.closed.add(({ uri }) => this.checks.cancel(uri));
    state.changed.add((touched) => {
      for (const document of documents.all())
        if (touched(document.file, ['shellcheck', 'checks'])) this.schedule(document, 0, false);
    });
  }

  /** What is known of the document's bash, in order of position; of a longer text only after a pause, as finding its bash takes a while. */
  of(document: OpenDocument): readonly Finding[] {
    if (document.tree.text.length > quickText && !this.looked.has(document)) return [];
    const wish = this.wishFor(document);
    return wish === null ? [] : this.parts.engine.bash.known(document.tree, wish);
  }

  dispose(): void {
    this.checks.dispose();
  }

  /** Null where bash is not checked. */
  private wishFor({ file, onDisk, large }: OpenDocument): BashCheckWish | null {
    const { state } = this.parts;
    const { shellcheck, checks } = state.settingsOf(file);
    const { program } = shellcheck;
    if (!state.trusted || large || program === 'off') return null;
    return { program, folder: onDisk ? dirname(file) : '/', severities: checks.severity };
  }

  private schedule(document: OpenDocument, delayMs: number, anew: boolean): void {
    const wish = this.wishFor(document);
    if (wish === null) this.checks.cancel(document.uri);
    else this.checks.schedule(document.uri, delayMs, (signal) => this.check(document, wish, anew, signal));
  }

  private async check(
    document: OpenDocument,
    wish: BashCheckWish,
    anew: boolean,
    signal: AbortSignal,
  ): Promise<void> {
    const { engine, documents, log } = this.parts;
    const release = document.retain();
    const before = JSON.stringify(this.of(document));
    this.looked.add(document);
    try {
      const checked = await this.limiter.run(
        () => engine.bash.check(document.tree, wish, anew, signal),
        signal,
      );
      if (checked === null || signal.aborted || !documents.isCurrent(document)) return;
      if (!checked.ok) this.tell(checked.error, wish);
      if (JSON.stringify(this.of(document)) !== before) this.changed.fire(document.uri);
    } catch (error) {
      if (!signal.aborted) log.error(`The bash of ${document.uri} could not be checked`, error);
    } finally {
      release();
    }
  }

  /** Whoever named no program is not told that there is none. */
  private tell({ code, message, advice }: Problem, { program }: BashCheckWish): void {
    if (this.told.has(message)) return;
    this.told.add(message);
    this.parts.log.warn(message);
    if (code !== 'no-shellcheck' || program === '') return;
    const shown = { type: MessageType.Warning, message: advice === null ? message : `${message} ${advice}` };
    void notify(this.parts.connection, ShowMessageNotification.type, shown);
  }
}
