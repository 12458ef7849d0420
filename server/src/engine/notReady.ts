/** Why a derivation cannot be asked about, run or built yet. */
import type { Problem } from '../result';

export const inputsMissing =
  'Its inputs are not built yet: building it, or running a phase, builds them and draws this anew.';

export function notEvaluated(name: string | null): Problem {
  return {
    code: 'not-evaluated',
    message: `${name ?? 'This derivation'} is not evaluated, so there is nothing to run or build.`,
    advice: 'Mend what the evaluation says, then try again.',
  };
}
