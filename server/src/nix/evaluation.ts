/**
 * What derivations a file makes. One process of `nix-instantiate` for each try; an attribute whose evaluation ends the
 * process is noted and left out of the next try, so that it does not hide the others.
 */
import { join } from 'node:path';
import { parseAttrPath, printAttrPath } from './attrPath';
import type { NixContext } from './commandLine';
import { internalJsonArguments, runWithLog, searchPathArguments, settingArguments } from './commandLine';
import { EvaluationAnswer, limits } from './evaluationAnswer';
import { bareFailure } from './evaluationFailure';
import type { PreparedSource } from './evaluationSource';
import { prepareSource } from './evaluationSource';
import { flakeReference } from './flakeReference';
import type { EvaluatedFile, EvaluationFailure, EvaluationOptions, EvaluationSource } from './nix';
import type { Result } from '../result';
import { failure, success } from '../result';

/** Tries with every error told in full; then `throw` and `assert` are caught inside; then no more tries. */
const tries = { full: 12, all: 30 } as const;
/** Resident memory is above the evaluator's heap by Nix itself and what its libraries hold. */
const residentSlack = 256 * 1024 * 1024;

/** One question: what stays the same over its tries. */
interface Question {
  readonly context: NixContext;
  readonly source: EvaluationSource;
  readonly options: EvaluationOptions;
  readonly prepared: PreparedSource;
  readonly deadline: number;
  readonly signal: AbortSignal;
}

/** Evaluates and instantiates; see `Nix.evaluate`. */
export async function evaluate(
  context: NixContext,
  source: EvaluationSource,
  options: EvaluationOptions,
  signal: AbortSignal,
): Promise<Result<EvaluatedFile, EvaluationFailure>> {
  if (signal.aborted) return failure(cancelled(null));
  const prepared = await prepareSource(source, context.expressionsFolder);
  const deadline = Date.now() + options.timeoutMs;
  try {
    return await ask({ context, source, options, prepared, deadline, signal });
  } finally {
    await prepared.dispose();
  }
}

function cancelled(attr: string | null): EvaluationFailure {
  return bareFailure('cancelled', 'The evaluation was cancelled.', attr);
}

async function ask(question: Question): Promise<Result<EvaluatedFile, EvaluationFailure>> {
  const { context, source, options, prepared, signal } = question;
  const answer = new EvaluationAnswer(source, options, prepared, context.installation.storeDir);
  const { storeProblem } = context.installation;
  if (storeProblem !== null) {
    answer.notice(`${storeProblem.message} Derivations are evaluated without being written to the store.`);
  }
  const failures: EvaluationFailure[] = [];
  const failed: (readonly string[])[] = [];
  for (let count = 1; ; count += 1) {
    answer.beginTry();
    const end = await tryOnce(question, answer, failed, count > tries.full);
    if (signal.aborted) return failure(cancelled(null));
    const stopped = answer.stopped();
    if (stopped !== null) return stopped;
    if (end === null) break;
    // An error outside the walk concerns the whole; one inside concerns an attribute alone.
    const path = answer.currentPath();
    if (path === null) return failure(end);
    failures.push(end);
    failed.push(path);
    if (end.kind === 'timeout' || end.kind === 'unusable') break;
    if (count >= tries.all) {
      answer.notice('Too many attributes fail; those after the last failure were not evaluated.');
      break;
    }
  }
  return success(answer.file(failures));
}

/** Null when it came to its end, else what ended it. */
async function tryOnce(
  question: Question,
  answer: EvaluationAnswer,
  failed: readonly (readonly string[])[],
  careful: boolean,
): Promise<EvaluationFailure | null> {
  const { context, source, options, prepared } = question;
  const limitBytes = options.memoryLimitMb * 1024 * 1024;
  const request = {
    tag: answer.tag,
    kind: source.kind,
    file: prepared.file,
    flake: source.kind === 'flake' ? flakeReference(source.file, context.installation.version) : null,
    path: parseAttrPath(source.attr),
    callPackage: options.callPackage,
    skip: answer.begun(),
    failed,
    careful,
    ...limits,
  };
  const result = await runWithLog(
    context.runner,
    context.installation.programs.nixInstantiate,
    instantiateArguments(context, source, options, JSON.stringify(request)),
    (record) => answer.take(record),
    {
      cwd: prepared.cwd,
      env: { ...context.environment, GC_MAXIMUM_HEAP_SIZE: String(limitBytes) },
      maxResidentBytes: limitBytes + residentSlack,
      timeoutMs: Math.max(question.deadline - Date.now(), 1),
      maxOutputBytes: 4096,
      // A loop in the evaluator does not hear SIGTERM.
      graceMs: 200,
      signal: question.signal,
    },
  );
  const path = answer.currentPath();
  const attr = path === null ? answer.wholeAttr() : printAttrPath(path);
  switch (result.ended) {
    case 'notStarted':
      return bareFailure('unusable', `nix-instantiate could not be started (${result.startError}).`, attr);
    case 'cancelled':
      return cancelled(attr);
    case 'timeout': {
      const seconds = Math.round(options.timeoutMs / 100) / 10;
      return bareFailure('timeout', `The evaluation took longer than ${seconds} s and was ended.`, attr);
    }
    case 'memory':
      return answer.memoryFailure(attr);
    case 'exit':
      return result.exitCode === 0 ? null : answer.exitFailure(result, attr);
  }
}

function instantiateArguments(
  context: NixContext,
  source: EvaluationSource,
  options: EvaluationOptions,
  request: string,
): readonly string[] {
  const { installation, settings, expressionsFolder } = context;
  return [
    '--eval',
    ...internalJsonArguments,
    '--show-trace',
    ...(installation.storeProblem === null
      ? ['--read-write-mode', ...settingArguments(settings)]
      : ['--readonly-mode', ...settingArguments({ ...settings, store: 'dummy://' })]),
    ...(source.kind === 'flake' ? ['--option', 'extra-experimental-features', 'nix-command flakes'] : []),
    ...searchPathArguments(settings),
    ...options.args.flatMap(({ kind, name, value }) => [
      kind === 'string' ? '--argstr' : '--arg',
      name,
      value,
    ]),
    '--argstr',
    "phasewise'request",
    request,
    join(expressionsFolder, 'derivations.nix'),
  ];
}
