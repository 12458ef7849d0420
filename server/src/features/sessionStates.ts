/** `phasewise/sessionStates`: what sessions keep of the derivations of open documents and of pinned ones, after their drawings and after runs. */
import type { Connection } from 'vscode-languageserver/node';
import type { Documents } from '../documents';
import type { Engine } from '../engine/engine';
import type { Logger } from '../environment';
import type { Derivation } from '../protocol/model';
import { sessionStatesNotification } from '../protocol/sessionMessages';
import type { Activities } from './activities';
import type { Drawings } from './drawings';
import { Listeners } from './listeners';
import { notify } from './outgoing';
import type { Pins } from './pins';
import type { WorkspaceState } from './workspaceState';

export interface SessionStatesParts {
  readonly connection: Connection;
  readonly documents: Documents;
  readonly engine: Engine;
  readonly drawings: Drawings;
  readonly activities: Activities;
  readonly state: WorkspaceState;
  readonly log: Logger;
}

/** A derivation with the name that its session is told under. */
interface Named {
  readonly attr: string;
  readonly derivation: Derivation;
}

interface Asking {
  readonly controller: AbortController;
  /** What was drawn when it was asked. */
  readonly drawn: string;
}

export class SessionStates {
  /** A run or something like it may have changed sessions. */
  readonly changed = new Listeners<null>();
  private readonly asking = new Map<string, Asking>();
  private pins: Pins | null = null;

  constructor(private readonly parts: SessionStatesParts) {
    parts.drawings.changed.add((uri) => this.follow(uri));
    parts.documents.closed.add(({ uri }) => this.forget(uri));
    parts.activities.sent.add(({ key, kind, event }) => {
      if ((kind !== 'run' && kind !== 'replay') || event.type !== 'finished') return;
      this.ask(key.uri);
      this.changed.fire(null);
    });
  }

  /** Tells of these, too, whether their files are open or not. */
  followPins(pins: Pins): void {
    this.pins = pins;
    pins.changed.add((uri) => this.follow(uri));
  }

  /** Tells anew what is kept of every open document and of what is pinned. */
  tellAgain(): void {
    for (const uri of this.asking.keys()) this.ask(uri);
  }

  dispose(): void {
    for (const { controller } of this.asking.values()) controller.abort();
    this.asking.clear();
  }

  /** Most drawings differ in what has nothing to do with sessions. */
  private follow(uri: string): void {
    const evaluated = this.evaluated(uri);
    if (evaluated.length > 0 && this.asking.get(uri)?.drawn !== nameOf(evaluated)) this.ask(uri);
  }

  private forget(uri: string): void {
    this.asking.get(uri)?.controller.abort();
    this.asking.delete(uri);
  }

  private ask(uri: string): void {
    this.asking.get(uri)?.controller.abort();
    const evaluated = this.evaluated(uri);
    if (evaluated.length === 0) return;
    const controller = new AbortController();
    this.asking.set(uri, { controller, drawn: nameOf(evaluated) });
    void this.tell(uri, evaluated, controller.signal);
  }

  private async tell(uri: string, named: readonly Named[], signal: AbortSignal): Promise<void> {
    const { connection, engine, log } = this.parts;
    const derivations = new Map(named.map(({ derivation }) => [derivation.attr, derivation]));
    try {
      const kept = await engine.sessions([...derivations.values()], signal);
      const sessions = named.flatMap(({ attr, derivation }) =>
        kept.filter((session) => session.attr === derivation.attr).map((session) => ({ ...session, attr })),
      );
      if (!signal.aborted) await notify(connection, sessionStatesNotification, { uri, sessions });
    } catch (error) {
      if (!signal.aborted) log.error(`What is kept of ${uri} could not be told`, error);
    }
  }

  private evaluated(uri: string): readonly Named[] {
    const { state, drawings } = this.parts;
    if (!state.trusted) return [];
    const own = drawings.of(uri).map((derivation) => ({ attr: derivation.attr, derivation }));
    const pinned = (this.pins?.of(uri) ?? []).filter(({ attr }) => !own.some((one) => one.attr === attr));
    return [...own, ...pinned].filter(({ derivation }) => derivation.drvPath !== null);
  }
}

function nameOf(named: readonly Named[]): string {
  return named.map(({ attr, derivation }) => `${attr}\n${derivation.drvPath ?? ''}`).join('\n');
}
