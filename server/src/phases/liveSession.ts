/** A session that this process holds the lock of. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoreDerivation } from '../nix/derivationFile';
import type { ActivityEvent } from '../protocol/messages';
import type { PhaseStatus } from '../protocol/model';
import type { Result } from '../result';
import { failure, stopped, success } from '../result';
import { storePathsOfOutputs } from './builderEnvironment';
import type { SessionPhase } from './chain';
import type { InputEvidence } from './inputUse/inputUse';
import { gatherInputUse, keepInputEvidence, traceFile } from './inputUse/inputUse';
import type { SessionOptions } from './openChain';
import type { PhaseSelection } from './selection';
import { planRun } from './selection';
import type { PhaseSession } from './session';
import { adoptDerivation } from './sessionAdoption';
import type { SessionKeeper } from './sessionKeeper';
import type { SessionLock } from './sessionLock';
import { copyMoment } from './sessionCopy';
import type { SessionEvent } from './sessionEvents';
import { takeKept, type KeptBuild } from './sessionFromKept';
import type { MomentWish, PhasesLeft, SessionMoment, StoppedMoment } from './sessionMoment';
import { momentOf } from './sessionMoment';
import { collectOutputs } from './sessionOutputs';
import { PhaseRunner } from './sessionPhase';
import { hookNotRun, noHooks, notStopped, sessionBusy, sessionClosed, unknownPhase } from './sessionProblems';
import type { StalePhase } from './sessionRecord';
import type { SessionPhaseResult, SessionRunResult } from './sessionResults';
import { SessionShell } from './sessionShell';
import { beginAnew, goBack } from './sessionTravel';
import type { DirectorySnapshots } from './snapshots/snapshots';
import { removeTree } from './snapshots/snapshots';

type OnEvent = (event: SessionEvent) => void;

export interface LiveSessionParts {
  readonly options: SessionOptions;
  readonly keeper: SessionKeeper;
  readonly lock: SessionLock;
  readonly snapshots: DirectorySnapshots;
  /** What the user should know before the first run. */
  readonly notices: readonly string[];
  /** Whether it goes on where another process, or an earlier session of this one, left it. */
  readonly resumed: boolean;
}

export class LiveSession implements PhaseSession {
  private readonly shell: SessionShell;
  private readonly runner: PhaseRunner;
  private readonly notices: string[];
  private tellsKept: boolean;
  private fresh = false;
  private busy = false;
  private closed = false;
  private letGo = false;
  private running: Promise<unknown> = Promise.resolve();
  private readonly disposing = new AbortController();

  constructor(private readonly parts: LiveSessionParts) {
    this.notices = [...parts.notices];
    this.tellsKept = parts.resumed;
    this.shell = new SessionShell(parts.options, parts.keeper);
    this.runner = new PhaseRunner(parts.keeper, this.shell, parts.snapshots);
    parts.lock.onAsked(() => {
      if (this.busy) return false;
      void this.release();
      return true;
    });
  }

  get id(): string {
    return this.keeper.folder.id;
  }

  get folder(): string {
    return this.keeper.folder.path;
  }

  get workFolder(): string {
    return this.keeper.folder.work;
  }

  get isolation(): PhaseSession['isolation'] {
    return this.keeper.record.view?.isolation ?? 'none';
  }

  get isolationNote(): string | null {
    return this.keeper.record.view?.isolationNote ?? null;
  }

  get seesMachine(): boolean {
    return this.keeper.record.view?.seesMachine ?? true;
  }

  get structure(): PhaseSession['structure'] {
    return this.keeper.record.structure;
  }

  get phases(): readonly SessionPhase[] {
    return this.keeper.record.phases;
  }

  get derivation(): StoreDerivation {
    return this.keeper.record.derivation;
  }

  get statuses(): ReadonlyMap<string, PhaseStatus> {
    const { results, failed } = this.keeper.record;
    const statuses = new Map(results.map(({ name, status }) => [name, status]));
    if (failed !== null) statuses.set(failed.name, failed.status);
    return statuses;
  }

  get seconds(): ReadonlyMap<string, number> {
    return new Map(this.keeper.record.results.map(({ name, seconds }) => [name, seconds]));
  }

  get stale(): readonly StalePhase[] {
    return this.keeper.record.stale;
  }

  get hasOtherPaths(): boolean {
    const { derivation, outputPaths } = this.keeper.record;
    const real = storePathsOfOutputs(derivation, this.parts.options.nix.storeDir);
    return Object.entries(real).some(([name, path]) => (outputPaths[name] ?? path) !== path);
  }

  get released(): boolean {
    return this.letGo;
  }

  private get keeper(): SessionKeeper {
    return this.parts.keeper;
  }

  /** Starts a new session's shell; Problems say what went wrong. */
  async start(signal: AbortSignal): Promise<Result<null>> {
    return beginAnew(this.keeper, this.shell, () => undefined, signal);
  }

  async run(
    selection: PhaseSelection,
    onEvent: OnEvent,
    signal: AbortSignal,
  ): Promise<Result<SessionRunResult>> {
    return this.alone(signal, (both) => this.runSelection(selection, onEvent, both));
  }

  /** Does what nothing else may come between, and what the session's end waits for. */
  private async alone<T>(
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<Result<T>>,
  ): Promise<Result<T>> {
    if (this.closed) return failure(sessionClosed);
    if (this.busy) return failure(sessionBusy);
    this.busy = true;
    const running = work(AbortSignal.any([signal, this.disposing.signal]));
    this.running = running.catch(() => undefined);
    try {
      return await running;
    } finally {
      this.busy = false;
    }
  }

  private async runSelection(
    selection: PhaseSelection,
    onEvent: OnEvent,
    signal: AbortSignal,
  ): Promise<Result<SessionRunResult>> {
    for (const text of this.notices.splice(0)) onEvent({ type: 'notice', text });
    if (selection.fresh === true || this.fresh) {
      const begun = await beginAnew(this.keeper, this.shell, onEvent, signal);
      if (!begun.ok) return begun;
      this.fresh = false;
    }
    if (selection.selection === 'hook') return this.runHook(selection.phase ?? '', onEvent, signal);
    const names = this.phases.map(({ name }) => name);
    const plan = planRun(this.phases, this.keeper.position, selection);
    if (plan === null) return failure(unknownPhase(selection.phase, names));
    const ready = await this.makeReady(plan.rewindTo, plan.end, onEvent, signal);
    if (!ready.ok) return ready;
    const { position } = this.keeper;
    this.tellKept(onEvent);
    onEvent({ type: 'started', phases: names.slice(position, plan.end) });
    const kept = this.keeper.record.results.slice(0, plan.end);
    const reused = kept.map((result) => ({ ...result, reused: true }));
    const ran = await this.runner.runPhases(position, plan.end, onEvent, signal, selection.debug);
    const badEnd = await this.runner.finishIfComplete(onEvent);
    if (this.keeper.broken) onEvent({ type: 'notice', text: notKept });
    if (badEnd === null) return success(this.resultOf(reused, ran, signal));
    return success({
      phases: [...reused, ...ran].slice(0, -1).concat(badEnd),
      status: 'failed',
      complete: false,
    });
  }

  /** In the present state, which is brought back afterwards: the session is as if the hook had not run. */
  private async runHook(
    name: string,
    onEvent: OnEvent,
    signal: AbortSignal,
  ): Promise<Result<SessionRunResult>> {
    const { keeper, shell } = this;
    if (this.structure !== 'phases') return failure(noHooks);
    const { failed, finished, left } = keeper.record;
    const ready = await this.makeReady(null, Number.POSITIVE_INFINITY, onEvent, signal);
    if (!ready.ok) return ready;
    this.tellKept(onEvent);
    onEvent({ type: 'started', phases: [name] });
    const reused = keeper.record.results.map((result) => ({ ...result, reused: true }));
    const result = await this.runner.runHook(name, onEvent, signal);
    const parts = { keeper, shell, snapshots: this.parts.snapshots };
    const back = await goBack(parts, keeper.position, onEvent, this.disposing.signal);
    if (back !== null) await keeper.update({ failed, finished, left });
    if (result === null) return failure(signal.aborted ? stopped : hookNotRun(name));
    const status = result.status === 'skipped' ? 'ok' : result.status;
    return success({ phases: [...reused, result], status, complete: false });
  }

  /** Once a session that goes on, when what has to run again is known. */
  private tellKept(onEvent: OnEvent): void {
    const names = this.keeper.record.results.map(({ name }) => name);
    if (this.tellsKept && names.length > 0) {
      onEvent({ type: 'notice', text: `Kept from an earlier run: ${names.join(', ')}.` });
    }
    this.tellsKept = false;
  }

  private resultOf(
    reused: readonly SessionPhaseResult[],
    ran: readonly SessionPhaseResult[],
    signal: AbortSignal,
  ): SessionRunResult {
    const last = ran.at(-1)?.status;
    const cancelled = last === 'cancelled' || (signal.aborted && last !== 'failed');
    const status = cancelled ? 'cancelled' : last === 'failed' ? 'failed' : 'ok';
    return { phases: [...reused, ...ran], status, complete: this.runner.isComplete };
  }

  /** Brings shell and files to where the run begins; nothing when it has nothing to run. */
  private async makeReady(
    rewindTo: number | null,
    end: number,
    onEvent: OnEvent,
    signal: AbortSignal,
  ): Promise<Result<null>> {
    const { keeper, shell } = this;
    const target = rewindTo ?? keeper.position;
    const { phases, finished, dirty } = keeper.record;
    const finishes = end === phases.length && (!finished || dirty);
    if (target >= end && !finishes) return success(null);
    const went = await goBack({ keeper, shell, snapshots: this.parts.snapshots }, target, onEvent, signal);
    if (went !== null || signal.aborted) return signal.aborted ? failure(stopped) : success(null);
    return beginAnew(keeper, shell, onEvent, signal);
  }

  async adopt(
    derivation: StoreDerivation,
    firstPhase: string | null,
    reason: string,
  ): Promise<string | null> {
    if (this.busy || this.closed) return 'a run in the session is still going on';
    if (this.fresh) return 'it begins anew';
    return adoptDerivation(this.parts.options, this.keeper, derivation, firstPhase, reason);
  }

  async begin(derivation: StoreDerivation): Promise<void> {
    if (this.busy || this.closed) return;
    this.fresh = true;
    await this.keeper.cutAt(0, { derivation, dirty: true, failed: null, stale: [] });
  }

  async takeKept(
    derivation: StoreDerivation,
    kept: KeptBuild,
    onEvent: (event: ActivityEvent) => void,
    signal: AbortSignal,
  ): Promise<Result<null>> {
    await this.begin(derivation);
    // They tell of what ran here before.
    this.notices.length = 0;
    this.tellsKept = false;
    const { keeper, shell, parts } = this;
    const { options, snapshots } = parts;
    return this.alone(signal, async (both) => {
      const taken = await takeKept({ options, keeper, shell, snapshots }, kept, onEvent, both);
      this.fresh = !taken.ok;
      return taken;
    });
  }

  async inputUse(signal: AbortSignal): Promise<InputEvidence | null> {
    const { live } = this.shell;
    const { record, folder } = this.keeper;
    const { strace, nix } = this.parts.options;
    if (strace === undefined || live === null || !record.finished || record.edits.length > 0) return null;
    const events = live.view.inside(join(folder.control, 'events'));
    const evidence = await gatherInputUse({ record, folder }, nix, events, signal);
    if (evidence !== null) await keepInputEvidence(folder.path, evidence);
    return evidence;
  }

  outputs(folder: string | null, signal: AbortSignal): Promise<Result<Readonly<Record<string, string>>>> {
    return collectOutputs(this.parts.options, this.keeper, folder, signal);
  }

  moment(wish: MomentWish): Promise<Result<SessionMoment | PhasesLeft>> {
    return this.alone(this.disposing.signal, () => momentOf(this.keeper, wish));
  }

  copyFiles(moment: SessionMoment | StoppedMoment, work: string, signal: AbortSignal): Promise<Result<null>> {
    const { keeper, parts } = this;
    const copy = (both: AbortSignal) =>
      copyMoment({ keeper, snapshots: parts.snapshots }, moment, work, both);
    if (moment.kind !== 'stop') return this.alone(signal, copy);
    const both = AbortSignal.any([signal, this.disposing.signal]);
    return this.busy ? this.runner.whileStopped(() => copy(both)) : Promise.resolve(failure(notStopped));
  }

  async release(): Promise<void> {
    if (this.closed) return;
    this.letGo = true;
    await this.close();
    await this.keeper.update({});
    await this.parts.lock.release();
  }

  async dispose(options: { readonly keepWork?: boolean } = {}): Promise<void> {
    if (this.closed) return;
    await this.close();
    const { snapshots, states, work, path } = this.keeper.folder;
    await rm(join(path, 'session.json'), { force: true });
    const kept = options.keepWork === true ? [] : [work];
    for (const place of [snapshots, states, ...kept]) await removeTree(place, this.parts.options.runner);
    await this.parts.lock.release();
  }

  private async close(): Promise<void> {
    this.closed = true;
    this.disposing.abort();
    await this.running;
    await this.shell.close();
    await removeTree(this.keeper.folder.control, this.parts.options.runner);
    await rm(traceFile(this.keeper.folder), { force: true });
  }
}

const notKept =
  'The session could not be written to disk (is it full?): what ran is lost when this process ends.';
