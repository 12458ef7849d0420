/** Watching what phases use of their inputs. */
import { definedVariables, findUserProgram } from '../nix/userPrograms';
import type { PhaseSession } from '../phases/session';
import type { ActivityEvent } from '../protocol/messages';
import type { InputUse } from '../protocol/model';
import { failure, success, type Problem, type Result } from '../result';

/** The strace that a setting names; empty: the one on PATH. Problems: `no-strace`. */
export function findStrace(
  setting: string,
  environment: Readonly<Record<string, string | undefined>>,
): Result<string> {
  if (process.platform !== 'linux') return failure(onlyLinux);
  const found = findUserProgram(setting, ['strace'], definedVariables(environment));
  return found === null ? failure(missing(setting)) : success(found);
}

/** What used each input in the run that ended just now; a notice, and nothing, where that has a gap. */
export async function watchedInputs(
  session: PhaseSession,
  onEvent: (event: ActivityEvent) => void,
  signal: AbortSignal,
): Promise<{ readonly inputs?: readonly InputUse[] }> {
  const evidence = await session.inputUse(signal).catch(() => null);
  if (evidence !== null) return { inputs: evidence.inputs };
  if (!signal.aborted) onEvent({ type: 'notice', text: gap });
  return {};
}

const gap =
  'What the phases did with files could not be followed to the end, so nothing is said of inputs that nothing used.';

const onlyLinux: Problem = {
  code: 'no-strace',
  message: 'What phases use of their inputs can be watched on Linux only.',
  advice: null,
};

function missing(setting: string): Problem {
  return setting === ''
    ? {
        code: 'no-strace',
        message: 'No strace was found on PATH, by which the use of inputs is watched.',
        advice: 'Install it, or name it in phasewise.phases.strace.',
      }
    : {
        code: 'no-strace',
        message: `The program “${setting}” of phasewise.phases.strace was not found.`,
        advice: 'Correct the setting, or leave it empty to use the one on PATH.',
      };
}
