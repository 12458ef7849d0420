/** What a session may refuse, and why. */
import type { Problem } from '../result';

export const sessionClosed: Problem = {
  code: 'session-closed',
  message: 'The session has ended.',
  advice: 'Run the phase again to open a new one.',
};

export const sessionBusy: Problem = {
  code: 'session-busy',
  message: 'A run in this session is still going on.',
  advice: 'Stop it, or wait for its end.',
};

export const notStopped: Problem = {
  code: 'not-stopped',
  message: 'No phase of this session stands still.',
  advice: 'Open a shell at the phase instead.',
};

export const phasesLeft: Problem = {
  code: 'phases-left',
  message: 'There are no outputs yet: not every phase has run.',
  advice: 'Run all phases.',
};

export function unknownPhase(phase: string | null, names: readonly string[]): Problem {
  return {
    code: 'unknown-phase',
    message: `This derivation has no phase ${phase ?? ''}.`,
    advice: `Its phases are ${names.join(', ')}.`,
  };
}

export function failedPhaseUnknown(names: readonly string[]): Problem {
  return {
    code: 'phase-unknown',
    message: 'Which phase failed is not known: the build left no log that is cut by phase.',
    advice: `Name it, one of ${names.join(', ')}.`,
  };
}

export function notKept(phase: string | null): Problem {
  return {
    code: 'state-not-kept',
    message: `The files or the shell of ${phase === null ? 'the end of the last phase' : `the moment before ${phase}`} were not kept.`,
    advice: phase === null ? 'Run the last phase again.' : 'Run the phase again, or all phases afresh.',
  };
}

export function outputMissing(name: string): Problem {
  return {
    code: 'output-missing',
    message: `Every phase ran, but nothing made the output ${name}; a real build fails at this.`,
    advice: `Make sure that installPhase creates $${name}.`,
  };
}

export const noHooks: Problem = {
  code: 'no-hooks',
  message: 'This builder has no hooks that could be run alone: it is one step.',
  advice: 'Run the whole step.',
};

export function hookNotRun(name: string): Problem {
  return {
    code: 'hook-not-run',
    message: `${name} was not run: the build directory could not be copied first, to be brought back afterwards.`,
    advice: 'Make room on the disk, then try again.',
  };
}
