/** The phases of a session as they stand before its next run. Pure. */
import type { SessionRecord } from '../phases/sessionRecord';
import type { KeptPhase, SessionEdit } from '../protocol/sessionMessages';

type Kept = Pick<SessionRecord, 'phases' | 'results' | 'failed' | 'stale'>;

/** What the record tells of each phase that ran, with what an edit since makes stale. In running order. */
export function keptPhases(record: Kept, edit: SessionEdit | null): readonly KeptPhase[] {
  const { phases, results, failed, stale } = record;
  const reached = firstReached(record, edit);
  const reason = edit?.reasons.join(' ') ?? '';
  const known = new Map<string, KeptPhase>(
    stale.map(({ name, status, seconds, reason }) => [name, { name, status, seconds, stale: reason }]),
  );
  const fresh = failed === null ? results : [...results, failed];
  fresh.forEach(({ name, status, seconds }, index) => {
    // A phase that is skipped did nothing that could be stale.
    const isStale = index >= reached && status !== 'skipped';
    known.set(name, { name, status, seconds, stale: isStale ? reason : null });
  });
  return [...new Set(phases.map(({ name }) => name))]
    .flatMap((name) => known.get(name) ?? [])
    .filter(({ status, stale }) => status !== 'skipped' || stale === null);
}

/** Index of the first phase whose result no longer holds. */
function firstReached({ phases }: Kept, edit: SessionEdit | null): number {
  if (edit === null || edit.reach === 'nothing') return phases.length;
  if (edit.reach === 'everything') return 0;
  const index = phases.findIndex(({ name }) => name === edit.phase);
  return Math.max(index, 0);
}
