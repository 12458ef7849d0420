/**
 * A question to the evaluator, asked in tries: an attribute whose evaluation ends the evaluator is noted and left out of the
 * next try, so that it does not hide the others. Who evaluates a try is the caller's.
 */
import { parseAttrPath } from './attrPath';
import { join } from 'node:path';
import type { NixContext } from './commandLine';
import { internalJsonArguments, searchPathArguments, settingArguments } from './commandLine';
import { EvaluationAnswer, limits } from './evaluationAnswer';
import type { Deadline } from './deadline';
import { WaitedWork } from './evaluationWork';
import { entryRequest, usesFlakes } from './entryFiles';
import { bareFailure } from './evaluationFailure';
import type { PreparedSource } from './evaluationSource';
import { flakeReference } from './flakeReference';
import type { EvaluatedFile, EvaluationFailure, EvaluationOptions, EvaluationSource } from './nix';
import type { Result } from '../result';
import { failure, success } from '../result';

/** Tries with every error told in full; then `throw` and `assert` are caught inside; then no more tries. */
const tries = { full: 12, all: 30 } as const;

/** One question: what stays the same over its tries. */
export interface Question {
  readonly context: NixContext;
  readonly source: EvaluationSource;
  readonly options: EvaluationOptions;
  readonly prepared: PreparedSource;
  readonly deadline: Deadline;
  readonly signal: AbortSignal;
}

/** What `expressions/derivations.nix` is asked in one try; `file` is what Nix reads. */
export interface TryRequest {
  readonly answer: EvaluationAnswer;
  readonly textFor: (file: string) => string;
}

/** Null when it came to its end, else what ended it; `lost` when the evaluator is gone without an answer. */
export type TryOnce = (request: TryRequest) => Promise<EvaluationFailure | 'lost' | null>;

export function cancelled(attr: string | null): EvaluationFailure {
  return bareFailure('cancelled', 'The evaluation was cancelled.', attr);
}

export function timedOut({ options }: Question, attr: string | null): EvaluationFailure {
  const seconds = Math.round(options.timeoutMs / 100) / 10;
  return bareFailure('timeout', `The evaluation took longer than ${seconds} s and was ended.`, attr);
}

/** Asks until there is an answer; null when a try was lost. */
export async function askInTries(
  question: Question,
  tryOnce: TryOnce,
): Promise<Result<EvaluatedFile, EvaluationFailure> | null> {
  const { context, source, options, prepared } = question;
  const work = new WaitedWork(question.deadline, options.onWork);
  const answer = new EvaluationAnswer(source, options, prepared, context.installation, work);
  const result = await tryUntilAnswered(question, answer, (request) =>
    tryOnce(request).finally(() => work.end()),
  );
  if (result === null || result.ok || answer.notices.length === 0) return result;
  return failure({ ...result.error, notices: answer.notices });
}

async function tryUntilAnswered(
  question: Question,
  answer: EvaluationAnswer,
  tryOnce: TryOnce,
): Promise<Result<EvaluatedFile, EvaluationFailure> | null> {
  const { context, signal } = question;
  const { storeProblem } = context.installation;
  if (storeProblem !== null) {
    answer.notice(`${storeProblem.message} Derivations are evaluated without being written to the store.`);
  }
  const failures: EvaluationFailure[] = [];
  const failed: (readonly string[])[] = [];
  for (let count = 1; ; count += 1) {
    answer.beginTry();
    const textFor = requestText(question, answer, failed, count > tries.full);
    const end = await tryOnce({ answer, textFor });
    if (signal.aborted) return failure(cancelled(null));
    if (end === 'lost') return null;
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

/** What `expressions/derivations.nix` is asked after what the answer holds already. */
export function requestText(
  { context, source, options, prepared }: Omit<Question, 'deadline' | 'signal'>,
  answer: EvaluationAnswer,
  failed: readonly (readonly string[])[],
  careful: boolean,
): TryRequest['textFor'] {
  const skip = answer.begun();
  return (file) =>
    JSON.stringify({
      tag: answer.tag,
      kind: source.kind,
      file,
      flake: source.kind === 'flake' ? flakeReference(source.file, context.installation.version) : null,
      path: parseAttrPath(source.attr),
      entry: entryRequest(source, prepared.entry),
      callPackage: options.callPackage,
      skip,
      failed,
      careful,
      ...limits,
    });
}

/** The command line of an evaluation, to which an expression of ours and its own arguments come. */
export function instantiateArguments(
  { installation, settings, expressionsFolder }: NixContext,
  source: Pick<EvaluationSource, 'kind' | 'entry'>,
  options: EvaluationOptions,
  expression: { readonly name: string; readonly args: Readonly<Record<string, string>> },
): readonly string[] {
  return [
    '--eval',
    ...internalJsonArguments,
    '--show-trace',
    ...(installation.storeProblem === null
      ? ['--read-write-mode', ...settingArguments(settings)]
      : ['--readonly-mode', ...settingArguments({ ...settings, store: 'dummy://' })]),
    ...(usesFlakes(source) ? ['--option', 'extra-experimental-features', 'nix-command flakes'] : []),
    ...(options.typing?.importFromDerivation === false
      ? ['--option', 'allow-import-from-derivation', 'false']
      : []),
    ...searchPathArguments(settings),
    ...options.args.flatMap(({ kind, name, value }) => [
      kind === 'string' ? '--argstr' : '--arg',
      name,
      value,
    ]),
    ...Object.entries(expression.args).flatMap(([name, value]) => ['--argstr', name, value]),
    join(expressionsFolder, expression.name),
  ];
}
