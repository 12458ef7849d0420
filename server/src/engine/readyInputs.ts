/** Whether a run can begin without anything being built for it, asked with the question that isolation needs answered anyway. */
import type { StoreDerivation } from '../nix/derivationFile';
import type { Nix } from '../nix/nix';
import type { SessionIsolation } from '../phases/sessionView';

export interface ReadyInputs {
  /** Whether every input is in the store. */
  readonly ready: boolean;
  /** Answers its first question with what was found out. */
  readonly isolation: SessionIsolation;
}

/** `before`: what the session that is to go on was of, whose inputs are there. */
export async function readyInputs(
  nix: Nix,
  derivation: StoreDerivation,
  before: StoreDerivation | null,
  signal: AbortSignal,
): Promise<ReadyInputs> {
  if (before !== null && hasSameInputs(before, derivation)) return { ready: true, isolation: nix };
  // Only what is valid has a closure.
  const asked = await nix.inputClosure(derivation, [], signal);
  if (!asked.ok) return { ready: false, isolation: nix };
  let known: typeof asked | null = asked;
  const isolation: SessionIsolation = {
    inputClosure: (of, more, later) => {
      const answer = of.path === derivation.path && more.length === 0 ? known : null;
      // Much later something may have been collected as garbage.
      known = null;
      return answer === null ? nix.inputClosure(of, more, later) : Promise.resolve(answer);
    },
    sandbox: (later) => nix.sandbox(later),
  };
  return { ready: true, isolation };
}

function hasSameInputs(a: StoreDerivation, b: StoreDerivation): boolean {
  return inputsOf(a) === inputsOf(b);
}

/** Nix writes them sorted. */
function inputsOf({ inputDerivations, inputSources }: StoreDerivation): string {
  return JSON.stringify([inputDerivations, inputSources]);
}
