/** The debug adapter: each request of the protocol a method, answered or refused; the one place where errors end. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { BashParser } from '../bash/bashParser';
import type { Engine } from '../engine/engine';
import type { ResumeMode } from '../phases/phaseDebugger';
import { ignoreFailureRequest, restartPhaseRequest, skipCommandRequest } from '../protocol/debug';
import type { Derivation } from '../protocol/model';
import { failure, success, type Problem, type Result } from '../result';
import { Breakpoints } from './breakpoints';
import { DebugSession, mainThread } from './debugSession';
import { evaluate } from './evaluate';
import { exceptionFilters } from './exceptions';
import { parseLaunch, type Launch } from './launchArguments';
import type { ProtocolConnection } from './protocolConnection';
import { ScriptFiles } from './scriptFiles';
import type { StoppedShell } from './stoppedShell';

export interface Opened {
  readonly engine: Engine;
  readonly derivation: Derivation;
}

export interface AdapterParts {
  readonly connection: ProtocolConnection;
  /** Evaluates what is launched. */
  open(launch: Launch): Promise<Result<Opened>>;
  bash(): Promise<BashParser>;
  /** Text of a file; null when it cannot be read. */
  read(file: string): string | null;
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
  supportsDelayedStackTraceLoading: true,
  supportsTerminateRequest: true,
  supportsCompletionsRequest: true,
  supportsClipboardContext: true,
  supportsValueFormattingOptions: false,
  supportsExceptionInfoRequest: true,
  supportsExceptionFilterOptions: true,
  exceptionBreakpointFilters: [...exceptionFilters],
};

export class Adapter {
  private session: DebugSession | null = null;
  private files: ScriptFiles | null = null;
  private breakpoints: Breakpoints | null = null;
  private opened: Opened | null = null;
  private begun = false;
  private ending: Promise<void> | null = null;

  constructor(private readonly parts: AdapterParts) {
    parts.connection.onRequest((request) => void this.handle(request));
  }

  /** Ends what runs; resolves when nothing is left. */
  end(): Promise<void> {
    this.ending ??= Promise.resolve(this.session?.end()).then(() => undefined);
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
    const request = this.requests[command];
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
    threads: () => done({ threads: this.session?.threads ?? [{ id: mainThread, name: 'derivation' }] }),
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
    [restartPhaseRequest]: () => this.restartPhase(),
    pause: () => this.pause(),
    terminate: () => this.terminate(),
    disconnect: () => this.terminate(),
  };

  private async launch(args: Arguments): Answer {
    if (this.opened !== null) return refused('A derivation is debugged already.');
    const launch = parseLaunch(args);
    if (!launch.ok) return launch;
    const opened = await this.parts.open(launch.value);
    if (!opened.ok) return opened;
    const { engine, derivation } = opened.value;
    if (derivation.structure === 'builder') return failure(notBash(derivation));
    const places = await engine.scriptPlaces(derivation, new AbortController().signal);
    if (!places.ok) return places;
    const unknown = [launch.value.from, launch.value.until].find(
      (name) => name !== null && !derivation.phases.some((phase) => phase.name === name),
    );
    if (unknown !== undefined && unknown !== null) return failure(unknownPhase(unknown, derivation));
    this.opened = opened.value;
    this.files = new ScriptFiles(places.value, await this.parts.bash());
    const files = this.files;
    const evaluated = new Map<string, string>();
    for (const { file } of Object.values(derivation.attributes)) {
      const text = evaluated.has(file) ? null : this.parts.read(file);
      if (text !== null) evaluated.set(file, text);
    }
    this.breakpoints = new Breakpoints(derivation, places.value, files, evaluated);
    const { breakpoints } = this;
    const event = (name: string, body: unknown): void => this.parts.connection.event(name, body);
    const common = { engine, derivation, places: places.value, files, breakpoints, event };
    this.session = new DebugSession({ ...common, launch: launch.value });
    return success(null);
  }

  private begin(): void {
    if (this.begun || this.session === null) return;
    this.begun = true;
    this.session.start();
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
    const shell = this.session?.shell(threadId) ?? null;
    if (shell === null) {
      const programs = (threadId === mainThread ? this.session?.programs : null) ?? [];
      const stackFrames = programs.map((name, index) => ({ id: index + 1, name, line: 0, column: 0 }));
      return success({ stackFrames, totalFrames: stackFrames.length });
    }
    const stackFrames = await shell.stackFrames(startFrame, levels === 0 ? shell.frameCount : levels);
    return success({ stackFrames, totalFrames: shell.frameCount });
  }

  private scopes({ frameId }: DebugProtocol.ScopesArguments): Answer {
    const shell = this.session?.withFrame(frameId) ?? null;
    return done({ scopes: shell?.scopes(frameId) ?? [] });
  }

  private async variables(args: DebugProtocol.VariablesArguments): Answer {
    const { variablesReference, start = 0, count = 0 } = args;
    const shell = this.session?.withContainer(variablesReference) ?? null;
    const most = count === 0 ? Number.MAX_SAFE_INTEGER : count;
    return success({ variables: (await shell?.variables(variablesReference, start, most)) ?? [] });
  }

  private async setVariable(args: DebugProtocol.SetVariableArguments): Answer {
    const shell = this.session?.withContainer(args.variablesReference) ?? null;
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
    if (frameId === undefined) return this.session?.shell(mainThread) ?? null;
    return this.session?.withFrame(frameId) ?? null;
  }

  private async completions(args: DebugProtocol.CompletionsArguments): Answer {
    const shell = this.shellOf(args.frameId);
    const before = args.text.slice(0, args.column - 1);
    const word = /\$\{?(\w*)$/.exec(before)?.[1];
    if (shell === null || word === undefined) return success({ targets: [] });
    const names = (await shell.names()).filter((name) => name.startsWith(word));
    const targets = names.slice(0, 200).map((label) => ({ label, type: 'variable', length: word.length }));
    return success({ targets: targets.map((one) => ({ ...one, start: args.column - 1 - word.length })) });
  }

  private source(args: DebugProtocol.SourceArguments): Answer {
    const content = this.files?.content(args.sourceReference) ?? null;
    if (content === null) return Promise.resolve(refused('That text is not known any more.'));
    return done({ content, mimeType: 'text/x-shellscript' });
  }

  private exceptionInfo({ threadId }: DebugProtocol.ExceptionInfoArguments): Answer {
    const told = this.session?.exception(threadId) ?? null;
    if (told === null) return Promise.resolve(refused('Nothing went wrong here.'));
    return done({ exceptionId: told.id, description: told.text, breakMode: 'always' });
  }

  private async resume({ threadId }: { readonly threadId: number }, mode: ResumeMode): Answer {
    const resumed = (await this.session?.resume(threadId, mode)) ?? success(null);
    return resumed.ok ? success({ allThreadsContinued: false }) : resumed;
  }

  private async pause(): Answer {
    await this.session?.pause();
    return success(null);
  }

  private restartPhase(): Answer {
    this.session?.restartPhase();
    return done();
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

function notBash({ name }: Derivation): Problem {
  return {
    code: 'not-bash',
    message: `The builder of ${name ?? 'this derivation'} is no stdenv's bash script: it has no phases that could be stopped.`,
    advice: 'Run or build it, and look at its log.',
  };
}

function unknownPhase(name: string, { phases }: Derivation): Problem {
  const known = phases.map((phase) => phase.name).join(', ');
  return { code: 'unknown-phase', message: `There is no phase ${name}.`, advice: `There are: ${known}.` };
}
