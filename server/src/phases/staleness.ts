/** Which phases of a session are stale: they ran, and something since may have changed what they would do. Pure. */
import type { SessionRecord, StalePhase } from './sessionRecord';

type Ran = Pick<SessionRecord, 'phases' | 'results' | 'failed' | 'stale'>;

/**
 * The stale phases once those done from a position on are no longer: with `reason`, and before them those that were stale
 * already. In running order.
 */
export function staleFrom(record: Ran, position: number, reason: string): readonly StalePhase[] {
  return inOrder(record, [
    ...record.results
      .slice(position)
      .map(({ name, status, seconds }): StalePhase => ({ name, status, seconds, reason })),
    ...record.stale,
  ]);
}

/** Also the phase that failed, when it comes at the position or after it: the edit may have mended it. */
export function staleByEdit(record: Ran, position: number, reason: string): readonly StalePhase[] {
  const { failed } = record;
  const stale = staleFrom(record, position, reason);
  if (failed === null || !isReached(record, position)) return stale;
  return inOrder(record, [{ ...failed, reason }, ...stale]);
}

/** Whether the phase that failed comes at the position or after it. */
export function isReached({ phases, failed }: Ran, position: number): boolean {
  return phases.slice(position).some(({ name }) => name === failed?.name);
}

/** Of several of one name the first counts. */
function inOrder({ phases }: Ran, stale: readonly StalePhase[]): readonly StalePhase[] {
  const byName = new Map([...stale].reverse().map((phase) => [phase.name, phase]));
  return [...new Set(phases.map(({ name }) => name))].flatMap((name) => byName.get(name) ?? []);
}
