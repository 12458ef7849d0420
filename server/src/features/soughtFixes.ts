/**
 * Fixes that a look through a whole package set may still find: begun when a failure is shown that no known package mends, shown when
 * it is found, and ended when the failure is no longer shown or the user says so.
 */
import type { Connection } from 'vscode-languageserver/node';
import type { Documents } from '../documents';
import type { Engine } from '../engine/engine';
import type { SoughtProgress } from '../engine/soughtPackages';
import type { Logger } from '../environment';
import type { Failure, SoughtPackage } from '../protocol/model';
import { keyName } from './activities';
import type { DerivationLookup } from './derivationLookup';
import type { Failures, RecordedFailure } from './failures';
import { keyedFile } from './keyedTarget';
import type { WorkspaceState } from './workspaceState';

export interface SoughtFixesParts {
  readonly connection: Connection;
  readonly engine: Engine;
  readonly documents: Documents;
  readonly state: WorkspaceState;
  readonly failures: Failures;
  readonly lookup: DerivationLookup;
  readonly log: Logger;
}

interface Search {
  /** As it was recorded last. */
  recorded: RecordedFailure & { readonly sought: SoughtPackage };
  /** How often the derivation's file was edited since. */
  edits: number;
  readonly controller: AbortController;
}

/** What is there sooner needs no telling of. */
const quietMs = 2000;

export class SoughtFixes {
  private readonly searches = new Map<string, Search>();
  /** Failures that were recorded here. */
  private readonly own = new WeakSet<Failure>();

  constructor(private readonly parts: SoughtFixesParts) {
    const { documents, failures } = parts;
    failures.recorded.add((recorded) => this.recorded(recorded));
    failures.changed.add(() => this.dropLost());
    // After the failures have followed the edit, and dropped those whose text it touched.
    documents.changed.add(({ document, change }) => change !== null && this.edited(document.file));
  }

  private recorded(recorded: RecordedFailure): void {
    const { key, failure } = recorded;
    if (this.own.has(failure)) return;
    const name = keyName(key);
    const { sought } = failure;
    const { trusted } = this.parts.state;
    const isWanted = this.parts.state.settingsOf(keyedFile(key.uri)).builds.lookThroughPackages;
    const running = this.searches.get(name);
    if (sought == null || !trusted || !isWanted) return running?.controller.abort();
    const known = { ...recorded, sought };
    const looking = { ...failure, explanation: `${failure.explanation ?? ''} ${lookingFor(sought)}` };
    if (running?.recorded.sought.kind === sought.kind && running.recorded.sought.name === sought.name) {
      Object.assign(running, { recorded: known, edits: 0 });
      this.show(recorded, looking);
      return;
    }
    running?.controller.abort();
    const search = { recorded: known, edits: 0, controller: new AbortController() };
    this.searches.set(name, search);
    this.show(recorded, looking);
    void this.perform(search)
      .catch((error: unknown) => this.parts.log.error(`Looking for ${sought.name} failed`, error))
      .finally(() => {
        if (this.searches.get(name) === search) this.searches.delete(name);
      });
  }

  private async perform(search: Search): Promise<void> {
    const { signal } = search.controller;
    const progress = this.progressOf(search);
    try {
      const found = await this.find(search, progress.tell, signal);
      if (found !== null && this.parts.failures.shows(shownKey(search.recorded)))
        this.show(search.recorded, found);
    } finally {
      progress.end();
    }
  }

  private progressOf({ recorded, controller }: Search): {
    readonly tell: (progress: SoughtProgress) => void;
    readonly end: () => void;
  } {
    const { window } = this.parts.connection;
    const begun = Date.now();
    let shown: ReturnType<typeof window.createWorkDoneProgress> | null = null;
    return {
      tell: ({ done, total }) => {
        if (Date.now() - begun < quietMs) return;
        shown ??= window.createWorkDoneProgress().then((progress) => {
          progress.begin(lookingFor(recorded.sought), 0, undefined, true);
          progress.token.onCancellationRequested(() => controller.abort());
          return progress;
        });
        void shown.then((progress) => progress.report(Math.floor((100 * done) / total)));
      },
      end: () => void shown?.then((progress) => progress.done()),
    };
  }

  /** The failure as it is then: with its fix, or as it was. */
  private async find(
    search: Search,
    onProgress: (progress: SoughtProgress) => void,
    signal: AbortSignal,
  ): Promise<Failure | null> {
    const { engine, state, lookup } = this.parts;
    for (;;) {
      const { recorded, edits } = search;
      const { key, failure } = recorded;
      const now = edits === 0 ? null : await lookup.find(key, signal);
      if (now?.ok === false) return null;
      const derivation = now === null ? recorded.derivation : now.value;
      // Its place is that of the text before the edits.
      const moved = now === null ? failure : { ...failure, file: null, range: null };
      const limits = state.evaluationOptions(keyedFile(key.uri));
      const request = { derivation, failed: moved, limits, onProgress };
      const found = await engine.packages.sought.find(request, signal);
      if (search.edits !== edits || search.recorded !== recorded) continue;
      search.recorded = { ...recorded, derivation };
      return found ?? moved;
    }
  }

  private show({ key, derivation, code }: RecordedFailure, failure: Failure): void {
    this.own.add(failure);
    this.parts.failures.record(key, derivation, failure, code);
  }

  private edited(file: string): void {
    for (const search of this.searches.values()) if (search.recorded.derivation.file === file) search.edits++;
    this.dropLost();
  }

  /** What is not shown any more is not looked for. */
  private dropLost(): void {
    for (const { recorded, controller } of this.searches.values())
      if (!this.parts.failures.shows(shownKey(recorded))) controller.abort();
  }
}

function shownKey({ key, derivation }: RecordedFailure): RecordedFailure['key'] {
  return { uri: key.uri, attr: derivation.attr };
}

function lookingFor({ name }: SoughtPackage): string {
  return `Looking through all packages of the set for ${name}.`;
}
