/** One debugged run of a derivation's phases: what runs, what stands still, and what is told of it. */
import type { RunSelection } from '../engine/engine';
import type {
  DebuggedPhase,
  PhaseDebugger,
  ResumeMode,
  ShellStop,
  StopPoints,
} from '../phases/phaseDebugger';
import type { ActivityEvent } from '../protocol/messages';
import type { RunResult } from '../protocol/model';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { failure, success, type Result } from '../result';
import { hitBreakpoints } from './breakpointHits';
import type { Breakpoints } from './breakpoints';
import { isEdited, type DebugTarget } from './debugTarget';
import { endOf, ExceptionFilters, failureText, isEnding } from './exceptions';
import type { Launch } from './launchArguments';
import { StoppedShell } from './stoppedShell';
import { mainThread, StoppedThreads, type Exception, type StopBody } from './stoppedThreads';

export interface DebugSessionParts {
  readonly breakpoints: Breakpoints;
  readonly launch: Launch;
  event(name: string, body: unknown): void;
  /** Evaluates what was launched again. */
  reopen(): Promise<Result<DebugTarget>>;
}

/** How long a shell that is to stop may take until what it waits for is shown instead. */
const patienceMs = 500;

/** What `set -x` tells of the traps by which a phase stops, and bash of a phase's shell that is begun again. */
const ownTrace =
  /^(?:\++ (?:\(\(\s*\)\)|case \$LINENO in ?|.*__(?:phasewise|pw)_.*)|\S*\/driver\/chain\.sh: line \d+: .*__phasewise.*)\r?\n/gm;

const stepModes: ReadonlySet<ResumeMode> = new Set(['in', 'over', 'out']);

export class DebugSession implements PhaseDebugger {
  readonly threads: StoppedThreads;
  private readonly gone = new AbortController();
  private running = new AbortController();
  private phase: DebuggedPhase | null = null;
  private soon: StopPoints['stopSoon'];
  /** Whether the phase to begin with has begun: those before it run only because they have not yet. */
  private reached = false;
  private restartAt: string | null = null;
  /** The phase to stop in when it begins. */
  private goal: string | null = null;
  private entryReason: 'entry' | 'goto' = 'entry';
  /** Whether the phase's shell stands at its first command. */
  private atEntry = false;
  /** Targets of before an edit, whose session is given back before another takes it. */
  private readonly outdated: DebugTarget[] = [];
  private failedInside: ShellStop | null = null;
  private lastMode: ResumeMode = 'continue';
  private number = 1000;
  private readonly filters: ExceptionFilters;
  /** What the phase printed last. */
  private said = '';
  /** The line of output that a shell is to stop for. */
  private matched: string | null = null;
  /** A stop at `exit` was told, and the shell let go on. */
  private leaving = false;
  private started = false;
  /** Programs that a paused shell waits for. */
  private awaited: readonly string[] | null = null;
  private finished: Promise<void> = Promise.resolve();

  constructor(
    private readonly parts: DebugSessionParts,
    private target: DebugTarget,
  ) {
    const { launch } = parts;
    this.threads = new StoppedThreads((name, body) => parts.event(name, body));
    this.soon = launch.stopOnEntry ? 'entry' : null;
    this.filters = new ExceptionFilters(launch.stopOnFailure);
  }

  /** Begins the run; its end is told by events. */
  start(): void {
    this.started = true;
    this.finished = this.runToEnd();
  }

  /** Breakpoints have changed, or what is stopped for. */
  async changed(): Promise<void> {
    await this.phase?.update(this.points(null));
  }

  /** The client's choice. Before the run it cannot take back that the launch wants no stop at failures. */
  async setFilters(
    args: DebugProtocol.SetExceptionBreakpointsArguments,
  ): Promise<readonly DebugProtocol.Breakpoint[]> {
    const refused = !this.started && !this.parts.launch.stopOnFailure;
    const answers = this.filters.choose(args, refused);
    this.parts.breakpoints.setExits(this.filters.wants('exit'));
    await this.changed();
    return answers;
  }

  get allThreads(): readonly { readonly id: number; readonly name: string }[] {
    return this.threads.all(this.phase?.phase ?? this.target.derivation.name ?? 'derivation');
  }

  /** What a paused shell waits for; null when it waits for nothing. */
  get programs(): readonly string[] | null {
    return this.awaited;
  }

  async resume(thread: number, wanted: ResumeMode): Promise<Result<null>> {
    this.awaited = null;
    const shell = this.threads.shell(thread);
    if (shell === null) return success(null);
    const { stop, phase } = shell;
    const isExit = this.threads.exception(thread)?.kind === 'exit';
    const mode = wanted === 'ignore' && isExit ? 'skip' : wanted;
    if (stop.reason === 'end' && (mode === 'ignore' || mode === 'skip')) return failure(isEnding);
    this.leaving = isExit && mode !== 'skip';
    const inner = stop.reason === 'error' && !stop.isMain && mode !== 'ignore' && mode !== 'skip';
    this.failedInside = inner ? stop : null;
    if (stop.isMain) this.lastMode = mode;
    const isStdenv = (await shell.here())?.isStdenv === true;
    this.threads.forget(thread);
    await phase.resume(stop.pid, mode, { ...this.points(null), skipStore: this.skipsStore && !isStdenv });
    return success(null);
  }

  /** What is debugged, and what ends it. */
  get current(): { readonly target: DebugTarget; readonly signal: AbortSignal } {
    return { target: this.target, signal: AbortSignal.any([this.running.signal, this.gone.signal]) };
  }

  async pause(): Promise<void> {
    const { phase } = this;
    if (phase === null || this.threads.shell(mainThread) !== null) return;
    await phase.update(this.points('pause'));
    setTimeout(() => void this.tellAwaited(phase), patienceMs).unref();
  }

  private async tellAwaited(phase: DebuggedPhase): Promise<void> {
    if (this.phase !== phase || !this.threads.isEmpty) return;
    this.awaited = await phase.programs();
    const description = 'Waits for a program; stops when it ends';
    this.parts.event('stopped', {
      reason: 'pause',
      description,
      threadId: mainThread,
      allThreadsStopped: false,
    });
  }

  /** A text that the client asked for by its number; null when there is none. */
  content(reference: number): string | null {
    return this.target.files.content(reference);
  }

  /**
   * Ends the phase that runs and begins it again, with the files from before it; the phase before it, when it stands at its
   * beginning and has to go `back`. What was edited meanwhile is evaluated first; refused where that fails.
   */
  async again(which: 'this' | 'back'): Promise<Result<null>> {
    const { phase } = this;
    if (phase === null) return success(null);
    const before = which === 'back' && this.atEntry ? this.phaseBefore(phase.phase) : null;
    return this.goBackTo(before ?? phase.phase, 'entry');
  }

  /** The last before it that runs; null when it is the first. */
  private phaseBefore(name: string): string | null {
    const names = this.runningPhases;
    return names[names.indexOf(name) - 1] ?? null;
  }

  private get runningPhases(): readonly string[] {
    return this.target.derivation.phases.filter(({ runs }) => runs).map(({ name }) => name);
  }

  private async goBackTo(phase: string, reason: 'entry' | 'goto'): Promise<Result<null>> {
    const renewed = await this.renew();
    if (!renewed.ok) return renewed;
    const known = this.target.derivation.phases.some(({ name }) => name === phase);
    this.restartAt = known ? phase : (this.target.derivation.phases[0]?.name ?? phase);
    this.entryReason = reason;
    this.running.abort();
    return success(null);
  }

  private async renew(): Promise<Result<null>> {
    if (!(await isEdited(this.target))) return success(null);
    const opened = await this.parts.reopen();
    if (!opened.ok) return opened;
    this.outdated.push(this.target);
    this.target = opened.value;
    for (const breakpoint of await this.parts.breakpoints.renew(opened.value))
      this.parts.event('breakpoint', { reason: 'changed', breakpoint });
    return success(null);
  }

  /** What it means to go to a phase from here. */
  gotoTarget(phase: string, line: number): readonly DebugProtocol.GotoTarget[] {
    const names = this.runningPhases;
    const index = names.indexOf(phase);
    if (index < 0 || this.phase === null) return [];
    const isLater = index > names.indexOf(this.phase.phase);
    return [{ id: index + 1, label: isLater ? `Go on to ${phase}` : `Begin ${phase} again`, line }];
  }

  /** Goes on until a later phase begins, or back to the beginning of one. */
  async goTo(thread: number, target: number): Promise<Result<null>> {
    const names = this.runningPhases;
    const name = names[target - 1];
    const { phase } = this;
    if (name === undefined || phase === null) return success(null);
    if (names.indexOf(name) <= names.indexOf(phase.phase)) return this.goBackTo(name, 'goto');
    if (this.threads.shell(mainThread)?.stop.reason === 'end') return failure(isEnding);
    this.goal = name;
    return this.resume(thread, 'continue');
  }

  /** Ends everything; resolves when nothing runs any more. */
  async end(): Promise<void> {
    this.gone.abort();
    await this.finished;
  }

  private async runToEnd(): Promise<void> {
    const { launch, breakpoints } = this.parts;
    let from = launch.from ?? (launch.noDebug ? null : breakpoints.firstPhase);
    for (;;) {
      this.running = new AbortController();
      const result = await this.run(from ?? this.target.derivation.phases[0]?.name ?? null);
      if (this.restartAt === null || this.gone.signal.aborted) return this.tellEnd(result);
      for (const { engine } of this.outdated.splice(0)) await engine.dispose();
      from = this.restartAt;
      this.restartAt = null;
      this.soon = 'entry';
    }
  }

  private run(first: string | null): Promise<Result<RunResult>> {
    const { launch } = this.parts;
    const { engine, derivation } = this.target;
    const beginning =
      first === null
        ? ({ selection: 'all', phase: null } as const)
        : ({ selection: 'from', phase: first } as const);
    const selection: RunSelection = {
      ...beginning,
      ...{ fresh: false, verify: false, out: null },
      last: launch.until ?? undefined,
      debug: launch.noDebug ? undefined : this,
    };
    return engine.run(derivation, selection, (event) => this.show(event), this.current.signal);
  }

  private show(event: ActivityEvent): void {
    if (event.type === 'output') this.showOutput(event.text.replaceAll(ownTrace, ''));
    else if (event.type === 'notice') this.output('console', `${event.text}\n`);
    else if (event.type === 'phaseStarted') this.output('console', `── ${event.phase}\n`);
  }

  private showOutput(text: string): void {
    this.said = (this.said + text).slice(-8192);
    this.output('stdout', text);
    const line = this.filters.matching(text);
    if (line === null || this.matched !== null || this.phase === null) return;
    this.matched = line;
    void this.phase.update(this.points('output'));
  }

  private output(category: string, output: string): void {
    this.parts.event('output', { category, output });
  }

  private tellEnd(result: Result<RunResult>): void {
    const last = result.ok ? result.value.phases.at(-1) : undefined;
    if (!result.ok && result.error.code !== 'cancelled') {
      const { message, advice } = result.error;
      this.output('stderr', `${message}${advice === null ? '' : ` ${advice}`}\n`);
    }
    if (last?.status === 'failed') this.output('stderr', `${last.failure?.message ?? 'The phase failed.'}\n`);
    for (const [name, path] of Object.entries(result.ok ? result.value.outputs : {})) {
      this.output('console', `${name}: ${path}\n`);
    }
    const bad = last === undefined || last.status === 'failed' || last.status === 'cancelled';
    this.parts.event('exited', { exitCode: bad ? (last?.exitCode ?? 1) : 0 });
    this.parts.event('terminated', {});
  }

  begin(phase: DebuggedPhase): Promise<StopPoints> {
    this.phase = phase;
    this.failedInside = null;
    this.leaving = false;
    const { from } = this.parts.launch;
    this.reached ||= from === null || from === phase.phase;
    if (this.goal === phase.phase) {
      this.soon = 'entry';
      this.entryReason = 'goto';
      this.goal = null;
    }
    // A step at the end of a phase leads into the next.
    const stepped = stepModes.has(this.lastMode) ? 'step' : null;
    const soon = this.reached ? (this.soon ?? stepped) : null;
    return Promise.resolve({ ...this.points(soon), skipStore: this.skipsStore && soon !== 'entry' });
  }

  ended(phase: DebuggedPhase): void {
    this.threads.forgetAll();
    this.awaited = null;
    if (this.phase === phase) this.phase = null;
  }

  stopped(phase: DebuggedPhase, stop: ShellStop): void {
    void this.decide(phase, stop);
  }

  private get skipsStore(): boolean {
    return this.parts.launch.skipStdenv;
  }

  private points(stopSoon: StopPoints['stopSoon']): StopPoints {
    const { breakpoints } = this.parts;
    const { phase, filters, skipsStore } = this;
    const stopOnFailure = filters.wants('failure');
    const stopOnEnd = filters.wantsEnds;
    const name = phase?.phase ?? '';
    const lines = phase === null ? new Set<string>() : breakpoints.linesFor(name, phase.textsFolder);
    const functions = breakpoints.functionsFor(name);
    const entries = breakpoints.entriesFor(name);
    return { lines, functions, entries, stopOnFailure, stopOnEnd, stopSoon, skipStore: skipsStore };
  }

  /** Whether the client hears of a stop, or the shell goes on. */
  private async decide(phase: DebuggedPhase, stop: ShellStop): Promise<void> {
    const { files, derivation } = this.target;
    const outputs = new Set(['out', 'outputs', ...Object.keys(derivation.outputs)]);
    const numbers = { next: () => ++this.number };
    const open = (seen: ShellStop) => new StoppedShell(phase, seen, files, outputs, numbers);
    if (stop.reason === 'error' || stop.reason === 'end') return this.decideFailure(phase, stop, open);
    const shell = open(stop);
    if (stop.reason === 'output') {
      const text = this.matched ?? '';
      this.matched = null;
      return this.tellException(shell, { kind: 'output', id: 'output', text });
    }
    if (stop.reason !== 'point') {
      const reason = stop.reason === 'entry' ? this.entryReason : stop.reason;
      return this.tellStop(shell, { reason });
    }
    if (stop.isMain && this.filters.wants('exit') && /^(?:builtin )?exit\b/.test(stop.command))
      return this.tellException(shell, { kind: 'exit', id: stop.command, text: stop.command });
    const hit = await hitBreakpoints(shell, this.parts.breakpoints, (category, text) =>
      this.output(category, text),
    );
    if (hit.length === 0) {
      if (stop.alsoStep) return this.tellStop(shell, { reason: 'step' });
      return phase.resume(stop.pid, 'on', this.points(null));
    }
    const reason = hit.every(({ functionName }) => functionName !== null)
      ? 'function breakpoint'
      : 'breakpoint';
    this.tellStop(shell, { reason, hitBreakpointIds: hit.map(({ id }) => id) });
  }

  private async decideFailure(
    phase: DebuggedPhase,
    stop: ShellStop,
    open: (seen: ShellStop) => StoppedShell,
  ): Promise<void> {
    const goOn = () => phase.resume(stop.pid, 'continue', this.points(null));
    const seen = this.target.files.withFailedText(stop, phase.textsFolder);
    if (stop.reason === 'error') {
      const inner = this.failedInside;
      this.failedInside = null;
      if (inner !== null && inner.pid !== stop.pid && inner.exitCode === stop.exitCode) return goOn();
      const id = `exit code ${stop.exitCode}`;
      return this.tellException(open(seen), { kind: 'failure', id, text: failureText(stop) });
    }
    const { kind, text, line } = endOf(seen, this.said);
    if (!this.filters.wants(kind) || (kind === 'exit' && this.leaving)) return goOn();
    const id = kind === 'exit' ? text : kind;
    this.tellException(open(await this.target.files.withLine(seen, phase.textsFolder, line)), {
      kind,
      id,
      text,
    });
  }

  private tellStop(shell: StoppedShell, body: StopBody, exception: Exception | null = null): void {
    this.awaited = null;
    this.soon = null;
    if (shell.stop.isMain) this.atEntry = shell.stop.reason === 'entry';
    this.threads.tell(shell, body, exception);
  }

  private tellException(shell: StoppedShell, exception: Exception): void {
    this.tellStop(shell, { reason: 'exception', text: exception.text }, exception);
  }
}
