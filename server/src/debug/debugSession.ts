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
import type { Result } from '../result';
import type { Breakpoint, Breakpoints } from './breakpoints';
import { isHit } from './breakpoints';
import { conditionScript, wordScript } from './expressions';
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
  private stopOnFailure: boolean;
  /** Programs that a paused shell waits for. */
  private awaited: readonly string[] | null = null;
  private finished: Promise<void> = Promise.resolve();

  constructor(private readonly parts: DebugSessionParts) {
    const { launch } = parts;
    this.soon = launch.stopOnEntry ? 'entry' : null;
    this.stopOnFailure = launch.stopOnFailure;
  }

  /** Begins the run; its end is told by events. */
  start(): void {
    this.finished = this.runToEnd();
  }

  /** Breakpoints have changed, or what failures do. */
  async changed(stopOnFailure = this.stopOnFailure): Promise<void> {
    this.stopOnFailure = stopOnFailure;
    await this.phase?.update(this.points(null));
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

  async resume(thread: number, mode: ResumeMode): Promise<void> {
    this.awaited = null;
    const shell = this.shells.get(thread);
    if (shell === undefined) return;
    const { stop, phase } = shell;
    const inner = stop.reason === 'error' && !stop.isMain && mode !== 'ignore' && mode !== 'skip';
    this.failedInside = inner ? stop : null;
    if (stop.isMain) this.lastMode = mode;
    const isStdenv = (await shell.here())?.isStdenv === true;
    this.forget(thread);
    await phase.resume(stop.pid, mode, { ...this.points(null), skipStore: this.skipsStore && !isStdenv });
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
    if (event.type === 'output') this.output('stdout', event.text.replaceAll(ownTrace, ''));
    else if (event.type === 'notice') this.output('console', `${event.text}\n`);
    else if (event.type === 'phaseStarted') this.output('console', `── ${event.phase}\n`);
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
    const { phase, stopOnFailure, skipsStore } = this;
    const lines = phase === null ? new Set<string>() : breakpoints.linesFor(phase.phase, phase.textsFolder);
    return { lines, functions: breakpoints.functions, stopOnFailure, stopSoon, skipStore: skipsStore };
  }

  /** Whether the client hears of a stop, or the shell goes on. */
  private async decide(phase: DebuggedPhase, stop: ShellStop): Promise<void> {
    const { files, derivation } = this.parts;
    const outputs = new Set(['out', 'outputs', ...Object.keys(derivation.outputs)]);
    const numbers = { next: () => ++this.number };
    const shell = new StoppedShell(phase, stop, files, outputs, numbers);
    const goOn = (mode: ResumeMode) => phase.resume(stop.pid, mode, this.points(null));
    if (stop.reason === 'error') {
      const inner = this.failedInside;
      this.failedInside = null;
      const same = inner !== null && inner.pid !== stop.pid && inner.exitCode === stop.exitCode;
      return same ? goOn('continue') : this.tellStop(shell, { reason: 'exception', text: failureText(stop) });
    }
    if (stop.reason !== 'point') return this.tellStop(shell, { reason: stop.reason });
    const hit = await this.hitBreakpoints(shell);
    if (hit.length === 0) return stop.alsoStep ? this.tellStop(shell, { reason: 'step' }) : goOn('on');
    const reason = hit.every(({ functionName }) => functionName !== null)
      ? 'function breakpoint'
      : 'breakpoint';
    this.tellStop(shell, { reason, hitBreakpointIds: hit.map(({ id }) => id) });
  }

  private tellStop(
    shell: StoppedShell,
    body: { readonly reason: string; readonly [more: string]: unknown },
  ): void {
    const { stop } = shell;
    const threadId = stop.isMain ? mainThread : stop.pid;
    this.awaited = null;
    this.soon = null;
    this.shells.set(threadId, shell);
    if (!stop.isMain) this.parts.event('thread', { reason: 'started', threadId });
    this.parts.event('stopped', { ...body, threadId, allThreadsStopped: stop.isMain });
  }

  private forget(thread: number): void {
    this.shells.delete(thread);
    if (thread !== mainThread) this.parts.event('thread', { reason: 'exited', threadId: thread });
  }

  /** Those at which to stop; log messages are written. */
  private async hitBreakpoints(shell: StoppedShell): Promise<readonly Breakpoint[]> {
    const hit: Breakpoint[] = [];
    for (const one of await this.parts.breakpoints.at(shell.stop, shell.phase.textsFolder)) {
      if (one.condition !== null && !(await this.holds(shell, one.condition))) continue;
      one.hits++;
      if (one.hitCondition !== null && isHit(one.hitCondition, one.hits) === false) continue;
      if (one.logMessage === null) hit.push(one);
      else this.output('console', `${await filledIn(one.logMessage, shell)}\n`);
    }
    return hit;
  }

  private async holds(shell: StoppedShell, condition: string): Promise<boolean> {
    const { exitCode } = await shell.ask(conditionScript(condition));
    if (exitCode !== 2 && exitCode !== 127) return exitCode === 0;
    this.output('stderr', `The condition of a breakpoint cannot be evaluated, so it stops: ${condition}\n`);
    return true;
  }
}

function failureText({ command, exitCode }: ShellStop): string {
  return `exit code ${exitCode} from: ${command.split('\n')[0] ?? ''}`;
}

/** A log message with what its braces name. */
async function filledIn(message: string, shell: StoppedShell): Promise<string> {
  let filled = '';
  let at = 0;
  for (const match of message.matchAll(/\{([^{}]*)\}/g)) {
    const script = wordScript(match[1] ?? '');
    const value = script.ok
      ? (await shell.ask(script.value)).output.toString('utf8').replace(/\n$/, '')
      : match[0];
    filled += message.slice(at, match.index) + value;
    at = match.index + match[0].length;
  }
  return filled + message.slice(at);
}
