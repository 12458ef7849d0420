import { setImmediate as turn } from 'node:timers/promises';

/** How long one works before others get their turn. */
const sliceMs = 20;

/** Visits many, one after the other, so that what else is asked meanwhile is answered; no more of them once the signal is aborted. */
export async function inTurns<T>(
  all: Iterable<T>,
  visit: (one: T) => Promise<unknown>,
  signal?: AbortSignal,
): Promise<void> {
  let since = performance.now();
  for (const one of all) {
    if (signal?.aborted === true) return;
    await visit(one);
    if (performance.now() - since < sliceMs) continue;
    await turn();
    since = performance.now();
  }
}
