/** A cold evaluation: one process of `nix-instantiate` for each try. It is the judge of what is evaluated in any other way. */
import { printAttrPath } from './attrPath';
import { Deadline } from './deadline';
import type { NixContext } from './commandLine';
import { runWithLog } from './commandLine';
import { bareFailure } from './evaluationFailure';
import { prepareSource } from './evaluationSource';
import type { Question, TryRequest } from './evaluationTries';
import { askInTries, cancelled, instantiateArguments, timedOut } from './evaluationTries';
import type { EvaluatedFile, EvaluationFailure, EvaluationOptions, EvaluationSource } from './nix';
import { pathRead, tellsFilesRead, type ReadPath } from './filesRead';
import type { Result } from '../result';
import { failure } from '../result';

/** Resident memory is above the evaluator's heap by Nix itself and what its libraries hold. */
const residentSlack = 256 * 1024 * 1024;

/** Evaluates and instantiates; see `Nix.evaluate`. `onRead` is told of what Nix reads, over all tries. */
export async function evaluate(
  context: NixContext,
  source: EvaluationSource,
  options: EvaluationOptions,
  signal: AbortSignal,
  onRead: ((read: ReadPath) => void) | null = null,
): Promise<Result<EvaluatedFile, EvaluationFailure>> {
  if (signal.aborted) return failure(cancelled(null));
  const prepared = await prepareSource(source, context.expressionsFolder);
  const deadline = new Deadline(options.timeoutMs);
  const question = { context, source, options, prepared, deadline, signal };
  try {
    const answer = await askInTries(question, (request) => tryOnce(question, request, onRead));
    return answer ?? failure(cancelled(null));
  } finally {
    deadline.dispose();
    await prepared.dispose();
  }
}

async function tryOnce(
  question: Question,
  { answer, textFor }: TryRequest,
  onRead: ((read: ReadPath) => void) | null,
): Promise<EvaluationFailure | null> {
  const { context, source, options, prepared, deadline, signal } = question;
  const limitBytes = options.memoryLimitMb * 1024 * 1024;
  const args = { "phasewise'request": textFor(prepared.file) };
  const result = await runWithLog(
    context.runner,
    context.installation.programs.nixInstantiate,
    [
      ...(onRead === null ? [] : [tellsFilesRead]),
      ...instantiateArguments(context, source, options, { name: 'derivations.nix', args }),
    ],
    (record) => {
      const read = onRead === null ? null : pathRead(record);
      if (read === null) answer.take(record);
      else onRead?.(read);
    },
    {
      cwd: prepared.cwd,
      env: { ...context.environment, GC_MAXIMUM_HEAP_SIZE: String(limitBytes) },
      maxResidentBytes: limitBytes + residentSlack,
      maxOutputBytes: 4096,
      lowPriority: options.background !== undefined,
      // A loop in the evaluator does not hear SIGTERM.
      graceMs: 200,
      signal: AbortSignal.any([signal, deadline.signal]),
    },
  );
  const path = answer.currentPath();
  const attr = path === null ? answer.wholeAttr() : printAttrPath(path);
  switch (result.ended) {
    case 'notStarted':
      return bareFailure('unusable', `nix-instantiate could not be started (${result.startError}).`, attr);
    case 'cancelled':
    case 'timeout':
      return deadline.isOver && !signal.aborted ? timedOut(question, attr) : cancelled(attr);
    case 'memory':
      return answer.memoryFailure(attr);
    case 'exit':
      return result.exitCode === 0 ? null : answer.exitFailure(result, attr);
  }
}
