/** Expected failure is a value: what happened, and what the user can do about it. */

/** What a user reads when something expected went wrong. */
export interface Problem {
  /** Stable, kebab-case, e.g. `nix-missing`. */
  readonly code: string;
  /** What happened, one or more full sentences. */
  readonly message: string;
  /** What to do next; null when nothing can be advised. */
  readonly advice: string | null;
}

/** Who asked does not want it any more. */
export const stopped: Problem = { code: 'cancelled', message: 'Stopped.', advice: null };

export type Result<T, E = Problem> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

export function success<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

export function failure<E>(error: E): { readonly ok: false; readonly error: E } {
  return { ok: false, error };
}
