/** Whether running a failed build's phases again would tell which command failed, and how long it would take. Pure. */
import type { BuildPhaseResult, Derivation, Replay } from '../protocol/model';
import type { Explanation } from './explanations/rule';
import type { FailedBuilder } from './runningBuild';

/** What a build did before it failed. */
export interface BuiltPhases {
  readonly phases: readonly BuildPhaseResult[];
  /** Of the whole build. */
  readonly seconds: number;
}

/**
 * Null where it would tell nothing: what failed is not a command (a hash, a missing output), not one that the author wrote (a
 * phase of stdenv's own without a hook), or known to be caused elsewhere (a patch, a full disk).
 */
export function replayOffer(
  derivation: Derivation,
  failed: FailedBuilder,
  built: BuiltPhases | null,
  explanation: Explanation | null,
): Replay | null {
  if (built === null || failed.exitCode === null || failed.hashMismatch !== null) return null;
  if (explanation?.attribute !== undefined || explanation?.ofMachine === true) return null;
  if (!isWritten(derivation, failed.phase)) return null;
  const sum = built.phases.reduce((all, { seconds }) => all + seconds, 0);
  return { state: 'offered', seconds: built.phases.length === 0 ? built.seconds : sum, note: null };
}

/** The same offer when the build left its directory: the phase that failed is enough. */
export function offerInKept(offered: Replay, failedPhase: string | null, { phases }: BuiltPhases): Replay {
  const own = phases.findLast(({ name }) => name === failedPhase);
  if (offered.state !== 'offered' || own === undefined || phases.length < 2) return offered;
  return { ...offered, seconds: own.seconds, wholeSeconds: offered.seconds };
}

/** Whether anything that the phase runs is an attribute of the derivation. */
function isWritten({ structure, phases, attributes }: Derivation, phase: string | null): boolean {
  if (structure === 'builder') return false;
  if (structure === 'buildCommand') return true;
  const found = phases.find(({ name }) => name === phase);
  if (found === undefined) return false;
  if (attributes[found.name] !== undefined) return true;
  return [found, ...found.hooks].some(({ origin }) => origin.kind === 'attribute');
}
