/** Which phases a run runs. Pure. */
import type { PhaseDebugger } from './phaseDebugger';
import type { SessionPhase } from './chain';

export interface PhaseSelection {
  /**
   * `only`: this phase, and first those before it that have not run; `until` includes it; `from`: it and all after it again; `next`:
   * the first that is not done, past those that are skipped; `hook`: no phase, but the hook of this name, in the present state; `none`.
   */
  readonly selection: 'only' | 'until' | 'from' | 'all' | 'next' | 'hook' | 'none';
  /** Null only with `all`, `next` and `none`. */
  readonly phase: string | null;
  /** Begin with a new build directory and a new shell. */
  readonly fresh?: boolean;
  /** With `from` and `all`: the last phase to run; default: the last of all. */
  readonly last?: string | undefined;
  /** Who stops the phases and looks around in them; default: nobody. */
  readonly debug?: PhaseDebugger | undefined;
}

export interface RunPlan {
  /** Position to go back to first; null: go on where the chain is. */
  readonly rewindTo: number | null;
  /** Position after the last phase to run. */
  readonly end: number;
}

/** Null when there is no phase of that name. `position` is how many phases are done. */
export function planRun(
  phases: readonly SessionPhase[],
  position: number,
  wanted: PhaseSelection,
): RunPlan | null {
  const last =
    wanted.last === undefined ? phases.length - 1 : phases.findIndex(({ name }) => name === wanted.last);
  if (last < 0 && phases.length > 0) return null;
  if (wanted.selection === 'all') return { rewindTo: null, end: last + 1 };
  if (wanted.selection === 'hook' || wanted.selection === 'none') return { rewindTo: null, end: position };
  if (wanted.selection === 'next') {
    const next = phases.findIndex(({ runs }, index) => index >= position && runs);
    return { rewindTo: null, end: next < 0 ? phases.length : next + 1 };
  }
  const index = phases.findIndex(({ name }) => name === wanted.phase);
  if (index < 0) return null;
  const rewindTo = position > index ? index : null;
  switch (wanted.selection) {
    case 'only':
      return { rewindTo, end: index + 1 };
    case 'from':
      return { rewindTo, end: Math.max(last, index) + 1 };
    case 'until':
      return { rewindTo: null, end: index + 1 };
  }
}
