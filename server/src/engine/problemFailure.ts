/** A Problem in the form in which runs and builds tell what went wrong. Pure. */
import type { Failure } from '../protocol/model';
import type { Problem } from '../result';

/** Without a place: a Problem has none. Its advice is the explanation. */
export function failureOfProblem(problem: Problem): Failure {
  return {
    drvPath: null,
    phase: null,
    file: null,
    range: null,
    exact: false,
    command: null,
    exitCode: null,
    message: problem.message,
    explanation: problem.advice,
    edits: [],
    tail: [],
  };
}
