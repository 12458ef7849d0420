/** What the server last said, kept for whoever shows it. Holds no truth of its own and does not know VS Code. */
import type {
  ActivityParams,
  DerivationKey,
  DrawingParams,
  StatusParams,
} from '../../server/src/protocol/messages';
import type { FileKindParams } from '../../server/src/protocol/kindMessages';
import type { PinnedDrawingParams } from '../../server/src/protocol/pinMessages';
import type { Derivation } from '../../server/src/protocol/model';
import type { SessionState, SessionStatesParams } from '../../server/src/protocol/sessionMessages';
import { advanceActivity, interruptActivity, type DerivationActivity } from './phases/phaseStates';
import { shownStates, type LastActivity, type Shown } from './phases/shownStates';

type Listener<T> = (value: T) => void;

/** Something that goes on until it is disposed of; VS Code's own disposables are such too. */
export interface Subscription {
  dispose(): void;
}

/** The name of a derivation's key in maps and identifiers. */
export function keyName(key: DerivationKey): string {
  return `${key.uri}#${key.attr}`;
}

const unknownStatus: StatusParams = { state: 'unknown', nixVersion: null, message: null, advice: null };

export class ServerState {
  private readonly drawings = new Map<string, DrawingParams>();
  private readonly activities = new Map<string, LastActivity & { readonly key: DerivationKey }>();
  /** Phases of failed builds that run again to find the failing line. */
  private readonly replays = new Map<
    string,
    { readonly key: DerivationKey; readonly activity: DerivationActivity }
  >();
  /** What is built for the evaluations of documents, by the activity's id. */
  private readonly evaluations = new Map<
    string,
    { readonly key: DerivationKey; readonly activity: DerivationActivity }
  >();
  private readonly sessions = new Map<string, readonly SessionState[]>();
  private readonly kinds = new Map<string, FileKindParams>();
  private readonly pinned = new Map<string, PinnedDrawingParams>();
  private readonly changeListeners = new Set<Listener<void>>();
  private readonly activityListeners = new Set<Listener<ActivityParams>>();
  private currentStatus = unknownStatus;

  get status(): StatusParams {
    return this.currentStatus;
  }

  setStatus(status: StatusParams): void {
    this.currentStatus = status;
    this.changed();
  }

  setDrawing(drawing: DrawingParams): void {
    this.drawings.set(drawing.uri, drawing);
    this.changed();
  }

  setKind(kind: FileKindParams): void {
    this.kinds.set(kind.uri, kind);
    this.changed();
  }

  /** What an open file is. */
  kind(uri: string): FileKindParams | undefined {
    return this.kinds.get(uri);
  }

  drawing(uri: string): DrawingParams | undefined {
    return this.drawings.get(uri);
  }

  allDrawings(): readonly DrawingParams[] {
    return [...this.drawings.values()];
  }

  /** As its open file shows it, else as it is pinned. */
  derivation(key: DerivationKey): Derivation | undefined {
    const open = this.drawings.get(key.uri)?.derivations.find((derivation) => derivation.attr === key.attr);
    return open ?? this.pinned.get(keyName(key))?.derivation ?? undefined;
  }

  setPinned(drawing: PinnedDrawingParams): void {
    this.pinned.set(keyName(drawing.key), drawing);
    this.changed();
  }

  pinnedDrawing(key: DerivationKey): PinnedDrawingParams | undefined {
    return this.pinned.get(keyName(key));
  }

  activity(key: DerivationKey): DerivationActivity | undefined {
    return this.activities.get(keyName(key))?.activity;
  }

  /** Every derivation for which something runs now; replays, which nobody waits for, come last. */
  running(): readonly { readonly key: DerivationKey; readonly activity: DerivationActivity }[] {
    const asked = [...this.activities.values()].filter(({ activity }) => activity.status === null);
    return [...asked, ...this.evaluations.values(), ...this.replays.values()];
  }

  /** Whether the failing line of the derivation's last build is being looked for. */
  isReplayed(key: DerivationKey): boolean {
    return this.replays.has(keyName(key));
  }

  /** What sessions keep of a document's derivations; of runs that have ended it is what holds. */
  setSessions({ uri, sessions }: SessionStatesParams): void {
    this.sessions.set(uri, sessions);
    for (const [name, last] of this.activities)
      if (last.key.uri === uri && last.activity.status !== null)
        this.activities.set(name, { ...last, told: true });
    this.changed();
  }

  session({ uri, attr }: DerivationKey): SessionState | undefined {
    return this.sessions.get(uri)?.find((session) => session.attr === attr);
  }

  /** What is known of sessions, of all documents. */
  allSessions(): readonly SessionState[] {
    return [...this.sessions.values()].flat();
  }

  /** What the tree shows of a derivation's phases. */
  shown(key: DerivationKey): Shown {
    const drvPath = this.derivation(key)?.drvPath ?? null;
    const shown = shownStates(this.activities.get(keyName(key)), this.session(key), drvPath);
    return this.isReplayed(key) ? { ...shown, replayed: true } : shown;
  }

  receive(params: ActivityParams): void {
    if (params.kind === 'replay') return this.receiveReplay(params);
    if (params.kind === 'evaluation') return this.receiveEvaluation(params);
    const { key, event } = params;
    const before = this.activities.get(keyName(key));
    const starts = before === undefined || event.type === 'started';
    const drvPath = starts ? (this.derivation(key)?.drvPath ?? null) : before.drvPath;
    const activity = advanceActivity(withoutKept(before), params);
    this.activities.set(keyName(key), { key, activity, drvPath, told: false });
    for (const listener of [...this.activityListeners]) listener(params);
    if (params.event.type !== 'output') this.changed();
  }

  /** A replay leaves the phases as the build left them; what it finds becomes the build's failure. */
  private receiveReplay(params: ActivityParams): void {
    const { key, event } = params;
    const name = keyName(key);
    const last = this.activities.get(name);
    if (event.type === 'finished') {
      this.replays.delete(name);
      if (event.status === 'ok' && last?.activity.status === 'failed')
        this.activities.set(name, { ...last, activity: { ...last.activity, failure: event.failure } });
    } else {
      const activity = advanceActivity(this.replays.get(name)?.activity, params);
      this.replays.set(name, { key, activity });
    }
    for (const listener of [...this.activityListeners]) listener(params);
    if (event.type !== 'output') this.changed();
  }

  /** What is built for a document's evaluation is of none of its derivations. */
  private receiveEvaluation(params: ActivityParams): void {
    const { key, id, event } = params;
    if (event.type === 'finished') this.evaluations.delete(id);
    else {
      const activity = advanceActivity(this.evaluations.get(id)?.activity, params);
      this.evaluations.set(id, { key, activity });
    }
    for (const listener of [...this.activityListeners]) listener(params);
    if (event.type !== 'output') this.changed();
  }

  /** The document was closed: its drawing is no longer kept up to date. */
  forget(uri: string): void {
    this.sessions.delete(uri);
    if (this.drawings.delete(uri)) this.changed();
  }

  /** The server is gone: nothing it ran runs any more, and its drawings grow old. */
  interrupt(): void {
    for (const [name, last] of this.activities)
      this.activities.set(name, { ...last, activity: interruptActivity(last.activity) });
    this.replays.clear();
    this.evaluations.clear();
    for (const [uri, drawing] of this.drawings) this.drawings.set(uri, { ...drawing, busy: false });
    this.currentStatus = unknownStatus;
    this.changed();
  }

  /** Status, a drawing or an activity changed; not called for output. */
  onDidChange(listener: Listener<void>): Subscription {
    this.changeListeners.add(listener);
    return { dispose: () => this.changeListeners.delete(listener) };
  }

  /** Every activity event, output too, after the state took it in. */
  onActivity(listener: Listener<ActivityParams>): Subscription {
    this.activityListeners.add(listener);
    return { dispose: () => this.activityListeners.delete(listener) };
  }

  private changed(): void {
    for (const listener of [...this.changeListeners]) listener();
  }
}

/** The states of a run that the session has taken over are the session's: the next run does not begin with them. */
function withoutKept(last: LastActivity | undefined): DerivationActivity | undefined {
  if (last === undefined || !last.told || last.activity.phasesOf.kind === 'build') return last?.activity;
  return { ...last.activity, phases: new Map() };
}
