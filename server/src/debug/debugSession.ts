/** One debugged run of a derivation's phases: what runs, what stands still, and what is told of it. */
import type { ScriptPlaces } from '../engine/scriptPlaces';
import type { Engine, RunSelection } from '../engine/engine';
import type {
  DebuggedPhase,
  PhaseDebugger,
  ResumeMode,
  ShellStop,
  StopPoints,
} from '../phases/phaseDebugger';
import type { ActivityEvent } from '../protocol/messages';
import type { Derivation, RunResult } from '../protocol/model';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { failure, success, type Result } from '../result';
import { hitBreakpoints } from './breakpointHits';
import type { Breakpoints } from './breakpoints';
import { endOf, ExceptionFilters, type ExceptionKind } from './exceptions';
import type { Launch } from './launchArguments';
import type { ScriptFiles } from './scriptFiles';
import { StoppedShell } from './stoppedShell';

export interface DebugSessionParts {
  readonly engine: Engine;
  readonly derivation: Derivation;
  readonly places: ScriptPlaces;
  readonly files: ScriptFiles;
  readonly breakpoints: Breakpoints;
  readonly launch: Launch;
  event(name: string, body: unknown): void;
}

/** The thread of the phase's own shell; a subshell's is its process id, which is another number. */
export const mainThread = 1;

/** How long a shell that is to stop may take until what it waits for is shown instead. */
const patienceMs = 500;

/** What `set -x` tells of the traps by which a phase stops. */
const ownTrace = /^\++ (?:\(\(\s*\)\)|.*__phasewise.*)\r?\n/gm;

const stepModes: ReadonlySet<ResumeMode> = new Set(['in', 'over', 'out']);

/** Why a shell stopped that something went wrong in. */
export interface Exception {
  readonly kind: ExceptionKind;
  readonly id: string;
  readonly text: string;
}

export class DebugSession implements PhaseDebugger {
  private readonly shells = new Map<number, StoppedShell>();
  private readonly gone = new AbortController();
  private running = new AbortController();
  private phase: DebuggedPhase | null = null;
  private soon: StopPoints['stopSoon'];
  /** Whether the phase to begin with has begun: those before it run only because they have not yet. */
  private reached = false;
  private restartAt: string | null = null;
  private failedInside: ShellStop | null = null;
  private lastMode: ResumeMode = 'continue';
  private number = 1000;
  private readonly filters: ExceptionFilters;
  /** Why a thread stopped, where something went wrong. */
  private readonly exceptions = new Map<number, Exception>();
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

  constructor(private readonly parts: DebugSessionParts) {
    const { launch } = parts;
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

  /** Why a thread stopped; null when nothing went wrong. */
  exception(thread: number): Exception | null {
    return this.exceptions.get(thread) ?? null;
  }

  get threads(): readonly { readonly id: number; readonly name: string }[] {
    const subshells = [...this.shells.keys()].filter((id) => id !== mainThread);
    const main = { id: mainThread, name: this.phase?.phase ?? this.parts.derivation.name ?? 'derivation' };
    return [main, ...subshells.map((id) => ({ id, name: `subshell ${id}` }))];
  }

  /** Null when it runs. */
  shell(thread: number): StoppedShell | null {
    return this.shells.get(thread) ?? null;
  }

  withFrame(id: number): StoppedShell | null {
    return [...this.shells.values()].find((shell) => shell.hasFrame(id)) ?? null;
  }

  withContainer(reference: number): StoppedShell | null {
    return [...this.shells.values()].find((shell) => shell.hasContainer(reference)) ?? null;
  }

  /** What a paused shell waits for; null when it waits for nothing. */
  get programs(): readonly string[] | null {
    return this.awaited;
  }

  async resume(thread: number, wanted: ResumeMode): Promise<Result<null>> {
    this.awaited = null;
    const shell = this.shells.get(thread);
    if (shell === undefined) return success(null);
    const { stop, phase } = shell;
    const isExit = this.exceptions.get(thread)?.kind === 'exit';
    const mode = wanted === 'ignore' && isExit ? 'skip' : wanted;
    if (stop.reason === 'end' && (mode === 'ignore' || mode === 'skip')) return failure(isEnding);
    this.leaving = isExit && mode !== 'skip';
    const inner = stop.reason === 'error' && !stop.isMain && mode !== 'ignore' && mode !== 'skip';
    this.failedInside = inner ? stop : null;
    if (stop.isMain) this.lastMode = mode;
    const isStdenv = (await shell.here())?.isStdenv === true;
    this.forget(thread);
    await phase.resume(stop.pid, mode, { ...this.points(null), skipStore: this.skipsStore && !isStdenv });
    return success(null);
  }

  async pause(): Promise<void> {
    const { phase } = this;
    if (phase === null || this.shells.has(mainThread)) return;
    await phase.update(this.points('pause'));
    setTimeout(() => void this.tellAwaited(phase), patienceMs).unref();
  }

  private async tellAwaited(phase: DebuggedPhase): Promise<void> {
    if (this.phase !== phase || this.shells.size > 0) return;
    this.awaited = await phase.programs();
    const description = 'Waits for a program; stops when it ends';
    this.parts.event('stopped', {
      reason: 'pause',
      description,
      threadId: mainThread,
      allThreadsStopped: false,
    });
  }

  /** Ends the phase that runs and begins it again, with the files from before it. */
  restartPhase(): void {
    if (this.phase === null) return;
    this.restartAt = this.phase.phase;
    this.running.abort();
  }

  /** Ends everything; resolves when nothing runs any more. */
  async end(): Promise<void> {
    this.gone.abort();
    await this.finished;
  }

  private async runToEnd(): Promise<void> {
    const { launch, breakpoints, derivation } = this.parts;
    let from = launch.from ?? (launch.noDebug ? null : breakpoints.firstPhase);
    for (;;) {
      this.running = new AbortController();
      const result = await this.run(from ?? derivation.phases[0]?.name ?? null);
      if (this.restartAt === null || this.gone.signal.aborted) return this.tellEnd(result);
      from = this.restartAt;
      this.restartAt = null;
      this.soon = 'entry';
    }
  }

  private run(first: string | null): Promise<Result<RunResult>> {
    const { engine, derivation, launch } = this.parts;
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
    const signal = AbortSignal.any([this.running.signal, this.gone.signal]);
    return engine.run(derivation, selection, (event) => this.show(event), signal);
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
    // A step at the end of a phase leads into the next.
    const stepped = stepModes.has(this.lastMode) ? 'step' : null;
    const soon = this.reached ? (this.soon ?? stepped) : null;
    return Promise.resolve({ ...this.points(soon), skipStore: this.skipsStore && soon !== 'entry' });
  }

  ended(phase: DebuggedPhase): void {
    for (const thread of [...this.shells.keys()]) this.forget(thread);
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
    const lines = phase === null ? new Set<string>() : breakpoints.linesFor(phase.phase, phase.textsFolder);
    const { functions } = breakpoints;
    return { lines, functions, stopOnFailure, stopOnEnd, stopSoon, skipStore: skipsStore };
  }

  /** Whether the client hears of a stop, or the shell goes on. */
  private async decide(phase: DebuggedPhase, stop: ShellStop): Promise<void> {
    const { files, derivation } = this.parts;
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
    if (stop.reason !== 'point') return this.tellStop(shell, { reason: stop.reason });
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
    const seen = this.parts.files.withFailedText(stop, phase.textsFolder);
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
    this.tellException(open(await this.parts.files.withLine(seen, phase.textsFolder, line)), {
      kind,
      id,
      text,
    });
  }

  private tellException(shell: StoppedShell, exception: Exception): void {
    this.exceptions.set(threadOf(shell.stop), exception);
    this.tellStop(shell, { reason: 'exception', text: exception.text });
  }

  private tellStop(
    shell: StoppedShell,
    body: { readonly reason: string; readonly [more: string]: unknown },
  ): void {
    const { stop } = shell;
    const threadId = threadOf(stop);
    this.awaited = null;
    this.soon = null;
    this.shells.set(threadId, shell);
    if (!stop.isMain) this.parts.event('thread', { reason: 'started', threadId });
    this.parts.event('stopped', { ...body, threadId, allThreadsStopped: stop.isMain });
  }

  private forget(thread: number): void {
    this.shells.delete(thread);
    this.exceptions.delete(thread);
    if (thread !== mainThread) this.parts.event('thread', { reason: 'exited', threadId: thread });
  }
}

function threadOf({ isMain, pid }: ShellStop): number {
  return isMain ? mainThread : pid;
}

const isEnding = {
  code: 'ending',
  message: 'The phase is ending, and nothing can keep it here.',
  advice: 'Look around, then restart the phase, or stop.',
};

function failureText({ command, exitCode }: ShellStop): string {
  return `exit code ${exitCode} from: ${command.split('\n')[0] ?? ''}`;
}
