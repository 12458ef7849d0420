/** The debug adapter: each request of the protocol a method, answered or refused; the one place where errors end. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { ResumeMode } from '../phases/phaseDebugger';
import {
  ignoreFailureRequest,
  openShellRequest,
  restartPhaseRequest,
  skipCommandRequest,
  type OpenShellArguments,
} from '../protocol/debug';
import { failure, success, type Problem, type Result } from '../result';
import { Breakpoints } from './breakpoints';
import { DebugSession } from './debugSession';
import { completionsAt } from './completions';
import { openTarget, type TargetParts } from './debugTarget';
import { evaluate } from './evaluate';
import { openFrameShell } from './frameShell';
import { exceptionFilters } from './exceptions';
import { evaluationRequests, notOfEvaluations } from './evaluation/evaluationRequests';
import { EvaluationSession } from './evaluation/evaluationSession';
import { parseLaunch, type Launch } from './launchArguments';
import type { ProtocolConnection } from './protocolConnection';
import type { StoppedShell } from './stoppedShell';
import { mainThread } from './stoppedThreads';

export interface AdapterParts extends TargetParts {
  readonly connection: ProtocolConnection;
  /** Program and arguments that run our own command line. */
  readonly program: readonly string[];
  /** Once, when the client wants no more. */
  onEnd(): void;
  onBug(error: unknown): void;
}

/** As the client sent them; what lacks something is refused when it is read. */
type Arguments = never;
type Answer = Promise<Result<unknown>>;

const capabilities: DebugProtocol.Capabilities = {
  supportsConfigurationDoneRequest: true,
  supportsFunctionBreakpoints: true,
  supportsConditionalBreakpoints: true,
  supportsHitConditionalBreakpoints: true,
  supportsLogPoints: true,
  supportsEvaluateForHovers: true,
  supportsSetVariable: true,
  supportsStepBack: true,
  supportsRestartFrame: true,
  supportsGotoTargetsRequest: true,
  supportsDelayedStackTraceLoading: true,
  supportsTerminateRequest: true,
  supportsCompletionsRequest: true,
  supportsClipboardContext: true,
  supportsValueFormattingOptions: false,
  supportsExceptionInfoRequest: true,
  supportsExceptionFilterOptions: true,
  exceptionBreakpointFilters: [...exceptionFilters],
};

/** What an evaluation has none of. */
const notForEvaluations: DebugProtocol.Capabilities = {
  supportsFunctionBreakpoints: false,
  supportsSetVariable: false,
  supportsStepBack: false,
  supportsRestartFrame: false,
  supportsGotoTargetsRequest: false,
};

export class Adapter {
  private session: DebugSession | null = null;
  /** In place of the session of phases. */
  private evaluation: EvaluationSession | null = null;
  private breakpoints: Breakpoints | null = null;
  private launched = false;
  private begun = false;
  private ending: Promise<void> | null = null;
  /** Shells that are being prepared: their phase goes on afterwards, so that its files are of one moment. */
  private preparing: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: AdapterParts) {
    parts.connection.onRequest((request) => void this.handle(request));
  }

  /** Ends what runs; resolves when nothing is left. */
  end(): Promise<void> {
    this.ending ??= Promise.all([this.session?.end(), this.evaluation?.end()]).then(() => undefined);
    return this.ending;
  }

  private async handle(request: DebugProtocol.Request): Promise<void> {
    const { connection } = this.parts;
    try {
      const answer = await this.answer(request.command, (request.arguments ?? {}) as Arguments);
      if (answer.ok) connection.respond(request, answer.value ?? undefined);
      else connection.refuse(request, sentence(answer.error), request.command === 'launch');
      if (answer.ok) this.after(request.command);
    } catch (error) {
      this.parts.onBug(error);
      connection.refuse(request, `This is a bug in Phasewise itself: ${String(error)}`);
    }
  }

  /** What has to come after the answer. */
  private after(command: string): void {
    if (command === 'launch') this.parts.connection.event('initialized');
    if (command === 'configurationDone') this.begin();
    if (command === 'disconnect') this.parts.onEnd();
  }

  private answer(command: string, args: Arguments): Answer {
    const { evaluation } = this;
    const own = evaluation === null ? undefined : evaluationRequests(evaluation)[command];
    if (own !== undefined) return own(args);
    const request = this.requests[command];
    if (evaluation !== null && !['initialize', 'launch', 'terminate', 'disconnect'].includes(command))
      return Promise.resolve(refused(notOfEvaluations));
    if (request !== undefined) return request(args);
    return Promise.resolve(refused(`The adapter does not know the request ${command}.`));
  }

  private readonly requests: Readonly<Record<string, (args: Arguments) => Answer>> = {
    initialize: () => done(capabilities),
    launch: (args) => this.launch(args),
    configurationDone: () => done(),
    setBreakpoints: (args) => this.setBreakpoints(args),
    setFunctionBreakpoints: (args) => this.setFunctionBreakpoints(args),
    setExceptionBreakpoints: (args) => this.setExceptionBreakpoints(args),
    threads: () => done({ threads: this.session?.allThreads ?? [{ id: mainThread, name: 'derivation' }] }),
    stackTrace: (args) => this.stackTrace(args),
    scopes: (args) => this.scopes(args),
    variables: (args) => this.variables(args),
    setVariable: (args) => this.setVariable(args),
    evaluate: (args) => this.evaluate(args),
    completions: (args) => this.completions(args),
    source: (args) => this.source(args),
    exceptionInfo: (args) => this.exceptionInfo(args),
    continue: (args) => this.resume(args, 'continue'),
    next: (args) => this.resume(args, 'over'),
    stepIn: (args) => this.resume(args, 'in'),
    stepOut: (args) => this.resume(args, 'out'),
    [ignoreFailureRequest]: (args) => this.resume(args, 'ignore'),
    [skipCommandRequest]: (args) => this.resume(args, 'skip'),
    [openShellRequest]: (args) => this.openShell(args),
    [restartPhaseRequest]: () => this.again('this'),
    restartFrame: () => this.again('this'),
    stepBack: () => this.again('back'),
    reverseContinue: () => this.again('back'),
    gotoTargets: (args) => this.gotoTargets(args),
    goto: (args) => this.goto(args),
    pause: () => this.pause(),
    terminate: () => this.terminate(),
    disconnect: () => this.terminate(),
  };

  private async launch(args: Arguments): Answer {
    if (this.launched) return refused('A derivation is debugged already.');
    const launch = parseLaunch(args);
    if (!launch.ok) return launch;
    if (launch.value.evaluate) return this.launchEvaluation(launch.value);
    const target = await openTarget(this.parts, launch.value);
    if (!target.ok) return target;
    this.launched = true;
    const breakpoints = new Breakpoints(target.value);
    this.breakpoints = breakpoints;
    const event = (name: string, body: unknown): void => this.parts.connection.event(name, body);
    const reopen = () => openTarget(this.parts, launch.value);
    this.session = new DebugSession({ breakpoints, launch: launch.value, event, reopen }, target.value);
    return success(null);
  }

  private async launchEvaluation(launch: Launch): Answer {
    const onSaid = (line: string): void => this.evaluation?.hear(line);
    const debug = await this.parts.debugEvaluation(launch, { onSaid });
    if (!debug.ok) return debug;
    this.launched = true;
    const { stopOnFailure } = launch;
    const event = (name: string, body: unknown): void => this.parts.connection.event(name, body);
    const isExpression = (text: string) => this.parts.isExpression(text);
    this.evaluation = new EvaluationSession({ stopOnFailure, event, isExpression }, debug.value);
    event('capabilities', { capabilities: notForEvaluations });
    return success(null);
  }

  private begin(): void {
    if (this.begun) return;
    const session = this.session ?? this.evaluation;
    this.begun = session !== null;
    session?.start();
  }

  private async setBreakpoints(args: DebugProtocol.SetBreakpointsArguments): Answer {
    const { path } = args.source;
    const wanted = args.breakpoints ?? [];
    if (this.breakpoints === null || path === undefined) {
      return success({ breakpoints: wanted.map(() => ({ verified: false })) });
    }
    const breakpoints = await this.breakpoints.setLines(path, wanted);
    await this.session?.changed();
    return success({ breakpoints });
  }

  private async setFunctionBreakpoints(args: DebugProtocol.SetFunctionBreakpointsArguments): Answer {
    const breakpoints = this.breakpoints?.setFunctions(args.breakpoints) ?? [];
    await this.session?.changed();
    return success({ breakpoints });
  }

  private async setExceptionBreakpoints(args: DebugProtocol.SetExceptionBreakpointsArguments): Answer {
    return success({ breakpoints: (await this.session?.setFilters(args)) ?? [] });
  }

  private async stackTrace(args: DebugProtocol.StackTraceArguments): Answer {
    const { threadId, startFrame = 0, levels = 0 } = args;
    const shell = this.session?.threads.shell(threadId) ?? null;
    if (shell === null) {
      const programs = (threadId === mainThread ? this.session?.programs : null) ?? [];
      const stackFrames = programs.map((name, index) => ({ id: index + 1, name, line: 0, column: 0 }));
      return success({ stackFrames, totalFrames: stackFrames.length });
    }
    const stackFrames = await shell.stackFrames(startFrame, levels === 0 ? shell.frameCount : levels);
    return success({ stackFrames, totalFrames: shell.frameCount });
  }

  private scopes({ frameId }: DebugProtocol.ScopesArguments): Answer {
    const shell = this.session?.threads.withFrame(frameId) ?? null;
    return done({ scopes: shell?.scopes(frameId) ?? [] });
  }

  private async variables(args: DebugProtocol.VariablesArguments): Answer {
    const { variablesReference, start = 0, count = 0 } = args;
    const shell = this.session?.threads.withContainer(variablesReference) ?? null;
    const most = count === 0 ? Number.MAX_SAFE_INTEGER : count;
    return success({ variables: (await shell?.variables(variablesReference, start, most)) ?? [] });
  }

  private async setVariable(args: DebugProtocol.SetVariableArguments): Answer {
    const shell = this.session?.threads.withContainer(args.variablesReference) ?? null;
    if (shell === null) return refused(runs);
    return shell.setVariable(args.variablesReference, args.name, args.value);
  }

  private evaluate(args: DebugProtocol.EvaluateArguments): Answer {
    const shell = this.shellOf(args.frameId);
    if (shell === null) return Promise.resolve(refused(runs));
    return evaluate(shell, args.expression, args.context ?? 'repl');
  }

  /** That of a frame; without one the shell that stands still. */
  private shellOf(frameId: number | undefined): StoppedShell | null {
    if (frameId === undefined) return this.session?.threads.shell(mainThread) ?? null;
    return this.session?.threads.withFrame(frameId) ?? null;
  }

  private async completions({ frameId, text, column }: DebugProtocol.CompletionsArguments): Answer {
    const shell = this.shellOf(frameId);
    return success({ targets: shell === null ? [] : await completionsAt(shell, text, column) });
  }

  private source(args: DebugProtocol.SourceArguments): Answer {
    const content = this.session?.content(args.sourceReference) ?? null;
    if (content === null) return Promise.resolve(refused('That text is not known any more.'));
    return done({ content, mimeType: 'text/x-shellscript' });
  }

  private exceptionInfo({ threadId }: DebugProtocol.ExceptionInfoArguments): Answer {
    const told = this.session?.threads.exception(threadId) ?? null;
    if (told === null) return Promise.resolve(refused('Nothing went wrong here.'));
    return done({ exceptionId: told.id, description: told.text, breakMode: 'always' });
  }

  private async resume({ threadId }: { readonly threadId: number }, mode: ResumeMode): Answer {
    await this.preparing;
    const resumed = (await this.session?.resume(threadId, mode)) ?? success(null);
    return resumed.ok ? success({ allThreadsContinued: false }) : resumed;
  }

  private openShell({ threadId, interactive = true }: OpenShellArguments): Answer {
    const shell = this.session?.threads.shell(threadId) ?? null;
    if (this.session === null || shell === null) return Promise.resolve(refused(runs));
    const { target, signal } = this.session.current;
    const wanted = { interactive, program: this.parts.program };
    const opened = openFrameShell(target, shell, wanted, signal);
    this.preparing = Promise.allSettled([this.preparing, opened]);
    return opened;
  }

  private async pause(): Answer {
    await this.session?.pause();
    return success(null);
  }

  private async again(which: 'this' | 'back'): Answer {
    return (await this.session?.again(which)) ?? success(null);
  }

  private gotoTargets({ source, line }: DebugProtocol.GotoTargetsArguments): Answer {
    const phases = source.path === undefined ? [] : (this.breakpoints?.phasesAt(source.path, line) ?? []);
    return done({ targets: phases.flatMap((name) => this.session?.gotoTarget(name, line) ?? []) });
  }

  private async goto({ threadId, targetId }: DebugProtocol.GotoArguments): Answer {
    return (await this.session?.goTo(threadId, targetId)) ?? success(null);
  }

  private async terminate(): Answer {
    await this.end();
    return success(null);
  }
}

const runs = 'The phase runs: it can be looked into when it has stopped.';

function done(body: unknown = null): Answer {
  return Promise.resolve(success(body));
}

function refused(message: string): Result<never> {
  return failure({ code: 'refused', message, advice: null });
}

function sentence({ message, advice }: Problem): string {
  return advice === null ? message : `${message} ${advice}`;
}
