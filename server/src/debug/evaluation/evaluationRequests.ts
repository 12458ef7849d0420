/** The requests of a debug client that an evaluation answers its own way. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { failure, success, type Result } from '../../result';
import { evaluationThread, type EvaluationSession } from './evaluationSession';

type Answer = Promise<Result<unknown>>;
/** As the client sent them. */
type Arguments = never;

/** One a request; what is not among them is refused. */
export function evaluationRequests(
  session: EvaluationSession,
): Readonly<Record<string, (args: Arguments) => Answer>> {
  const resume = (command: ':c' | ':s') => (): Answer => done(session.resume(command));
  return {
    configurationDone: () => done(success(null)),
    setBreakpoints: ({ breakpoints = [] }: DebugProtocol.SetBreakpointsArguments) =>
      done(success({ breakpoints: breakpoints.map(() => ({ verified: false, message: byLine })) })),
    setFunctionBreakpoints: ({ breakpoints }: DebugProtocol.SetFunctionBreakpointsArguments) =>
      done(success({ breakpoints: breakpoints.map(() => ({ verified: false, message: byLine })) })),
    setExceptionBreakpoints: ({ filters }: DebugProtocol.SetExceptionBreakpointsArguments) => {
      session.stopsAtErrors = filters.includes('failure');
      return done(success({ breakpoints: filters.map(() => ({ verified: true })) }));
    },
    threads: () => done(success({ threads: [{ id: evaluationThread, name: 'evaluation' }] })),
    stackTrace: ({ startFrame = 0, levels = 0 }: DebugProtocol.StackTraceArguments) =>
      done(success(session.stackTrace(startFrame, levels))),
    scopes: ({ frameId }: DebugProtocol.ScopesArguments) => session.scopes(frameId),
    variables: ({ variablesReference, start = 0, count = 0 }: DebugProtocol.VariablesArguments) =>
      session.variablesOf(variablesReference, start, count === 0 ? Number.MAX_SAFE_INTEGER : count),
    evaluate: ({ expression, frameId, context = 'repl' }: DebugProtocol.EvaluateArguments) =>
      session.evaluate(expression, frameId, context),
    completions: ({ text, column }: DebugProtocol.CompletionsArguments) =>
      done(success(session.completions(text, column))),
    exceptionInfo: () => {
      const description = session.exception;
      if (description === null) return refused('Nothing went wrong here.');
      return done(success({ exceptionId: 'error', description, breakMode: 'always' }));
    },
    continue: resume(':c'),
    next: resume(':s'),
    stepIn: resume(':s'),
    stepOut: () => refused('Nix steps only to what it evaluates next: Step Into.'),
    pause: () =>
      refused('Nix cannot be stopped from outside. Write builtins.break before what is to be looked at.'),
  };
}

/** Of any other request. */
export const notOfEvaluations = 'Nix has nothing like this for what it evaluates.';

const byLine =
  "Nix's debugger knows no lines: write builtins.break (…) around an expression, and it stops there.";

function done(result: Result<unknown>): Answer {
  return Promise.resolve(result);
}

function refused(message: string): Answer {
  return Promise.resolve(failure({ code: 'refused', message, advice: null }));
}
