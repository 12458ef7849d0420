/** What `build` and `run` print with `--json` when they ended before anything ran: the same shape, with the reason. Pure. */
import { failureOfProblem } from '../../engine/problemFailure';
import type { BuildResult, Failure, RunResult } from '../../protocol/model';
import type { SubjectProblem } from '../subject';

type Refused<T, Unknown extends keyof T> = Omit<T, Unknown | 'failure'> &
  Readonly<Record<Unknown, null>> & { readonly status: 'failed'; readonly failure: Failure };

/** The reason with the place of the evaluation's error, when that is what it was. */
export function refusalOf(problem: SubjectProblem): Failure {
  const failure = failureOfProblem(problem);
  if (!problem.diagnostic) return failure;
  const { message, file, range } = problem.diagnostic;
  return { ...failure, message, file, range };
}

export function refusedBuild(failure: Failure): Refused<BuildResult, 'drvPath'> {
  return { drvPath: null, status: 'failed', outputs: {}, phases: [], failure };
}

export function refusedRun(failure: Failure): Refused<RunResult, 'session'> {
  const nothing = { session: null, isolation: 'none', phases: [], outputs: {}, verify: null } as const;
  return { ...nothing, status: 'failed', failure };
}
