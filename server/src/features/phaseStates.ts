/** How the phases of the open documents went when last run or built, until their document is edited. */
import type { Documents } from '../documents';
import type { ActivityParams, DerivationKey } from '../protocol/messages';
import type { PhaseStatus } from '../protocol/model';
import type { Activities } from './activities';
import { Listeners } from './listeners';

export interface PhaseState {
  readonly status: 'running' | PhaseStatus;
  readonly seconds: number | null;
}

export class PhaseStates {
  /** Told the URI whose states changed. */
  readonly changed = new Listeners<string>();
  private readonly states = new Map<string, Map<string, PhaseState>>();

  constructor(activities: Activities, documents: Documents) {
    activities.sent.add((params) => this.follow(params));
    const forget = (uri: string): void => void this.states.delete(uri);
    documents.changed.add(({ document, change }) => change !== null && forget(document.uri));
    documents.closed.add(({ uri }) => forget(uri));
  }

  /** Null when the phase was not run or built since the document was edited. */
  of(key: DerivationKey, phase: string): PhaseState | null {
    return this.states.get(key.uri)?.get(nameOf(key, phase)) ?? null;
  }

  private follow({ key, kind, event }: ActivityParams): void {
    if (kind === 'replay' || kind === 'evaluation') return;
    const states = this.states.get(key.uri) ?? new Map<string, PhaseState>();
    this.states.set(key.uri, states);
    if (event.type === 'phaseStarted') {
      states.set(nameOf(key, event.phase), { status: 'running', seconds: null });
    } else if (event.type === 'phaseFinished') {
      states.set(nameOf(key, event.phase), { status: event.status, seconds: event.seconds });
    } else if (event.type === 'finished') {
      for (const [name, { status }] of states) {
        if (status === 'running' && name.startsWith(nameOf(key, ''))) states.delete(name);
      }
    } else return;
    this.changed.fire(key.uri);
  }
}

function nameOf({ attr }: DerivationKey, phase: string): string {
  return `${attr}\n${phase}`;
}
