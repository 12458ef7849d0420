import { lastPhasesVariable, usualPhase, usualPhases } from '../knowledge/stdenvPhases';

/** `definePhases`: the derivation's own `phases`, else the usual ones with those that variables add between them. */
export function phaseOrder(words: (variable: string) => readonly string[]): string[] {
  const own = words('phases');
  if (own.length > 0) return [...own];
  const usual = usualPhases.flatMap(({ name, before }) => [...(before === null ? [] : words(before)), name]);
  return [...usual, ...words(lastPhasesVariable)];
}

/** Why `runPhase` would skip this phase; null when it runs or `isSet` does not know. */
export function usualSkipReason(phase: string, isSet: (variable: string) => boolean | null): string | null {
  const flag = usualPhase(phase)?.flag ?? null;
  if (flag === null) return null;
  const set = isSet(flag.name);
  if (set === null || set === (flag.runsWhen === 'set')) return null;
  return set ? `${flag.name} is set` : `${flag.name} is not set`;
}
