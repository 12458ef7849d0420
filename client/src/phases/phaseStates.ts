/** What became of a derivation's phases: activity notifications folded into states. Pure. */
import type { ActivityKind, ActivityParams } from '../../../server/src/protocol/messages';
import type { Failure } from '../../../server/src/protocol/model';
import { advanceView, emptyView, endedView, type BuildView } from './buildView';

export interface PhaseState {
  /** `stale`: it ran, and something since may have made another result of it. */
  readonly kind: 'waiting' | 'running' | 'ok' | 'failed' | 'skipped' | 'cancelled' | 'stale';
  /** How long it took; null while it has not ended and when it did not run. */
  readonly seconds: number | null;
  /** How many lines it printed; absent when not known. */
  readonly lines?: number;
  /** Why it is stale, in sentences. */
  readonly reason?: string;
}

/** The last run or build of one derivation, and the states of its phases. */
export interface DerivationActivity {
  readonly kind: ActivityKind;
  readonly id: string;
  /** Null while it lasts. */
  readonly status: 'ok' | 'failed' | 'cancelled' | null;
  readonly seconds: number | null;
  readonly failure: Failure | null;
  /** What it said last besides output, such as the input that is being built; null before that. */
  readonly notice: string | null;
  /** What it said of its inputs and of its builder. */
  readonly progress: BuildView;
  /** The phase that runs now. */
  readonly phase: string | null;
  /** Of a build that found all there: since when, null where Nix does not tell; undefined otherwise. */
  readonly validSince?: string | null;
  /** Phases that are not named have not run. */
  readonly phases: ReadonlyMap<string, PhaseState>;
  /** The phases that it will run, in order; empty when that is not known. */
  readonly expected: readonly string[];
  /** What the phases belong to: a build that finds everything built leaves those of the run before it. */
  readonly phasesOf: Pick<DerivationActivity, 'kind' | 'id'>;
}

/**
 * The activity after one more event. A run keeps the states of phases that an earlier run left in the session; a build
 * starts from nothing once its first phase begins. An event of an activity whose start was not seen begins it.
 */
export function advanceActivity(
  previous: DerivationActivity | undefined,
  { kind, id, event }: Omit<ActivityParams, 'key'>,
): DerivationActivity {
  const known = previous?.id === id && previous.kind === kind ? previous : undefined;
  const current = known ?? begin(previous, kind, id);
  switch (event.type) {
    case 'started': {
      const begun = { ...begin(previous, kind, id), expected: event.phases };
      // A build may yet find that all is built: its phases wait only once the first of them begins.
      return kind !== 'run' ? begun : withStates(owned(begun), event.phases.map(waiting));
    }
    case 'phaseStarted':
      return {
        ...withStates(owned(current), [[event.phase, { kind: 'running', seconds: null }]]),
        phase: event.phase,
      };
    case 'phaseFinished': {
      const state: PhaseState = { kind: event.status, seconds: event.seconds, lines: event.lines };
      const phase = current.phase === event.phase ? null : current.phase;
      return { ...withStates(owned(current), [[event.phase, state]]), phase };
    }
    case 'finished':
      return {
        ...finish(current, event.status, event.seconds, event.failure),
        ...(event.validSince === undefined ? {} : { validSince: event.validSince }),
      };
    case 'notice':
      return { ...current, notice: event.text };
    case 'progress':
      return { ...current, progress: advanceView(current.progress, event.progress) };
    case 'output':
      return current;
  }
}

/** The activity of a server that is gone: nothing of it runs any more. */
export function interruptActivity(activity: DerivationActivity): DerivationActivity {
  return activity.status === null ? finish(activity, 'cancelled', null, null) : activity;
}

function begin(previous: DerivationActivity | undefined, kind: ActivityKind, id: string): DerivationActivity {
  const ended = { status: null, seconds: null, failure: null, notice: null, phase: null };
  const progress = emptyView;
  const phases = previous?.phases ?? new Map<string, PhaseState>();
  return { kind, id, ...ended, progress, expected: [], phases, phasesOf: previous?.phasesOf ?? { kind, id } };
}

/** The phases as this activity's own: those that a build left are nothing to a session, and a build redoes all. */
function owned(activity: DerivationActivity): DerivationActivity {
  const { kind, id, phasesOf } = activity;
  const ofSession = kind === 'run' && phasesOf.kind === 'run';
  if (ofSession || (phasesOf.kind === kind && phasesOf.id === id)) return activity;
  return { ...activity, phases: new Map(activity.expected.map(waiting)), phasesOf: { kind, id } };
}

function waiting(phase: string): readonly [string, PhaseState] {
  return [phase, { kind: 'waiting', seconds: null }];
}

function withStates(
  activity: DerivationActivity,
  states: readonly (readonly [string, PhaseState])[],
): DerivationActivity {
  return { ...activity, phases: new Map([...activity.phases, ...states]) };
}

function finish(
  activity: DerivationActivity,
  status: 'ok' | 'failed' | 'cancelled',
  seconds: number | null,
  failure: Failure | null,
): DerivationActivity {
  const phases = new Map<string, PhaseState>();
  for (const [name, state] of activity.phases) {
    if (state.kind === 'running') phases.set(name, { kind: status, seconds: state.seconds });
    else if (state.kind !== 'waiting') phases.set(name, state);
  }
  return {
    ...activity,
    status,
    seconds,
    failure,
    phase: null,
    phases,
    progress: endedView(activity.progress),
  };
}
