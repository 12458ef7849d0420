/** The failing command of a build looked for in the directory that the build left, where the phases before it need not run again. Pure. */
import { isBashNoise } from '../builds/bashNoise';
import { normalised } from '../builds/logs/normalised';
import type { AdoptedBuild } from '../protocol/messages';
import type { Failure, RunResult } from '../protocol/model';

/** What would be adopted; null where all phases have to run. */
export function keptOf({ offers = [], phase, drvPath, replay }: Failure): AdoptedBuild | null {
  const offer = offers.find(({ kind }) => kind === 'goOnInKept');
  if (replay?.wholeSeconds === undefined || phase === null || offer?.kind !== 'goOnInKept') return null;
  const { folder } = offer;
  return { folder, phase, drvPath };
}

/**
 * Whether the phase failed there as it did in the build. It began among what it had made the first time, so that another command
 * of it may fail: its last words must be the same.
 */
export function failedAlike(failed: Failure, { phases }: RunResult): boolean {
  const again = phases.find(({ status }) => status === 'failed');
  if (again?.failure == null || again.name !== failed.phase || again.exitCode !== failed.exitCode)
    return false;
  const words = lastWords(failed.tail);
  return words !== null && words === lastWords(again.failure.tail);
}

/** What is left to be tried when that told nothing. */
export function withoutKept(failed: Failure): Failure {
  const seconds = failed.replay?.wholeSeconds ?? failed.replay?.seconds ?? 0;
  const note = `In the directory that the build left ${failed.phase ?? 'it'} did not fail as it did in the build.`;
  return { ...failed, replay: { state: 'offered', seconds, note } };
}

function lastWords(tail: readonly string[]): string | null {
  const last = tail.findLast((line) => line.trim() !== '' && !isBashNoise(line));
  return last === undefined ? null : normalised(last.trimEnd());
}
