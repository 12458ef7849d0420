/** The live part of a session: what runs phases one after another, and goes back. */
import type { PhaseLog } from './logs';
import type { PhaseDebugger } from './phaseDebugger';

export interface SessionPhase {
  readonly name: string;
  /** Whether stdenv's own runPhase reaches its text, as far as can be told before it runs. */
  readonly runs: boolean;
}

export interface StepOutcome {
  /** `died`: with the phase the whole chain ended. */
  readonly status: 'ok' | 'skipped' | 'failed' | 'cancelled' | 'died';
  /** As a shell tells it (137: SIGKILL); null when unknown. */
  readonly exitCode: number | null;
  /** Process id of the phase's shell; null when it never started. */
  readonly pid: number | null;
}

export interface PhaseChain {
  readonly phases: readonly SessionPhase[];
  /** How many phases are done. */
  readonly position: number;
  readonly alive: boolean;
  /**
   * Runs the phase at `position`. Aborting ends the phase and what it started, not the chain. Who debugs it is told where it
   * stops; a chain that is no bash's does not stop.
   */
  run(
    phase: string,
    openLog: () => PhaseLog,
    signal: AbortSignal,
    debug?: PhaseDebugger | null,
  ): Promise<StepOutcome>;
  /** Runs a hook alone in a child of the present shell, which stays as it is. Aborting ends what it started. */
  hook(name: string, openLog: () => PhaseLog, signal: AbortSignal): Promise<StepOutcome>;
  /** Whether a shell waits at this position. */
  waitsAt(position: number): boolean;
  /** Back to the state before the phase at this position; false when no shell waits there. */
  rewind(position: number): Promise<boolean>;
  /** Runs a script in the shell at the present position; the shells that come after it inherit what it sets. */
  edit(script: string | Uint8Array): Promise<boolean>;
  /** What the build's shell does at its end; the status with which it ends, null when the chain ended. */
  finish(): Promise<number | null>;
  /** Ends all its processes. */
  close(): Promise<void>;
}
