/** A moment of a session: the shell and the files as they were when a phase began, where it failed, or at the end. */
import type { Result } from '../result';
import { failure, success } from '../result';
import { notKept, unknownPhase } from './sessionProblems';
import type { SessionKeeper } from './sessionKeeper';
import type { ShellState } from './shellState';

export interface MomentWish {
  /** Null: where the session is now. */
  readonly phase: string | null;
  /** The moment before the phase, even when it failed. */
  readonly entry: boolean;
}

export interface SessionMoment {
  readonly kind: 'entry' | 'failure' | 'end';
  /** The phase that comes next, or that failed; null at the end. */
  readonly phase: string | null;
  /** Null when the builder is no shell that could be asked. */
  readonly state: ShellState | null;
  /** Bash that brings the state up to the derivation as it is now: edits that came after it was written. */
  readonly script: string;
  /** The kept copy of the files; null: they are in the work directory. */
  readonly snapshot: number | null;
  /** What is not as it was, in a sentence; null when all is. */
  readonly note: string | null;
}

/** A phase that stands still in the debugger, with its shell's state as that told it. */
export interface StoppedMoment extends Omit<SessionMoment, 'kind'> {
  readonly kind: 'stop';
}

/** What a shell that stands still told of itself. */
export interface StoppedState {
  readonly phase: string;
  readonly state: ShellState;
}

export function stoppedMoment({ phase, state }: StoppedState): StoppedMoment {
  return { kind: 'stop', phase, state, script: '', snapshot: null, note: null };
}

/** Phases that must run before the moment is there, in order. */
export interface PhasesLeft {
  readonly kind: 'phasesLeft';
  readonly phases: readonly string[];
}

/** Problems: `unknown-phase`, `state-not-kept`. */
export async function momentOf(
  keeper: SessionKeeper,
  { phase, entry }: MomentWish,
): Promise<Result<SessionMoment | PhasesLeft>> {
  const names = keeper.record.phases.map(({ name }) => name);
  const index = phase === null ? keeper.position : names.indexOf(phase);
  if (index < 0) return failure(unknownPhase(phase, names));
  if (index > keeper.position)
    return success({ kind: 'phasesLeft', phases: names.slice(keeper.position, index) });
  const name = names[index] ?? null;
  const failed = keeper.record.failed;
  const here = index === keeper.position;
  if (here && !entry && failed?.status === 'failed' && failed.name === name) {
    return success(await failureOf(keeper, index, name));
  }
  const state = await keeper.state(index);
  const snapshot = here && !keeper.record.dirty ? null : (keeper.record.snapshots[index] ?? null);
  const kept = snapshot !== null || (here && !keeper.record.dirty);
  if (!kept || (state === null && keeper.record.structure !== 'builder')) return failure(notKept(name));
  const kind = name === null ? 'end' : 'entry';
  return success({ kind, phase: name, state, script: laterEdits(keeper, index), snapshot, note: null });
}

async function failureOf(keeper: SessionKeeper, index: number, phase: string | null): Promise<SessionMoment> {
  const files = { kind: 'failure', phase, snapshot: null } as const;
  const state = await keeper.failedState();
  if (state !== null) return { ...files, state, script: '', note: null };
  const before = await keeper.state(index);
  const note = keeper.record.structure === 'builder' ? null : shellLost;
  return { ...files, state: before, script: laterEdits(keeper, index), note };
}

const shellLost =
  'The shell of the phase did not live to tell its state: files are as it left them, variables as they were before it.';

function laterEdits({ record }: SessionKeeper, index: number): string {
  const later = record.edits.slice(record.states[index] ?? 0);
  return later.map(({ script }) => script).join('');
}
