/** Copies a session's files, as they were at a moment, to where something else may work on them. */
import { join } from 'node:path';
import type { Result } from '../result';
import { failure, stopped } from '../result';
import type { SessionKeeper } from './sessionKeeper';
import { passingNumber } from './sessionPhase';
import type { SessionMoment, StoppedMoment } from './sessionMoment';
import { writeEditedFiles } from './sessionTravel';
import type { DirectorySnapshots } from './snapshots/snapshots';

/**
 * Fills the empty folder `work`. Where outputs are redirected the session's own work directory is named in what phases
 * wrote: there `work`, a name as long, takes its place, so that nothing in the copy leads back. Problems: those of saving
 * and copying snapshots.
 */
export async function copyMoment(
  { keeper, snapshots }: { readonly keeper: SessionKeeper; readonly snapshots: DirectorySnapshots },
  { snapshot }: Pick<SessionMoment | StoppedMoment, 'snapshot'>,
  work: string,
  signal: AbortSignal,
): Promise<Result<null>> {
  const { record } = keeper;
  const passing = passingNumber(record.phases.length);
  if (snapshot === null) {
    const saved = await snapshots.save(passing, signal);
    if (!saved.ok) return signal.aborted ? failure(stopped) : saved;
  }
  try {
    const rewrite = record.view?.redirect == null ? null : { from: record.work, to: work };
    const copied = await snapshots.copyTo(snapshot ?? passing, work, rewrite, signal);
    if (copied.ok && snapshot !== null) await writeEditedFiles(keeper, join(work, 'build'));
    return copied;
  } finally {
    if (snapshot === null) await snapshots.drop(passing);
  }
}
