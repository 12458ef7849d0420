/** Runs phases of a session one after another, and keeps what each leaves. */
import { basename, join } from 'node:path';
import type { StepOutcome } from './chain';
import type { PhaseLog } from './logs';
import type { PhaseDebugger } from './phaseDebugger';
import type { SessionEvent } from './sessionEvents';
import { logFileName } from './sessionFolder';
import type { SessionKeeper } from './sessionKeeper';
import type { SessionRecord } from './sessionRecord';
import type { SessionPhaseResult } from './sessionResults';
import { describeBadEnd, describeFailure, findFailure } from './sessionResults';
import type { SessionShell } from './sessionShell';
import type { DirectorySnapshots } from './snapshots/snapshots';

type OnEvent = (event: SessionEvent) => void;

/** Who watches a phase, and may end it. */
interface Watch {
  readonly onEvent: OnEvent;
  readonly signal: AbortSignal;
  readonly debug: PhaseDebugger | null;
}

export class PhaseRunner {
  /** Files that were told of already. */
  private readonly setuid = new Set<string>();
  /** What reads the files of a phase that stands still. */
  private beside: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly keeper: SessionKeeper,
    private readonly shell: SessionShell,
    private readonly snapshots: DirectorySnapshots,
  ) {}

  /** Whether every phase is done, so that there are outputs. */
  get isComplete(): boolean {
    return this.keeper.position === this.keeper.record.phases.length && !this.keeper.record.dirty;
  }

  async runPhases(
    from: number,
    end: number,
    onEvent: OnEvent,
    signal: AbortSignal,
    debug: PhaseDebugger | null = null,
  ): Promise<readonly SessionPhaseResult[]> {
    const ran: SessionPhaseResult[] = [];
    for (let index = from; index < end && !signal.aborted; index++) {
      const result = await this.runPhase(index, ran.length > 0, { onEvent, signal, debug });
      ran.push(result);
      if (result.status === 'failed' || result.status === 'cancelled') break;
    }
    return ran;
  }

  /**
   * Runs a hook alone, in the session's present state, and leaves the files marked as changed by it: who calls this brings back the
   * copy that is made first. Null when none could be made, and the hook did not run.
   */
  async runHook(name: string, onEvent: OnEvent, signal: AbortSignal): Promise<SessionPhaseResult | null> {
    const { position, record } = this.keeper;
    const snapshots = [...record.snapshots.slice(0, position)];
    while (snapshots.length < position) snapshots.push(null);
    await this.keeper.update({ snapshots: [...snapshots, null], left: null, dirty: true });
    const number = entryNumber(position);
    const saved = await this.snapshots.save(number, signal);
    if (!saved.ok) return null;
    await this.keeper.update({ snapshots: [...snapshots, number] });
    onEvent({ type: 'phaseStarted', phase: name });
    const result = await this.measured(name, 'hook', { onEvent, signal, debug: null });
    onEvent({ type: 'phaseFinished', phase: name, ...told(result) });
    return result;
  }

  /** Does what reads the files while a phase stands still; the phase's end, which keeps them, waits for it. */
  whileStopped<T>(work: () => Promise<T>): Promise<T> {
    const working = this.beside.then(work);
    this.beside = working.catch(() => undefined);
    return working;
  }

  private async runPhase(index: number, followsOn: boolean, watch: Watch): Promise<SessionPhaseResult> {
    const { onEvent, signal } = watch;
    const name = this.keeper.record.phases[index]?.name ?? '';
    await this.keepFiles(index, name, followsOn, onEvent, signal);
    onEvent({ type: 'phaseStarted', phase: name });
    const result = await this.measured(name, 'run', watch);
    await this.beside;
    await this.keepResult(index, result, watch);
    onEvent({ type: 'phaseFinished', phase: name, ...told(result) });
    return result;
  }

  private async measured(name: string, what: 'run' | 'hook', watch: Watch): Promise<SessionPhaseResult> {
    const logFile = join(this.keeper.folder.logs, logFileName(name));
    const opened: { log: PhaseLog | null } = { log: null };
    const view = this.shell.live?.view;
    const inside = (path: string) => view?.inside(path) ?? path;
    const begun = performance.now();
    const outcome = await this.step(name, what, (log) => (opened.log = log), logFile, watch);
    const status = outcome.status === 'died' ? 'failed' : outcome.status;
    const seconds = status === 'skipped' ? 0 : (performance.now() - begun) / 1000;
    const lines = opened.log?.lines ?? 0;
    const failed = status === 'failed';
    const tail = failed ? (opened.log?.tail() ?? []) : [];
    return {
      ...{ name, status, reused: false, exitCode: outcome.exitCode, seconds, lines, logFile },
      message: failed ? describeFailure(name, outcome) : null,
      failedCommand: failed ? await findFailure(this.keeper.folder, outcome, tail, inside) : null,
      tail,
    };
  }

  private async step(
    name: string,
    what: 'run' | 'hook',
    onLog: (log: PhaseLog) => void,
    logFile: string,
    { onEvent, signal, debug }: Watch,
  ): Promise<StepOutcome> {
    const { live } = this.shell;
    if (live === null) return { status: 'died', exitCode: null, pid: null };
    const openLog = () => {
      const log = live.pump.begin(
        logFile,
        (text) => onEvent({ type: 'output', phase: name, text }),
        (hook, ends) => onEvent({ type: ends ? 'hookFinished' : 'hookStarted', hook }),
      );
      onLog(log);
      return log;
    };
    return what === 'run'
      ? live.chain.run(name, openLog, signal, debug)
      : live.chain.hook(name, openLog, signal);
  }

  /** A copy of the directory from before the phase; directly after another phase the copy from its end is that. */
  private async keepFiles(
    index: number,
    name: string,
    followsOn: boolean,
    onEvent: OnEvent,
    signal: AbortSignal,
  ): Promise<void> {
    const { ends, snapshots: known } = this.keeper.record;
    const snapshots = [...known.slice(0, index)];
    while (snapshots.length < index) snapshots.push(null);
    const before = followsOn ? (ends[index] ?? null) : null;
    // Until it is written anew, no record may name the old copy; a process that ends in the middle of the phase leaves it as cancelled.
    const begun = { failed: { name, status: 'cancelled', seconds: null }, left: null, dirty: true } as const;
    await this.keeper.update({ snapshots: [...snapshots, before], ...begun });
    if (before !== null) return;
    const number = entryNumber(index);
    const saved = await this.snapshots.save(number, signal);
    if (saved.ok) await this.keeper.update({ snapshots: [...snapshots, number] });
    else if (!signal.aborted) {
      const text = `${saved.error.message} Running ${name} again will begin further back.`;
      onEvent({ type: 'notice', text });
    }
  }

  private async keepResult(index: number, result: SessionPhaseResult, watch: Watch): Promise<void> {
    const { name, status, seconds } = result;
    const files = await this.keepEnd(index, result, watch);
    if (status !== 'ok' && status !== 'skipped') {
      await this.keeper.keepFailedState();
      await this.keeper.update({ failed: { name, status, seconds }, ...files });
      return;
    }
    const states = await this.keeper.keepState(index + 1, this.shell.advanced(index + 1));
    const { results, stale } = this.keeper.record;
    await this.keeper.update({
      ...{ results: [...results.slice(0, index), result], states, failed: null, dirty: false },
      stale: stale.filter((phase) => phase.name !== name),
      ...files,
    });
  }

  /** A copy of the directory as the phase left it, so that what anybody changes in it later is told from the phase's own work. */
  private async keepEnd(
    index: number,
    { name, status }: SessionPhaseResult,
    { onEvent, signal }: Watch,
  ): Promise<Pick<SessionRecord, 'ends' | 'left'>> {
    const { snapshots, ends: known } = this.keeper.record;
    const ends = [...known.slice(0, index + 1)];
    while (ends.length < index + 1) ends.push(null);
    if (status === 'skipped') {
      const left = snapshots[index] ?? null;
      return { ends: [...ends, left], left };
    }
    await this.keeper.update({ ends, left: null });
    const number = endNumber(index);
    const saved = await this.snapshots.save(number, signal);
    const left = saved.ok ? number : null;
    if (saved.ok) this.tellSetuid(name, saved.value.setuid, onEvent);
    return { ends: [...ends, left], left };
  }

  /** What Nix's builders may not do, unless `filter-syscalls` is off, and phases here may. Source: Nix manual, `filter-syscalls`. */
  private tellSetuid(phase: string, paths: readonly string[], onEvent: OnEvent): void {
    const [first] = paths.filter((path) => !this.setuid.has(path));
    for (const path of paths) this.setuid.add(path);
    if (first === undefined || process.platform !== 'linux') return;
    const text = `A real build may stop in ${phase}: Nix forbids setuid and setgid bits, as on ${basename(first)}.`;
    onEvent({ type: 'notice', text });
  }

  /** What the build's shell does at its end, when all phases are done. Gives the last phase as failed when that fails. */
  async finishIfComplete(onEvent: OnEvent): Promise<SessionPhaseResult | null> {
    const { live } = this.shell;
    if (!this.isComplete || this.keeper.record.finished || live === null) return null;
    const log = live.pump.begin(join(this.keeper.folder.logs, 'exit.log'), (text) =>
      onEvent({ type: 'output', phase: null, text }),
    );
    const exitCode = await live.chain.finish();
    await live.pump.end();
    const { results } = this.keeper.record;
    await this.keepFinish(results.length);
    const last = results.at(-1);
    if (exitCode === 0 || last === undefined) {
      await this.keeper.update({ finished: true });
      return null;
    }
    const { name, seconds } = last;
    const status = 'failed';
    await this.keeper.cutAt(results.length - 1, { dirty: true, failed: { name, status, seconds } });
    return { ...last, status, reused: false, exitCode, message: describeBadEnd(exitCode), tail: log.tail() };
  }

  /** A build's end may change files too, and they are no phase's. */
  private async keepFinish(index: number): Promise<void> {
    await this.keeper.update({ left: null });
    const number = endNumber(index);
    const saved = await this.snapshots.save(number, new AbortController().signal);
    if (saved.ok) await this.keeper.update({ left: number });
  }
}

function told({ status, seconds, lines }: SessionPhaseResult): {
  readonly status: SessionPhaseResult['status'];
  readonly seconds: number;
  readonly lines: number;
} {
  return { status, seconds, lines };
}

/** What the copies from a phase's beginning and end are kept under: neither replaces the other, nor one of another phase. */
function entryNumber(index: number): number {
  return 2 * index;
}

function endNumber(index: number): number {
  return 2 * index + 1;
}

/** What a copy that is dropped at once is kept under, past all those of this many phases and of the build's end. */
export function passingNumber(phases: number): number {
  return entryNumber(phases + 1);
}
