/** What the last runs of an open document's derivations tell of its text: looked up when it was evaluated, and after each run. */
import type { Finding } from '../analysis/finding';
import type { Documents, OpenDocument } from '../documents';
import type { Engine } from '../engine/engine';
import type { Logger } from '../environment';
import type { Derivation } from '../protocol/model';
import type { Activities } from './activities';
import type { Evaluations } from './evaluations';
import { Listeners } from './listeners';
import type { WorkspaceState } from './workspaceState';

export interface SessionProblemsParts {
  readonly documents: Documents;
  readonly engine: Engine;
  readonly evaluations: Evaluations;
  readonly activities: Activities;
  readonly state: WorkspaceState;
  readonly log: Logger;
}

interface Known {
  readonly document: OpenDocument;
  readonly derivations: readonly Derivation[];
  readonly findings: readonly Finding[];
}

export class SessionProblems {
  /** Told of each document of which more is known. */
  readonly changed = new Listeners<string>();
  private readonly known = new Map<string, Known>();
  private readonly asking = new Map<string, AbortController>();

  constructor(private readonly parts: SessionProblemsParts) {
    const { documents, evaluations, activities, state } = parts;
    evaluations.finished.add(({ document, evaluated }) => {
      const derivations = evaluated.derivations.filter(({ file }) => file === document.file);
      this.known.set(document.uri, { document, derivations, findings: [] });
      this.ask(document.uri);
    });
    documents.closed.add(({ uri }) => this.forget(uri));
    activities.sent.add(({ kind, event }) => {
      if (kind !== 'run' || event.type !== 'finished') return;
      for (const uri of this.known.keys()) this.ask(uri);
    });
    state.changed.add((touched) => {
      for (const [uri, { document }] of this.known) if (touched(document.file)) this.ask(uri);
    });
  }

  /** In order of position; of another version than the one that was evaluated nothing is known. */
  of(document: OpenDocument): readonly Finding[] {
    const known = this.known.get(document.uri);
    return known?.document === document ? known.findings : [];
  }

  dispose(): void {
    for (const uri of [...this.asking.keys()]) this.forget(uri);
  }

  private forget(uri: string): void {
    this.asking.get(uri)?.abort();
    this.asking.delete(uri);
    this.known.delete(uri);
  }

  private ask(uri: string): void {
    this.asking.get(uri)?.abort();
    const known = this.known.get(uri);
    const { documents, state } = this.parts;
    if (known === undefined || !state.trusted || !documents.isCurrent(known.document)) return;
    const controller = new AbortController();
    this.asking.set(uri, controller);
    void this.look(known, controller.signal);
  }

  private async look(known: Known, signal: AbortSignal): Promise<void> {
    const { engine, log, documents } = this.parts;
    const { document, derivations } = known;
    const release = document.retain();
    try {
      const findings = await engine.evidence.of(document.file, document.tree, derivations, signal);
      if (signal.aborted || !documents.isCurrent(document)) return;
      const isNews = findings.length > 0 || this.of(document).length > 0;
      this.known.set(document.uri, { ...known, findings });
      if (isNews) this.changed.fire(document.uri);
    } catch (error) {
      if (!signal.aborted) log.error(`What the last run tells of ${document.uri} could not be read`, error);
    } finally {
      release();
    }
  }
}
