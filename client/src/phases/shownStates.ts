/** The states of phases as the tree shows them: what the session keeps, and over it what runs or ran since. Pure. */
import type { KeptPhase, SessionState } from '../../../server/src/protocol/sessionMessages';
import type { DerivationActivity, PhaseState } from './phaseStates';

/** The last run or build of a derivation. */
export interface LastActivity {
  readonly activity: DerivationActivity;
  /** The store derivation that it was of; null when that was not known. */
  readonly drvPath: string | null;
  /** Whether the server has said since its end what the session keeps: then that holds. */
  readonly told: boolean;
}

export interface Shown {
  readonly phases: ReadonlyMap<string, PhaseState>;
  /** Undefined when nothing ran in this window. */
  readonly activity: DerivationActivity | undefined;
  /** Whether the derivation is still the one that the activity was of. */
  readonly current: boolean;
  /** Undefined when there is none. */
  readonly session: SessionState | undefined;
  /** Whether the failing line of its build is being looked for; absent when not. */
  readonly replayed?: true;
}

export function shownStates(
  last: LastActivity | undefined,
  session: SessionState | undefined,
  drvPath: string | null,
): Shown {
  const current = last !== undefined && isCurrent(last, drvPath);
  return { phases: phasesOf(last, current, session), activity: last?.activity, current, session };
}

function isCurrent({ activity, drvPath }: LastActivity, now: string | null): boolean {
  return activity.status === null || drvPath === null || now === null || drvPath === now;
}

function phasesOf(
  last: LastActivity | undefined,
  current: boolean,
  session: SessionState | undefined,
): Shown['phases'] {
  const kept = new Map((session?.phases ?? []).map((phase) => [phase.name, stateOf(phase)]));
  if (last === undefined) return kept;
  const { activity, told } = last;
  // What a build did says nothing of a session, and is of the derivation that was built.
  if (activity.phasesOf.kind === 'build') return current ? activity.phases : kept;
  return told ? kept : new Map([...kept, ...activity.phases]);
}

function stateOf({ status, seconds, stale }: KeptPhase): PhaseState {
  const took = status === 'skipped' || status === 'cancelled' ? null : seconds;
  return stale === null ? { kind: status, seconds: took } : { kind: 'stale', seconds: took, reason: stale };
}
